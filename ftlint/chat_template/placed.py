"""Where the texts of a conversation are in its rendering, and which are missing from it.

Each text is rendered once more between two marks of its own. If the rendering without the marks is the same as
before, their places are exact; a template whose writing depends on the texts is searched for them instead.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ftlint.chat_template.rendering import Refusal, Span
from ftlint.chat_template.template import REASONING, ChatTemplate

# Private characters, one pair for each text: of plane 15, or of plane 16 where the text has some of those.
PLANES = (0xF0000, 0x100000)
MAX_PARTS = 30_000
# Where templates take texts apart: lines, and marks in angle brackets.
PIECES = re.compile(r"\n|</?[A-Za-z_|]+>")

Put = Callable[[str], None]


class MessageText(Struct, frozen=True):
    """A text of a message. ``field`` and ``part`` are as in a Location; ``nested`` texts are values of arguments."""

    at: int
    field: str
    text: str
    part: int | None = None
    nested: bool = False


class PlacedPart(Struct, frozen=True):
    """A text with its spans in the rendering: none if it is missing. ``kept`` is what of it is there, ``left_out`` the
    pieces of the text that do not stand near it.
    """

    source: MessageText
    spans: tuple[Span, ...]
    kept: str
    is_exact: bool = True
    left_out: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether nothing of the text is in the rendering."""
        return not self.spans


def place_parts(
    template: ChatTemplate, messages: Sequence[Mapping[str, Any]], tools: Sequence[Any] | None, text: str
) -> list[PlacedPart]:
    """Each text of the messages that has more than white space, with its places in ``text``, their rendering."""
    marked: list[Any] = deepcopy(list(messages))
    parts = [(part, put) for part, put in _parts(marked) if part.text.strip()][:MAX_PARTS]
    private = {ord(char) & 0x1F0000 for char in set(text)}
    plane = next((plane for plane in PLANES if plane not in private), None)
    if plane is None:
        return _search(text, [part for part, _ in parts])
    for number, (part, put) in enumerate(parts):
        put(_with_marks(part.text, plane + 2 * number))
    try:
        rendered = template.render(marked, tools).text
    except Refusal:
        return _search(text, [part for part, _ in parts])
    plain, marks = _without_marks(rendered, plane)
    if plain != text:
        return _search(text, [part for part, _ in parts])
    return _with_left_out(
        [_placed(part, text, marks.get(number, [])) for number, (part, _) in enumerate(parts)], text
    )


def _parts(messages: Sequence[Any]) -> Iterator[tuple[MessageText, Put]]:
    """The texts of the messages, each with a function that replaces it."""
    for at, message in enumerate(messages):
        if not isinstance(message, dict):
            continue
        yield from _content(at, message)
        for key in ("name", "refusal"):
            if isinstance(message.get(key), str):
                yield MessageText(at, key, message[key]), _putter(message, key)
        reasoning = next((key for key in REASONING if isinstance(message.get(key), str)), None)
        if reasoning is not None:
            yield MessageText(at, reasoning, message[reasoning]), _putter(message, reasoning)
        calls = message.get("tool_calls")
        for nth, call in enumerate(calls if isinstance(calls, list) else ()):
            if isinstance(call, dict):
                yield from _call(at, nth, call.get("function", call))


def _content(at: int, message: dict[str, Any]) -> Iterator[tuple[MessageText, Put]]:
    content = message.get("content")
    if isinstance(content, str):
        yield MessageText(at, "content", content), _putter(message, "content")
    for nth, part in enumerate(content if isinstance(content, list) else ()):
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield MessageText(at, "content", part["text"], nth), _putter(part, "text")


def _call(at: int, nth: int, function: Any) -> Iterator[tuple[MessageText, Put]]:
    if not isinstance(function, dict):
        return
    if isinstance(function.get("name"), str):
        yield MessageText(at, "call_name", function["name"], nth), _putter(function, "name")
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        yield MessageText(at, "arguments", arguments, nth), _putter(function, "arguments")
    for text, put in _nested(arguments):
        yield MessageText(at, "arguments", text, nth, nested=True), put


def _nested(value: Any) -> Iterator[tuple[str, Put]]:
    """The texts inside a value of JSON, but for the keys."""
    inner: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in list(inner):
        if isinstance(item, str):
            yield item, _putter(value, key)
        else:
            yield from _nested(item)


def _putter(holder: Any, key: Any) -> Put:
    def put(text: str) -> None:
        holder[key] = text

    return put


def _with_marks(text: str, first: int) -> str:
    """The text between its marks, inside its white space, which many templates remove."""
    inner = text.strip()
    start = text.index(inner)
    return f"{text[:start]}{chr(first)}{inner}{chr(first + 1)}{text[start + len(inner) :]}"


def _without_marks(rendered: str, plane: int) -> tuple[str, dict[int, list[tuple[bool, int]]]]:
    """The text without marks, and by number of the text whether each of its marks ends it, and its place."""
    marks: dict[int, list[tuple[bool, int]]] = {}
    plain: list[str] = []
    length = start = 0
    for place, char in enumerate(rendered):
        if char >= "\U000f0000" and ord(char) & 0x1F0000 == plane:
            plain.append(rendered[start:place])
            length += place - start
            start = place + 1
            number, is_end = divmod(ord(char) - plane, 2)
            marks.setdefault(number, []).append((bool(is_end), length))
    plain.append(rendered[start:])
    return "".join(plain), marks


def _placed(part: MessageText, text: str, marks: Sequence[tuple[bool, int]]) -> PlacedPart:
    inner = part.text.strip()
    spans: list[Span] = []
    begun: int | None = None
    for is_end, place in marks:
        if not is_end:
            if begun is not None:
                spans.append((begun, begun + _common(inner, text[begun : begun + len(inner)])))
            begun = place
        elif begun is not None:
            spans.append((begun, place))
            begun = None
        else:
            before = text[max(0, place - len(inner)) : place]
            spans.append((place - _common(inner[::-1], before[::-1]), place))
    if begun is not None:
        spans.append((begun, begun + _common(inner, text[begun : begun + len(inner)])))
    spans = [span for span in spans if span[0] < span[1]]
    return PlacedPart(part, tuple(spans), text[slice(*spans[0])] if spans else "")


def _with_left_out(parts: Sequence[PlacedPart], text: str) -> list[PlacedPart]:
    """The texts, each with the pieces of it that are not between the text before it and the text after it.

    Templates take texts apart at marks such as ``</think>``, and write the pieces with other marks.
    """
    starts = [placed.spans[0][0] if placed.spans else None for placed in parts]
    result = []
    before = 0
    for number, placed in enumerate(parts):
        inner = placed.source.text.strip()
        if placed.spans and len(placed.kept) < len(inner):
            after = next((start for start in starts[number + 1 :] if start is not None), len(text))
            near = text[before : max(after, placed.spans[0][1])]
            pieces = [piece.strip() for piece in PIECES.split(inner)]
            placed = replace(placed, left_out=" ".join(piece for piece in pieces if piece not in near))
        if placed.spans:
            before = placed.spans[0][1]
        result.append(placed)
    return result


def _common(one: str, other: str) -> int:
    """The length of the common beginning of two texts."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _search(text: str, parts: Sequence[MessageText]) -> list[PlacedPart]:
    """The texts where they are found after the one before, else anywhere; also as they stand in JSON."""
    cursor = 0
    placed = []
    for part in parts:
        found = PlacedPart(part, (), "", is_exact=False)
        inner = part.text.strip()
        for form in (inner, json.dumps(inner, ensure_ascii=False)[1:-1], json.dumps(inner)[1:-1]):
            start = text.find(form, cursor)
            start = start if start >= 0 else text.find(form)
            if start >= 0:
                found = replace(found, spans=((start, start + len(form)),), kept=form)
                cursor = max(cursor, start)
                break
        placed.append(found)
    return placed
