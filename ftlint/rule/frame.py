"""Rules that are a polars expression on one frame of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ftlint._polars import pl
from ftlint.batch.example import Example, Location
from ftlint.context import RuleContext
from ftlint.io.block import FaultKind
from ftlint.rule.base import Rule
from ftlint.rule.matched import MatchedRow

if TYPE_CHECKING:
    from polars import Series

BLANK = r"^[\s\p{Cf}\x{115F}\x{1160}\x{3164}\x{2800}\x{180E}\x{FE0F}]*$"
"""A regular expression for a text that says nothing: white space, invisible and blank-looking characters."""
# An empty list, or nothing but text parts, as the column ``beyond`` spells them. Parts of another form are
# wrong-type's business.
TEXT_PARTS = r'"content": \[(?:\{"text": "[^"]*", "type": "text"\}(?:, )?)*\]'


class FrameRule(Rule):
    """A rule that is a polars expression on one frame of a batch: ``frame`` names a property of ``Batch``.

    ``examples``, ``messages``, ``texts``, ``calls``, ``results``, ``tools``, ``media``, ``preference_pairs`` and
    others; their columns are listed there.
    """

    columns: ClassVar[Sequence[str]] = ()
    """Columns of the frame that the rule reads from a match, beside those that say where it is."""
    message: ClassVar[str] = ""
    field: ClassVar[str] = "content"
    """The field of a message that the finding's path ends in; of a call: call, call_id, call_name or arguments."""
    tool_field: ClassVar[str] = ""
    """The field of a declared tool that the finding's path ends in: name, parameters, or nothing for the tool."""
    drops: ClassVar[bool] = False
    """The fix drops every record that the rule found."""

    def when(self, context: RuleContext) -> pl.Expr:
        """A boolean expression: true where the fault is."""
        raise NotImplementedError

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        """The finding's message for one match."""
        del match, context
        return self.message

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        """Where the finding points in a record with messages."""
        del context
        return match.location_in(self.field)

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        """Whether the fix applies to this match."""
        del match, context
        return self.fix is not None

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        """Change the example so that none of the matches is left. Not called where ``drops``."""
        raise NotImplementedError


def says_nothing() -> pl.Expr:
    """Messages without text, call, refusal or image, as far as their content is one that can be read."""
    no_text = pl.col("content").fill_null("").str.contains(BLANK)
    text_parts = (pl.col("kind") == "parts") & pl.col("beyond").str.contains(TEXT_PARTS)
    readable = pl.col("kind").is_in(["text", "null"]) | text_parts
    calls_or_shows = (pl.col("n_calls") > 0) | (pl.col("n_media") > 0)
    return no_text & readable & ~calls_or_shows & (pl.col("refusal").fill_null("") == "")


class TextRule(FrameRule):
    """Looks at texts: at, part, role, field (content, part, arguments, reasoning, refusal), text. Its fix changes them.

    A rule that can only find texts with a rare character has ``frame = "unusual_texts"`` and is spared the others:
    those of letters, digits and punctuation alone (see ``ftlint.batch.messages.UNUSUAL``).
    """

    frame = "texts"
    columns = ("text",)

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        """The text without the fault."""
        raise NotImplementedError

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        """Put every fixed text back where the file has it."""
        for match in matches:
            text = example.text(match.location)
            if text is not None:
                example.set_text(match.location, self.fix_text(text, match, context))


class MessageFrameRule(FrameRule):
    """Looks at a frame of faults that have their message: every row of it is a finding."""

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
    """Looks at what a record's JSON Schema forbids: kind (missing, wrong, unknown), path, message."""

    frame = "schema_violations"
    columns = ("message", "pointer")
    violation: ClassVar[str]

    def when(self, context: RuleContext) -> pl.Expr:
        """Every violation of this rule's kind."""
        del context
        return pl.col("kind") == self.violation


class FaultRule(MessageFrameRule):
    """Something the reader noticed about the bytes. A fix of this kind is made by the reader itself."""

    frame = "faults"
    fault: ClassVar[FaultKind]

    def when(self, context: RuleContext) -> pl.Expr:
        """Every fault of this rule's kind."""
        del context
        return pl.col("kind") == self.fault


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A span of a text, ``words`` that name it without showing it, and the mark that may take its place."""

    start: int
    end: int
    words: str
    mark: str


class SpanRule(TextRule):
    """Looks for spans of texts that only Python can judge (a checksum, a date): a cheap expression picks the texts.

    The fix puts marks in their places. A mark must be nothing that the rule finds.
    """

    several: ClassVar[str] = "more"
    """What more spans in one text are called."""

    def prefilter(self, context: RuleContext) -> pl.Expr:
        """An expression on ``texts``: true wherever there may be a span."""
        raise NotImplementedError

    def find_spans(self, text: str) -> Sequence[TextSpan]:
        """The spans in a text, in order, none inside another."""
        raise NotImplementedError

    def when(self, context: RuleContext) -> pl.Expr:
        candidates = pl.when(self.prefilter(context)).then(pl.col("text"))
        return candidates.map_batches(self._have_spans, return_dtype=pl.Boolean)

    def _have_spans(self, texts: Series) -> Series:
        indexes = texts.is_not_null().arg_true()
        found = [i for i, text in zip(indexes, texts.gather(indexes), strict=True) if self.find_spans(text)]
        return (
            pl.select(pl.int_range(len(texts), dtype=pl.UInt32).is_in(found)).to_series().rename(texts.name)
        )

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        first, *more = self.find_spans(match["text"])
        message = f"{first.words} at character {first.start + 1}"
        return f"{message}, and {len(more)} {self.several}" if more else message

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        done, fixed = 0, []
        for span in self.find_spans(text):
            fixed += [text[done : span.start], f"[{span.mark}]"]
            done = span.end
        return "".join([*fixed, text[done:]])
