"""Which texts of a record are in the texts that were made of it, where each stretch of these stands for one text.

So a short text is not taken for kept because its letters are in another one, in a key, or in a role.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from ftlint.json_values import encode_json, read_float, read_integer
from ftlint.shapes.call_notations import quoted_call

MAX_NESTING = 3
# What stands for a picture in a text, the frame of reasoning, that of a call and its result, those of turns in
# texts, and the type of data in a URL.
MARKUP = re.compile(
    r"<(?:image|video|audio)>|</?think>|</?tool_(?:call|response)>|<\|im_start\|>[^\n<|]+\n|<\|im_end\|>|^data:(?:\w+/)?|;base64,"
    r"|\n\n(?:Human|Assistant): ?|^\s*Human: ?|### (?:Human|Assistant): ?|<(?:usr|bot|sys)> ?"
    r"|</?s>|\[/?INST\]|<</?SYS>>"
    r"|<\|start_header_id\|>[^\n<|]+<\|end_header_id\|>|<\|(?:eot_id|begin_of_text)\|>|<bos>"
    r"|<start_of_turn>[^\n<]+\n|<end_of_turn>"
)
# Between texts, and in the place of a stretch that stands for a text already.
BETWEEN, TAKEN = "\0", "\1"
# A text up to this length is found as words only, not as letters inside a word.
WORD = 16

EMPTY: Mapping[str, Any] = MappingProxyType({})

Place = TypeVar("Place")

Bare = Callable[[str], Collection[str]]
"""Other forms of a text that are as good, such as the text without the markers of the legacy format."""


class Leaf(NamedTuple):
    """A text, number or truth value with its key."""

    key: str
    value: Any


def covered(
    old: Mapping[int, Leaf],
    new: "Counter[Leaf]",
    scalars: Container[tuple[str, str]],
    bare: Bare,
    is_layout: Callable[[Leaf], bool],
    *,
    merges: bool,
    reread: Mapping[str, Any],
) -> set[int]:
    """The numbers of the old texts that are in the new ones.

    A text that is itself JSON is there if its values are, but for those that are only a matter of layout: ``scalars``
    are the new numbers and truth values. Where the layout ``merges`` equal texts, what stands between the markup of
    several texts, such as the earlier turns in both transcripts of a pair, is needed once. A text in ``reread`` is
    there if the values are that it was read as.
    """
    left = new.copy()
    found = _equal(old, left)
    if len(found) == len(old):
        return found
    plain = BETWEEN.join(leaf.value for leaf in left.elements() if json_in(leaf.value) is None)
    needed: dict[tuple[int, int], Leaf] = {}
    gone: set[int] = set()
    for n, (key, text) in old.items():
        if n in found:
            continue
        inside = [Leaf(key, text)] if _find(plain, text) else list(opened(text, key, reread=reread))
        for nth, leaf in enumerate(inside):
            if len(inside) > 1 and is_layout(leaf):
                continue
            if isinstance(leaf.value, str):
                needed[n, nth] = leaf
            elif (leaf.key, scalar(leaf.value)) not in scalars:
                gone.add(n)
    texts = Counter(
        inside
        for leaf in left.elements()
        for inside in opened(leaf.value, leaf.key)
        if isinstance(inside.value, str)
    )
    there = _equal(needed, texts)
    others = {place: leaf.value for place, leaf in needed.items() if place not in there}
    there |= _within(others, texts, bare, scalars, merges=merges)
    gone.update(n for n, nth in needed if (n, nth) not in there)
    return set(old) - gone


def _equal(needed: Mapping[Place, Leaf], left: "Counter[Leaf]") -> set[Place]:
    """The places of the leaves that are among others, first under the same key; those are taken out of ``left``."""
    found = set()
    for place, leaf in needed.items():
        if left[leaf] > 0:
            left[leaf] -= 1
            found.add(place)
    others: dict[str, list[Leaf]] = {}
    for leaf in left.elements():
        others.setdefault(leaf.value, []).append(leaf)
    for place, leaf in needed.items():
        if place not in found and others.get(leaf.value):
            left[others[leaf.value].pop()] -= 1
            found.add(place)
    return found


def _within(
    needed: Mapping[Place, str],
    texts: "Counter[Leaf]",
    bare: Bare,
    scalars: Container[tuple[str, str]],
    *,
    merges: bool,
) -> set[Place]:
    """The places of the texts that are stretches of others, the longest first."""
    rest = BETWEEN.join(leaf.value for leaf in texts.elements())
    found, merged = set(), set()
    for place, text in sorted(needed.items(), key=lambda item: -len(item[1])):
        between = [[one for one in way if one not in merged] for way in _between_markup(text, scalars)]
        ways = [[text], *([form] for form in bare(text)), *between]
        left, way = next(
            ((left, way) for way in ways if (left := _without(rest, way)) is not None), (None, [])
        )
        if left is not None:
            rest = left
            found.add(place)
            if merges and way in between:
                merged.update(way)
    return found


def _between_markup(text: str, scalars: Container[tuple[str, str]]) -> Iterator[list[str]]:
    """The texts between the markup of a text: as they are, and with the values of those that are JSON, as calls are."""
    stretches = [stretch.strip() for stretch in MARKUP.split(text) if stretch]
    if stretches == [text.strip()]:
        return
    yield stretches
    values = [leaf for stretch in stretches for leaf in opened(stretch, "")]
    if all(isinstance(leaf.value, str) or (leaf.key, scalar(leaf.value)) in scalars for leaf in values):
        yield [leaf.value for leaf in values if isinstance(leaf.value, str)]


def _without(rest: str, texts: list[str]) -> str | None:
    """The rest when texts are taken out of it; None if one of them is not in it."""
    for text in filter(None, texts):
        if (place := _find(rest, text)) is None:
            return None
        rest = f"{rest[: place[0]]}{TAKEN}{rest[place[1] :]}"
    return rest


def _find(rest: str, text: str) -> tuple[int, int] | None:
    """Where a text is, as it is or as JSON writes it."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    forms = [text, escaped, json.dumps(escaped, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1]]
    for form in dict.fromkeys(forms):
        at = rest.find(form)
        while at >= 0:
            if len(form) > WORD or _is_apart(rest, at, at + len(form)):
                return at, at + len(form)
            at = rest.find(form, at + 1)
    return None


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a text does not begin or end inside a word or a number."""
    return not (_is_inside(text[start - 1 : start + 1]) or _is_inside(text[end - 1 : end + 1]))


def _is_inside(signs: str) -> bool:
    """Whether a word or a number goes on from the first of two signs to the second."""
    return len(signs) == 2 and signs.isascii() and signs.replace("_", "a").isalnum()


def leaves(value: Any, key: str = "") -> Iterator[Leaf]:
    """Every text, number and truth value with its key, in order; no blank texts."""
    todo = [(key, value)]
    while todo:
        key, value = todo.pop()
        if isinstance(value, dict):
            todo.extend(reversed(value.items()))
        elif isinstance(value, list):
            todo.extend((key, below) for below in reversed(value))
        elif not is_blank(value):
            yield Leaf(key, value)


def is_blank(value: Any) -> bool:
    """Whether a value is null, or a text without a sign."""
    return value is None or (isinstance(value, str) and not value.strip())


def opened(value: Any, key: str, nested: int = 0, *, reread: Mapping[str, Any] = EMPTY) -> Iterator[Leaf]:
    """The leaves of a value, also of those in JSON that is a text, and of what a text in ``reread`` was read as."""
    for leaf in leaves(value, key):
        inside = _inside_of(leaf.value, reread) if nested < MAX_NESTING else None
        if inside is None:
            yield leaf
        else:
            yield from opened(inside, leaf.key, nested + 1, reread=reread)


def _inside_of(value: Any, reread: Mapping[str, Any]) -> Any:
    """What a text was read as, or the list or object that it is as JSON; None for any other value."""
    return reread[value] if isinstance(value, str) and value in reread else json_in(value)


def json_in(text: Any) -> Any:
    """The list or object that a text is, or the call in Glaive's notation; None for any other value."""
    if not isinstance(text, str) or text.lstrip()[:1] not in ("{", "["):
        return None
    return _decoded(text)


@lru_cache(maxsize=32)
def _decoded(text: str) -> Any:
    """The value, which is not to be changed; the same text is often asked for several times in a row."""
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError):
        return quoted_call(text)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    """An object; one in which a key stands twice as a list, so that no value is lost."""
    made = dict(pairs)
    return made if len(made) == len(pairs) else [{key: value} for key, value in pairs]


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=read_float, parse_int=read_integer)


def scalar(value: Any) -> str:
    """A number or a truth value as JSON."""
    return encode_json(value).decode()
