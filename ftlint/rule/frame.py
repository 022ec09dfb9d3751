"""Base classes of rules that are a polars expression on one frame of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from ftlint._polars import pl
from ftlint.context import RuleContext
from ftlint.io.block import FaultKind
from ftlint.rule.base import Rule
from ftlint.rule.matched import MatchedRow

if TYPE_CHECKING:
    from polars import Series

    from ftlint.batch.example import Example, Location

BLANK = r"^[\s\p{Cf}\x{115F}\x{1160}\x{3164}\x{2800}\x{180E}\x{FE0F}]*$"
"""A regular expression for a blank text: white space, invisible and blank-looking characters only."""
# An empty list, or text parts only, as the column ``beyond`` writes them. Parts of another form are reported by
# wrong-type.
TEXT_PARTS = r'"content": \[(?:\{"text": "[^"]*", "type": "text"\}(?:, )?)*\]'


class FrameRule(Rule):
    """A rule that is a polars expression on one frame of a batch: ``frame`` names a property of ``Batch``.

    ``examples``, ``messages``, ``texts``, ``calls``, ``results``, ``tools``, ``media``, ``preference_pairs`` and
    others; their columns are listed there.
    """

    columns: ClassVar[Sequence[str]] = ()
    """Columns of the frame that the rule reads from a match, in addition to the columns of its location."""
    once_per: ClassVar[Sequence[str]] = ()
    """Columns: the matches of a record that are equal in them are one finding, at the first place, with a count."""
    message: ClassVar[str] = ""
    field: ClassVar[str] = "content"
    """The field of a message that the finding's path ends in; of a call: call, call_id, call_name or arguments."""
    tool_field: ClassVar[str] = ""
    """The field of a declared tool that the finding's path ends in: name, parameters, or nothing for the tool."""
    drops: ClassVar[bool] = False
    """The fix drops every matched record."""

    def when(self, context: RuleContext) -> pl.Expr:
        """A boolean expression: true where the fault is."""
        raise NotImplementedError

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        """The finding's message for one match."""
        del match, context
        return self.message

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        """The location of the finding in a record with messages."""
        del context
        return match.location_in(self.field)

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        """Whether the fix applies to this match."""
        del match, context
        return self.fix is not None

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        """Change the example so that the rule no longer matches. Not called where ``drops``."""
        raise NotImplementedError


def says_nothing(*, refusals: bool = True) -> pl.Expr:
    """Messages without text, call, media or refusal (if ``refusals`` are read), if their content has a valid type."""
    no_text = pl.col("content").fill_null("").str.contains(BLANK)
    text_parts = (pl.col("kind") == "parts") & pl.col("beyond").str.contains(TEXT_PARTS)
    readable = pl.col("kind").is_in(["text", "null"]) | text_parts
    calls_or_shows = (pl.col("n_calls") > 0) | (pl.col("n_media") > 0)
    refused = (pl.col("refusal").fill_null("") != "") & refusals
    return no_text & readable & ~calls_or_shows & ~refused


class TextRule(FrameRule):
    """A rule on texts: at, part, role, field (content, part, arguments, reasoning, refusal), text. The fix edits them.

    A rule that only matches texts with a rare character sets ``frame = "unusual_texts"`` to skip all other texts:
    those of letters, digits and punctuation only (see ``ftlint.batch.messages.UNUSUAL``).
    """

    frame = "texts"
    columns = ("text",)

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        """The text without the fault."""
        raise NotImplementedError

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        """Write every fixed text back to its location."""
        for match in matches:
            text = example.text(match.location)
            if text is not None:
                example.set_text(match.location, self.fix_text(text, match, context))


class MessageFrameRule(FrameRule):
    """A rule on a frame of faults with a message column: every row is a finding."""

    columns: ClassVar[Sequence[str]] = ("message",)

    def when(self, context: RuleContext) -> pl.Expr:
        """Every row."""
        del context
        return pl.lit(True)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        """The message of the row."""
        del context
        return str(match["message"])


class SchemaRule(MessageFrameRule):
    """A rule on violations of the record's JSON Schema: kind (missing, wrong, unknown), path, message."""

    frame = "schema_violations"
    columns = ("message", "pointer")
    violation: ClassVar[str]

    def when(self, context: RuleContext) -> pl.Expr:
        """Every violation of this rule's kind."""
        del context
        return pl.col("kind") == self.violation


class FaultRule(MessageFrameRule):
    """A fault that the reader detected in the bytes. The reader itself makes the fix."""

    frame = "faults"
    fault: ClassVar[FaultKind]

    def when(self, context: RuleContext) -> pl.Expr:
        """Every fault of this rule's kind."""
        del context
        return pl.col("kind") == self.fault


class TextSpan(Struct, frozen=True):
    """A span of a text, ``words`` that describe it without quoting it, and the mark that replaces it in a fix."""

    start: int
    end: int
    words: str
    mark: str


class SpanRule(TextRule):
    """A rule on spans that need Python to detect (a checksum, a date): a cheap expression selects the texts.

    The fix replaces spans by marks. The rule must not match a mark.
    """

    several: ClassVar[str] = "more"
    """The noun for further spans in one text."""

    def prefilter(self, context: RuleContext) -> pl.Expr:
        """An expression on ``texts``: true wherever there may be a span."""
        raise NotImplementedError

    def find_spans(self, text: str) -> Sequence[TextSpan]:
        """The spans in a text, in order and without overlap."""
        raise NotImplementedError

    def when(self, context: RuleContext) -> pl.Expr:
        candidates = pl.when(self.prefilter(context)).then(pl.col("text"))
        return candidates.map_batches(self._have_spans, return_dtype=pl.Boolean)

    def _have_spans(self, texts: Series) -> Series:
        indexes = texts.is_not_null().arg_true()
        matching = [
            i for i, text in zip(indexes, texts.gather(indexes), strict=True) if self.find_spans(text)
        ]
        return (
            pl.select(pl.int_range(len(texts), dtype=pl.UInt32).is_in(matching))
            .to_series()
            .rename(texts.name)
        )

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        first, *more = self.find_spans(match["text"])
        message = f"{first.words} at character {first.start + 1}"
        return f"{message}, and {len(more)} {self.several}" if more else message

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        end, fixed = 0, []
        for span in self.find_spans(text):
            fixed += [text[end : span.start], f"[{span.mark}]"]
            end = span.end
        return "".join([*fixed, text[end:]])
