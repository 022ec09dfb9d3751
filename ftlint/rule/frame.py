"""Rules that are a polars expression on one frame of a batch: a class for each frame.

Rules about pieces inside of texts that only Python can judge: a checksum, a date, what stands around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ftlint._polars import pl
from ftlint.batch.example import Example
from ftlint.context import Job
from ftlint.io.block import FaultKind
from ftlint.rule.base import Found, Rule

if TYPE_CHECKING:
    from polars import Series

BLANK = r"^[\s\p{Cf}\x{115F}\x{1160}\x{3164}\x{2800}\x{180E}\x{FE0F}]*$"
"""A regular expression for a text that says nothing: white space, invisible and blank-looking characters."""
# An empty list, or nothing but text parts, as the column ``beyond`` spells them. Parts of another form are
# wrong-type's business.
TEXT_PARTS = r'"content": \[(?:\{"text": "[^"]*", "type": "text"\}(?:, )?)*\]'


class FrameRule(Rule):
    """A rule that is a polars expression on one frame of a batch."""

    columns: ClassVar[Sequence[str]] = ()
    """Columns of the frame that ``say``, ``place`` or ``mend`` read, beside ``i`` and the place columns."""
    message: ClassVar[str] = ""
    field: ClassVar[str] = "content"
    """The field of a message that the finding's path ends in."""
    tool_field: ClassVar[str] = ""
    """The field of a declared tool that the finding's path ends in: name, parameters, or nothing for the tool."""
    drops: ClassVar[bool] = False
    """The fix drops every record that the rule found."""

    def when(self, job: Job) -> pl.Expr:
        """A boolean expression: true where the fault is."""
        raise NotImplementedError

    def say(self, found: Found, job: Job) -> str:
        """The finding's message for one matched row."""
        del found, job
        return self.message

    def place(self, found: Found, job: Job) -> Found:
        """Where the finding points: a message by ``at``, and in it ``field`` and ``part``."""
        del job
        return {"field": self.field, **found}

    def can_mend(self, found: Found, job: Job) -> bool:
        """Whether the fix applies to this very place."""
        del found, job
        return self.fix is not None

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        """Change the example so that none of the found places is left. Not called where ``drops``."""
        raise NotImplementedError


class ExampleRule(FrameRule):
    """Looks at whole examples: row, roles (a signature, one letter a message), n_messages, text_bytes …"""

    frame = "examples"


class MessageRule(FrameRule):
    """Looks at messages: at, role, written_role, name, weight, content, says, kind, n_calls …"""

    frame = "messages"

    @staticmethod
    def says_nothing() -> pl.Expr:
        """Messages without text, call, refusal or image, as far as their content is one that can be read."""
        no_text = pl.col("content").fill_null("").str.contains(BLANK)
        text_parts = (pl.col("kind") == "parts") & pl.col("beyond").str.contains(TEXT_PARTS)
        readable = pl.col("kind").is_in(["text", "null"]) | text_parts
        calls_or_shows = (pl.col("n_calls") > 0) | (pl.col("n_media") > 0)
        return no_text & readable & ~calls_or_shows & (pl.col("refusal").fill_null("") == "")


class TextRule(FrameRule):
    """Looks at pieces of text: at, part, role, field (content, part, arguments, reasoning, refusal), text.

    A rule that can only find texts with a rare character says ``frame = "unusual_texts"`` and is spared the
    others: those of letters, digits and punctuation alone (see ``ftlint.frames.UNUSUAL``).
    """

    frame = "texts"
    columns = ("text",)

    def mend_text(self, text: str, found: Found, job: Job) -> str:
        """The text without the fault."""
        raise NotImplementedError

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        """Put every mended text back where the file has it."""
        for place in found:
            text = example.text(place)
            if text is not None:
                example.put(place, self.mend_text(text, place, job))


class CallRule(FrameRule):
    """Looks at tool calls: at, part, id, name, arguments, kind, state, tool, earlier, answers, last …

    ``field`` says what the finding points at: call, call_id, call_name or arguments.
    """

    frame = "calls"
    field = "arguments"


class ResultRule(FrameRule):
    """Looks at results of tool calls: at, id, name, role, kind, call, repeated, waiting."""

    frame = "results"
    field = "tool_call_id"


class ToolRule(FrameRule):
    """Looks at declared tools: nth, name, parameters (JSON text), kind, earlier, legacy, strict.

    ``tool_field`` says what of a tool the finding points at: name, parameters, or the tool itself.
    """

    frame = "tools"


class MediaRule(FrameRule):
    """Looks at images, videos and audio in messages: at, part, role, type, url, detail."""

    frame = "media"
    field = "media"


class PairRule(FrameRule):
    """Looks at pairs of answers: wanted, rejected, their sizes and roles (see ``Batch.sides``)."""

    frame = "preference_pairs"


class ToldRule(FrameRule):
    """Looks at a frame of faults that were found with their words: every row of it is a finding."""

    columns: ClassVar[Sequence[str]] = ("message",)

    def when(self, job: Job) -> pl.Expr:
        """Every row."""
        del job
        return pl.lit(True)

    def say(self, found: Found, job: Job) -> str:
        """The words that the fault was found with."""
        del job
        return str(found["message"])


class MisfitRule(ToldRule):
    """Looks at what a record's JSON Schema forbids: kind (missing, wrong, unknown), path, message."""

    frame = "schema_violations"
    columns = ("message", "pointer")
    misfit: ClassVar[str]

    def when(self, job: Job) -> pl.Expr:
        """Every misfit of this rule's kind."""
        del job
        return pl.col("kind") == self.misfit


class FaultRule(ToldRule):
    """Something the reader noticed about the bytes. A fix of this kind is made by the reader itself."""

    frame = "faults"
    fault: ClassVar[FaultKind]

    def when(self, job: Job) -> pl.Expr:
        """Every fault of this rule's kind."""
        del job
        return pl.col("kind") == self.fault


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, ``words`` that name it without showing it, and the mark that may take its place."""

    start: int
    end: int
    words: str
    mark: str


class PieceRule(TextRule):
    """Looks for pieces in texts: a cheap expression picks the texts, Python finds the pieces.

    The fix puts marks in their places. A mark must be nothing that the rule finds.
    """

    several: ClassVar[str] = "more"
    """What more pieces in one text are called."""

    def likely(self, job: Job) -> pl.Expr:
        """An expression on ``texts``: true wherever there may be a piece."""
        raise NotImplementedError

    def pieces(self, text: str) -> Sequence[Piece]:
        """The pieces in a text, in order, none inside another."""
        raise NotImplementedError

    def when(self, job: Job) -> pl.Expr:
        candidates = pl.when(self.likely(job)).then(pl.col("text"))
        return candidates.map_batches(self._have_pieces, return_dtype=pl.Boolean)

    def _have_pieces(self, texts: Series) -> Series:
        places = texts.is_not_null().arg_true()
        found = [place for place, text in zip(places, texts.gather(places), strict=True) if self.pieces(text)]
        return (
            pl.select(pl.int_range(len(texts), dtype=pl.UInt32).is_in(found)).to_series().rename(texts.name)
        )

    def say(self, found: Found, job: Job) -> str:
        first, *more = self.pieces(found["text"])
        told = f"{first.words} at character {first.start + 1}"
        return f"{told}, and {len(more)} {self.several}" if more else told

    def mend_text(self, text: str, found: Found, job: Job) -> str:
        done, mended = 0, []
        for piece in self.pieces(text):
            mended += [text[done : piece.start], f"[{piece.mark}]"]
            done = piece.end
        return "".join([*mended, text[done:]])
