"""Describe a changed example: the first difference, and its text on one line."""

from collections.abc import Sequence
from itertools import zip_longest

from msgspec import Struct

from ftlint.batch.speaker import canonical_role
from ftlint.commands.diff.run import ChangedExample, DiffEntry
from ftlint.engine.excerpts import Said
from ftlint.report.fix_diff import spans

CONTEXT = 30
MAX_LENGTH = 160
NOTHING: Said = ("", "", "")


class ExamplePlace(Struct, frozen=True):
    """The first message in which two examples differ: its author, both texts around the difference, and the
    number of further messages that differ. A text is None if that side has no such message.
    """

    who: str
    before: str | None
    after: str | None
    more: int


def first_difference(changed: ChangedExample) -> ExamplePlace | None:
    """The first difference of a changed example; None if its messages are equal."""
    pairs = list(zip_longest(changed.old.said, changed.new.said, fillvalue=NOTHING))
    different = [(one, other) for one, other in pairs if one[:2] != other[:2]]
    if not different:
        return None
    one, other = different[0]
    before = one[1] if one is not NOTHING else None
    after = other[1] if other is not NOTHING else None
    who = one[0] if one[0] == other[0] else " → ".join(who for who in (one[0], other[0]) if who)
    if before is not None and after is not None:
        before, after = _around(before, after)
    return ExamplePlace(who, _short(before), _short(after), len(different) - 1)


def one_line(entry: DiffEntry, limit: int = MAX_LENGTH) -> str:
    """The last question and its answer."""
    messages = list(entry.said)
    answer = next((text for who, text, _ in reversed(messages) if canonical_role(who) == "assistant"), None)
    question = next((text for who, text, _ in reversed(messages) if canonical_role(who) == "user"), None)
    texts = [text for text in (question, answer) if text is not None] or [text for _, text, _ in messages[:1]]
    room = max(limit // max(len(texts), 1) - 4, 10)
    return " → ".join(_cut(" ".join(text.split()) or "(nothing)", room) for text in texts)


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts from a little before their first difference."""
    differing = spans(before, after)
    start = max(differing[0].before[0] - CONTEXT, 0) if differing else 0
    if start <= CONTEXT // 2:
        return before, after
    return f"…{before[start:]}", f"…{after[start:]}"


def _short(text: str | None) -> str | None:
    return None if text is None else _cut(" ".join(text.split()) or "(nothing)", MAX_LENGTH)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def amounts(entries: Sequence[object], total: int) -> int:
    """The number of entries not listed."""
    return max(total - len(entries), 0)
