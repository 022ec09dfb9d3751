"""What a record loses when it is rewritten: values that are in nothing that was made of it.

Texts are kept if the new record contains them, also inside a longer text or inside JSON written as text; a text that
is itself JSON is kept if its values are. Numbers and truth values are kept under the same key, or inside a text. Roles,
the types of content parts and the ids of calls are only notation: each layout has its own.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import msgspec

from ftlint.batch.speaker import canonical_role
from ftlint.path import Steps, general_path
from ftlint.shapes.weights import WEIGHT_FIELDS

ROLE_KEYS = ("role", "from", "author")
# A function's name and a call's id stand at the call, its result and the declaration; some layouts write them once.
LINK_KEYS = ("name", "id", "tool_call_id", "call_id", "toolUseId")
# A weight may be a number or a truth value.
WEIGHTS = (("0", "0.0", "false"), ("1", "1.0", "true"))
PART_TYPES = frozenset(
    {
        *("text", "input_text", "output_text", "image", "image_url", "input_image", "video", "video_url"),
        *("audio", "audio_url", "input_audio", "refusal", "thinking", "document", "file"),
        *("function", "function_call", "tool_use", "tool_result", "tool_call", "tool-call", "tool-result"),
        *("message", "function_call_output", "reasoning", "reasoning_text", "summary_text"),
    }
)
# What stands for a picture in a text, the frame of reasoning, that of a turn in ChatML and in hh-rlhf, and the type of
# data in a URL.
MARKUP = re.compile(
    r"<(?:image|video|audio)>|</?think>|<\|im_start\|>[^\n<|]+\n|<\|im_end\|>|^data:(?:\w+/)?|;base64,"
    r"|\n\n(?:Human|Assistant): ?|^\s*Human: ?"
)
EMPTY: Mapping[str, Any] = MappingProxyType({})
MAX_NESTING = 3

Bare = Callable[[str], Collection[str]]
"""Other forms of a text that are as good, such as the text without the markers of the legacy format."""
Notation = Mapping[str, Collection[Any]]
"""General paths whose values only say how a layout is written: these values of each."""


def no_other_form(text: str) -> Collection[str]:
    """Only the text itself."""
    del text
    return ()


def losses(
    before: Any,
    after: Sequence[Any],
    *,
    bare: Bare = no_other_form,
    notation: Notation = EMPTY,
    merges: bool = False,
) -> list[tuple[Steps, Any]]:
    """The paths and values in ``before`` that are in none of ``after``; a container is named if all in it is lost.

    A text that occurs in two places must occur twice, unless the layout ``merges`` equal texts, such as the prompt
    of both sides of a pair.

    Examples:
        >>> losses({"input": {"item": "lamp"}, "output": "A lamp."}, [{"completion": "A lamp. lamp"}])
        []
        >>> losses({"input": {"item": "lamp", "n": 2}, "output": "A lamp."}, [{"completion": "A lamp."}])
        [(('input',), {'item': 'lamp', 'n': 2})]
    """
    comparison = _Comparison(before, after, bare, notation, merges)
    return [] if comparison.is_plainly_whole else comparison.lost(before, (), 0) or []


def removed(before: Any, after: Any) -> list[tuple[Steps, Any]]:
    """The values that a fix removed: those whose place is gone and that are nowhere else in the record.

    A value that is another one now, in its old place, was rewritten and not removed.
    """
    gone = list(_gone(before, after, ()))
    if not gone:
        return []
    comparison = _Comparison(before, [after], no_other_form, EMPTY, False)
    lost: list[tuple[Steps, Any]] = []
    for steps, value in gone:
        found = comparison.lost(value, steps, 0)
        lost += [(steps, value)] if found is None else found
    return lost


def _gone(before: Any, after: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """The values in places that are not there any more."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key in after:
                yield from _gone(value, after[key], (*steps, key))
            else:
                yield (*steps, key), value
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _gone(old, new, (*steps, at))
    elif isinstance(before, list) and isinstance(after, list):
        yield from (((*steps, at), value) for at, value in enumerate(before))
    elif isinstance(before, dict | list):
        yield steps, before


class _Comparison:
    """All values of a record before and after."""

    def __init__(
        self, before: Any, after: Sequence[Any], bare: Bare, notation: Notation, merges: bool
    ) -> None:
        self._before, self._after = before, after
        self._bare, self._notation = bare, notation
        leaves = [(key, leaf) for key, leaf in _leaves(before) if not self._is_structure(key, leaf)]
        texts = [leaf for key, leaf in leaves if isinstance(leaf, str) and key not in LINK_KEYS]
        self._needed = Counter(set(texts) if merges else texts)
        self._found = Counter(leaf for _, leaf in _leaves(after) if isinstance(leaf, str))
        self.is_plainly_whole = len(texts) == len(leaves) and self._needed <= self._found
        """Whether there are only known roles, and texts that the new records have as they were."""

    @cached_property
    def _bytes(self) -> bytes:
        """The new records as JSON."""
        return b"\n".join(map(msgspec.json.encode, self._after))

    @cached_property
    def _calls(self) -> set[str | int]:
        """The ids of the calls in the record before."""
        return {id for id in _call_ids(self._before) if isinstance(id, str | int)}

    @cached_property
    def _joined(self) -> bytes:
        """The texts of the record before, other than JSON, in one."""
        texts = [one for one, n in self._needed.items() if _json_in(one) is None for _ in range(n)]
        return b"\0".join(map(_inner, texts))

    @cached_property
    def _scalars(self) -> set[tuple[str, str]]:
        """Every number and truth value of the new records, with its key."""
        return {pair for record in self._after for pair in _scalars(record, "", 0)}

    def lost(self, value: Any, steps: Steps, nested: int) -> list[tuple[Steps, Any]] | None:
        """The lost values of a value; None if it has values and all of them are lost."""
        if not isinstance(value, dict | list):
            return [] if _is_empty(value) or self._has(value, steps, nested) else None
        items = [
            (key, item)
            for key, item in (value.items() if isinstance(value, dict) else enumerate(value))
            if not _is_empty(item)
        ]
        below = [(key, item, self.lost(item, (*steps, key), nested)) for key, item in items]
        if steps and below and all(found is None for _, _, found in below):
            return None
        lost: list[tuple[Steps, Any]] = []
        for key, item, found in below:
            lost += [((*steps, key), item)] if found is None else found
        return lost

    def _has(self, value: Any, steps: Steps, nested: int) -> bool:
        key = next((step for step in reversed(steps) if isinstance(step, str)), "")
        if self._is_structure(key, value) or self._is_notation(steps, value) or self._is_link(key, value):
            return True
        if isinstance(value, str):
            return self._has_text(value, nested) or (key in LINK_KEYS and self._is_contained(value, 1))
        if (key, _encoded(value)) in self._scalars or self._has_weight(key, value):
            return True
        return not nested and len(steps) == 1 and self._is_in_a_text(value)

    def _has_weight(self, key: str, value: Any) -> bool:
        """Whether a weight of 0 or 1 is there under the word that another layout has for it."""
        forms = next((forms for forms in WEIGHTS if _encoded(value) in forms), ())
        return key in WEIGHT_FIELDS and any(
            (other, form) in self._scalars for other in WEIGHT_FIELDS for form in forms
        )

    def _is_structure(self, key: str, value: Any) -> bool:
        """Whether a value is a role, or the type of a content part."""
        if key in ROLE_KEYS:
            return canonical_role(value) is not None
        if key == "type" and isinstance(value, str):
            return value in PART_TYPES or self._has_type(value.lower())
        return False

    def _is_link(self, key: str, value: Any) -> bool:
        """Whether a value is the id of a call; layouts without ids pair calls and results by their order."""
        return key in LINK_KEYS[1:] and isinstance(value, str | int) and value in self._calls

    def _has_type(self, name: str) -> bool:
        """Whether a schema has this type, in lower case; also in JSON that is a text."""
        return re.search(rb'type\\*": ?\\*"' + re.escape(name.encode()), self._bytes) is not None

    def _is_notation(self, steps: Steps, value: Any) -> bool:
        values = self._notation.get(general_path(steps), ()) if self._notation else ()
        return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in values)

    def _has_text(self, text: str, nested: int) -> bool:
        if not nested and 0 < self._needed[text] <= self._found[text]:
            return True
        if self._is_contained(text, 1 if nested else self._occurrences(text)):
            return True
        if any(self._is_contained(form, 1) for form in self._bare(text)):
            return True
        pieces = [piece for piece in MARKUP.split(text) if piece is not None]
        if len(pieces) > 1:
            return all(self._is_contained(piece.strip(), 1) for piece in pieces)
        return nested < MAX_NESTING and self._has_json(text, nested)

    def _has_json(self, text: str, nested: int) -> bool:
        """Whether a text is JSON whose values are all there."""
        value = _json_in(text)
        return value is not None and self.lost(value, (), nested + 1) == []

    def _occurrences(self, text: str) -> int:
        """How often a text occurs in the texts of the record before, other than JSON."""
        return max(1, self._joined.count(_inner(text)))

    def _is_contained(self, text: str, times: int) -> bool:
        escaped, forms = _inner(text), set()
        for _ in range(MAX_NESTING):
            forms.add(escaped)
            escaped = _inner(escaped.decode())
        if not text.isascii():
            forms.add(_inner(json.dumps(text)[1:-1]))
        return sum(self._bytes.count(form) for form in forms) >= times

    def _is_in_a_text(self, value: Any) -> bool:
        """Whether the number of a column is part of a text."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        token = re.escape(_encoded(value).encode())
        return re.search(rb"(?<![\w.:\-])" + token + rb"(?![\w.])", self._bytes) is not None


def _leaves(value: Any) -> list[tuple[str, Any]]:
    """Every text, number and truth value with its key; no empty texts."""
    found: list[tuple[str, Any]] = []
    todo: list[tuple[str, Any]] = [("", value)]
    while todo:
        key, value = todo.pop()
        if isinstance(value, dict):
            todo.extend(value.items())
        elif isinstance(value, list):
            todo.extend((key, below) for below in value)
        elif value is not None and value != "":
            found.append((key, value))
    return found


def _call_ids(value: Any) -> Iterator[Any]:
    """The ids of the calls in a record."""
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _call_ids(below)
    if isinstance(value, dict):
        calls = value.get("tool_calls")
        yield from (
            (call.get("id") for call in calls if isinstance(call, dict)) if isinstance(calls, list) else ()
        )
        use = value.get("toolUse")
        yield use.get("toolUseId") if isinstance(use, dict) else None


def _scalars(value: Any, key: str, nested: int) -> Iterator[tuple[str, str]]:
    """Every number and truth value with its key, also in JSON that is a text."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _scalars(below, name, nested)
    elif isinstance(value, list):
        for below in value:
            yield from _scalars(below, key, nested)
    elif isinstance(value, str):
        if nested < MAX_NESTING and (inside := _json_in(value)) is not None:
            yield from _scalars(inside, key, nested + 1)
    elif value is not None:
        yield key, _encoded(value)


def _json_in(text: str) -> Any:
    """The list or object that a text is; None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _inner(text: str) -> bytes:
    """A text as it stands in JSON, without its quotes."""
    return msgspec.json.encode(text)[1:-1]
