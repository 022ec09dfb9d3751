"""What a record loses when it is rewritten: values that are in nothing that was made of it.

Texts are kept if the new record contains them, also inside a longer text or inside JSON written as text; a text that
is itself JSON is kept if its values are. Numbers and truth values are kept under the same key, or inside a text. Roles,
the types of content parts and the ids of calls are only notation: each layout has its own.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from ftlint.batch.speaker import canonical_role
from ftlint.batch.text_cover import BETWEEN, Bare, Leaf, covered, is_blank, json_in, leaves, opened, scalar
from ftlint.path import Steps, general_path
from ftlint.shapes.schema_types import json_type
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
# The ids of calls, also of Nova's.
CALL_ID = re.compile(r"(?:^|\.)(?:tool_calls\[\]\.id|toolUse\.toolUseId)$")
EMPTY: Mapping[str, Any] = MappingProxyType({})

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
    kept: Mapping[str, Any] = EMPTY,
    bare: Bare = no_other_form,
    notation: Notation = EMPTY,
    merges: bool = False,
    reread: Mapping[str, Any] = EMPTY,
) -> list[tuple[Steps, Any]]:
    """The paths and values in ``before`` that are in none of ``after``; a container is named if all in it is lost.

    A text that occurs in two places must occur twice, unless the layout ``merges`` equal texts, such as the prompt
    of both sides of a pair. ``kept`` are values that are named as lost already. A text in ``reread`` is kept if the
    values are that it was read as.

    Examples:
        >>> losses({"input": {"item": "lamp"}, "output": "A lamp."}, [{"completion": "A lamp. lamp"}])
        []
        >>> losses({"input": {"item": "lamp", "n": 2}, "output": "A lamp."}, [{"completion": "A lamp."}])
        [(('input',), {'item': 'lamp', 'n': 2})]
    """
    comparison = _Comparison(list(_places(before)), after, kept, bare, notation, merges, reread=reread)
    return [] if comparison.is_plainly_whole else _named(before, (), comparison.lost) or []


def removed(before: Any, after: Any) -> list[tuple[Steps, Any]]:
    """The values that a fix removed: those whose place is gone and that are nowhere else in the record.

    A value that is another one now, in its old place, was rewritten and not removed.
    """
    gone = list(_gone(before, after, ()))
    if not gone:
        return []
    old, new = dict(_places(before)), dict(_places(after))
    same = {steps for steps, value in old.items() if steps in new and _is_same(value, new[steps])}
    old_places = [(steps, value) for steps, value in old.items() if steps not in same]
    new_places = [{_key(steps): value} for steps, value in new.items() if steps not in same]
    comparison = _Comparison(old_places, [new_places], EMPTY, no_other_form, EMPTY, False, links=after)
    lost: list[tuple[Steps, Any]] = []
    for steps, value in gone:
        found = _named(value, steps, comparison.lost)
        lost += [(steps, value)] if found is None else found
    return lost


def _gone(before: Any, after: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """The values in places that are not there any more, and the JSON texts that are values now."""
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
    elif isinstance(before, dict | list) or (isinstance(after, dict | list) and json_in(before) is not None):
        yield steps, before


def _named(value: Any, steps: Steps, lost: Collection[Steps]) -> list[tuple[Steps, Any]] | None:
    """The lost values of a value; None if it has values and all of them are lost."""
    if not isinstance(value, dict | list):
        return None if steps in lost else []
    below = [
        ((*steps, key), item, _named(item, (*steps, key), lost))
        for key, item in (value.items() if isinstance(value, dict) else enumerate(value))
        if not _is_empty(item)
    ]
    if steps and below and all(found is None for _, _, found in below):
        return None
    return [one for path, item, found in below for one in ([(path, item)] if found is None else found)]


class _Comparison:
    """The values of a record before, by their paths, and all values after."""

    def __init__(
        self,
        before: Sequence[tuple[Steps, Any]],
        after: Sequence[Any],
        kept: Mapping[str, Any],
        bare: Bare,
        notation: Notation,
        merges: bool,
        *,
        links: Any = None,
        reread: Mapping[str, Any] = EMPTY,
    ) -> None:
        self._before, self._after, self._kept, self._reread = before, after, kept, reread
        self._bare, self._notation, self._merges = bare, notation, merges
        self._linked = links if links is not None else [*after, dict(kept)]

    @cached_property
    def is_plainly_whole(self) -> bool:
        """Whether there are only known roles, and texts that the new records have as they were."""
        needed: Counter[str] = Counter()
        for steps, value in self._before:
            key = _key(steps)
            if not isinstance(value, str) or key in LINK_KEYS:
                return False
            if not _is_role_or_part(key, value):
                needed[value] += 1
        found = Counter(leaf.value for leaf in _texts(self._after).elements())
        return (Counter(set(needed)) if self._merges else needed) <= found

    @cached_property
    def lost(self) -> set[Steps]:
        """The paths of the values that are nowhere."""
        whole = {
            steps[0]
            for steps, _ in self._before
            if steps[0] in self._kept and self._is_stored_whole(str(steps[0]))
        }
        asked = [
            (steps, value)
            for steps, value in self._before
            if steps[0] not in whole and not self._is_expressed(steps, value)
        ]
        texts = {steps for steps, value in asked if isinstance(value, str)}
        lost = texts - self._texts_there if texts else set()
        return lost | self._lost_scalars([one for one in asked if not isinstance(one[1], str)])

    @cached_property
    def _texts_there(self) -> set[Steps]:
        """The paths of the texts that are in the new records, or in what is named as lost."""
        first: dict[Leaf, int] = {}
        same: list[tuple[Steps, int]] = []
        for n, (steps, value) in enumerate(self._before):
            key = _key(steps)
            if isinstance(value, str) and not self._is_structure(key, value) and key not in LINK_KEYS:
                same.append((steps, first.setdefault(Leaf(key, value), n) if self._merges else n))
        needed = {n: Leaf(_key(self._before[n][0]), str(self._before[n][1])) for _, n in same}
        there: set[int] = set()
        for values in (self._after, [self._kept] if self._kept else []):
            if len(there) < len(needed):
                there |= covered(
                    needed,
                    _texts(values, self._links),
                    self._scalars.keys(),
                    self._bare,
                    self._is_layout,
                    merges=self._merges,
                    reread=self._reread,
                )
        return {steps for steps, n in same if n in there}

    @cached_property
    def _scalars(self) -> "Counter[tuple[str, str]]":
        """Every number and truth value after, with its key."""
        return Counter(
            (leaf.key, scalar(leaf.value)) for leaf in self._opened if not isinstance(leaf.value, str)
        )

    @cached_property
    def _opened(self) -> list[Leaf]:
        return list(opened([*self._after, dict(self._kept)], ""))

    @cached_property
    def _all_texts(self) -> str:
        """Every text after, as it is."""
        texts = [leaf.value for leaf in leaves([self._linked], "") if isinstance(leaf.value, str)]
        return BETWEEN.join(["", *texts, ""])

    @cached_property
    def _links(self) -> set[str | int]:
        """The names and ids of calls, results and tools in the record before."""
        return {value for steps, value in self._before if _key(steps) in LINK_KEYS}

    @cached_property
    def _calls(self) -> set[str | int]:
        """The ids of the calls in the record before."""
        return {value for steps, value in self._before if CALL_ID.search(general_path(steps))}

    def _is_stored_whole(self, field: str) -> bool:
        """Whether a field is named as lost as it was."""
        before = {steps[1:]: (type(value), value) for steps, value in self._before if steps[0] == field}
        return before == {steps: (type(value), value) for steps, value in _places(self._kept[field])}

    def _lost_scalars(self, asked: Sequence[tuple[Steps, Any]]) -> set[Steps]:
        """The paths of the numbers and truth values that are not there as often as before."""
        places: dict[tuple[str, str], list[Steps]] = {}
        for steps, value in asked:
            places.setdefault((_key(steps), scalar(value)), []).append(steps)
        lost: set[Steps] = set()
        for (key, written), same in places.items():
            there = self._scalars[key, written]
            if self._merges or key in WEIGHT_FIELDS:
                there = len(same) if there or self._has_weight(key, written) else 0
            lost.update(same[there:])
        values = dict(asked)
        return {steps for steps in lost if len(steps) > 1 or not self._is_in_a_text(values[steps])}

    def _is_expressed(self, steps: Steps, value: Any) -> bool:
        """Whether a value is a matter of layout, or a name that the new records have."""
        return self._is_layout(Leaf(_key(steps), value)) or self._is_notation(steps, value)

    def _is_layout(self, leaf: Leaf) -> bool:
        """Whether a value is a role or a type, or a name that is there."""
        key, value = leaf
        if self._is_structure(key, value):
            return True
        if key not in LINK_KEYS or not isinstance(value, str | int):
            return False
        return (key != "name" and value in self._calls) or (isinstance(value, str) and self._mentions(value))

    def _mentions(self, name: str) -> bool:
        """Whether a name or id is there: alone, or in quotes inside a text."""
        return any(f"{mark}{name}{mark}" in self._all_texts for mark in (BETWEEN, '"', "'", '\\"'))

    def _is_structure(self, key: str, value: Any) -> bool:
        """Whether a value is a role, or the type of a content part or of a schema."""
        if _is_role_or_part(key, value):
            return True
        if key != "type" or not isinstance(value, str):
            return False
        return value.lower() in self._types or json_type(value) in self._types

    @cached_property
    def _types(self) -> set[str]:
        """The types after, in lower case; also in JSON that is a text."""
        return {
            leaf.value.lower() for leaf in self._opened if leaf.key == "type" and isinstance(leaf.value, str)
        }

    def _has_weight(self, key: str, written: str) -> bool:
        """Whether a weight of 0 or 1 is there under the word that another layout has for it."""
        forms = next((forms for forms in WEIGHTS if written in forms), ())
        return key in WEIGHT_FIELDS and any(
            (other, form) in self._scalars for other in WEIGHT_FIELDS for form in forms
        )

    def _is_notation(self, steps: Steps, value: Any) -> bool:
        values = self._notation.get(general_path(steps), ()) if self._notation else ()
        return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in values)

    def _is_in_a_text(self, value: Any) -> bool:
        """Whether the number of a column is part of a text."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        token = re.escape(scalar(value))
        return re.search(rf"(?<![\w.:\-]){token}(?![\w.])", self._all_texts) is not None


def _texts(values: Sequence[Any], links: Collection[Any] = ()) -> "Counter[Leaf]":
    """The texts of several records, those that they share once; no roles, types of parts, and names of calls."""
    counters = (
        Counter(
            leaf
            for leaf in leaves(value)
            if isinstance(leaf.value, str)
            and not _is_role_or_part(leaf.key, leaf.value)
            and not (leaf.key in LINK_KEYS and leaf.value in links)
        )
        for value in values
    )
    return reduce(or_, counters, Counter())


def _is_role_or_part(key: str, value: Any) -> bool:
    if key in ROLE_KEYS:
        return canonical_role(value) is not None
    return key == "type" and isinstance(value, str) and value in PART_TYPES


def _places(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every text, number and truth value with its path, in order."""
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(below, (*steps, key))
    elif not is_blank(value):
        yield steps, value


def _key(steps: Steps) -> str:
    """The last key of a path."""
    return next((step for step in reversed(steps) if isinstance(step, str)), "")


def _is_same(one: Any, other: Any) -> bool:
    return one == other and type(one) is type(other)


def _is_empty(value: Any) -> bool:
    return is_blank(value) or value == [] or value == {}
