"""Taking the marks of the legacy format off, or putting them on, while a file is converted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.legacy_markers import (
    PROMPT_CANDIDATES,
    STOPS,
    CommonEnding,
    choose_separator,
    choose_stop,
    conclude,
    lacks_space,
    observe,
)
from ftlint.display import quote
from ftlint.shapes.shape import Message, Record

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch


@dataclass(frozen=True, slots=True)
class LegacyMarkers:
    """Markers to remove (``on`` false) or add: the separator, the space before the answer, the stop."""

    separator: str
    space: bool
    stop: str
    on: bool

    def add(self, record: Record) -> None:
        """Add the markers to a written prompt and completion, in place."""
        record["prompt"] = self._ended(record["prompt"], self.separator)
        record["completion"] = self._ended(self._spaced(record["completion"]), self.stop)

    def strip(self, messages: Sequence[Message]) -> None:
        """Remove the markers from a prompt and its completion, in place."""
        for message in messages:
            text = message.get("content")
            if isinstance(text, str) and message.get("role") == "user":
                message["content"] = self._bare_prompt(text)
            elif isinstance(text, str) and message.get("role") == "assistant":
                message["content"] = self._bare_answer(text)

    def bare(self, text: str) -> tuple[str, str]:
        """A text without the markers, as a prompt and as an answer."""
        return self._bare_prompt(text), self._bare_answer(text)

    def account(self) -> str | None:
        """A description of the change, in one line."""
        done = []
        if self.separator:
            done.append(f"the separator {quote(self.separator)}")
        if self.space:
            done.append("the leading space")
        if self.stop:
            done.append(f"the stop {quote(self.stop)}")
        if not done:
            return None
        return f"{'put on' if self.on else 'taken off'}: {', '.join(done)}"

    def _bare_prompt(self, text: str) -> str:
        return text.removesuffix(self.separator) if self.separator else text

    def _bare_answer(self, text: str) -> str:
        text = text.removesuffix(self.stop) if self.stop else text
        return text.removeprefix(" ") if self.space else text

    def _spaced(self, text: str) -> str:
        return f" {text}" if self.space and text and not text[0].isspace() else text

    @staticmethod
    def _ended(text: str, mark: str) -> str:
        return text if text.endswith(mark) else text + mark


@dataclass(slots=True)
class MarkerStats:
    """Statistics on the prompts and answers of a file, batch by batch. ``choosing``: for markers to add."""

    choosing: bool = True
    prompts: "list[DataFrame]" = field(default_factory=list)
    answers: "list[DataFrame]" = field(default_factory=list)
    unspaced: int = 0
    wanting: int = 0

    def observe(self, batch: "Batch") -> None:
        """Count the records of the completion shape."""
        pairs = batch.prompt_completions
        if pairs.height:
            self._count(pairs)

    def observe_written(self, pairs: Sequence[tuple[str, str] | None]) -> None:
        """Count prompts and completions as they will be written."""
        found = [pair for pair in pairs if pair is not None]
        if found:
            self._count(
                pl.DataFrame(found, schema={"prompt": pl.String, "completion": pl.String}, orient="row")
            )

    def join(self, part: "MarkerStats") -> None:
        """Merge the statistics of another part of the file."""
        self.prompts += part.prompts
        self.answers += part.answers
        self.unspaced += part.unspaced
        self.wanting += part.wanting

    def markers_to_strip(self, separator: str | None, stop: str | None) -> LegacyMarkers:
        """The markers that all texts share and the user did not set in the options: these are removed."""
        prompts, answers = self._conclude()
        if separator is None:
            separator = _sign(prompts)
        if stop is None:
            stop = _sign(answers)
        return LegacyMarkers(separator, bool(answers) and self.unspaced == 0, stop, on=False)

    def markers_to_add(self, separator: str | None, stop: str | None, *, classes: bool) -> LegacyMarkers:
        """The markers that all texts lack; labels need no stop, and scripts without spaces no space."""
        prompts, answers = self._conclude()
        if separator is None:
            lacking = prompts is not None and not prompts.strong_mark
            separator = choose_separator(prompts) if prompts and lacking else ""
        if stop is None:
            lacking = answers is not None and not classes and not answers.sign
            stop = choose_stop(answers) if answers and lacking else ""
        return LegacyMarkers(separator, self.wanting > 0, stop, on=True)

    def _count(self, pairs: "DataFrame") -> None:
        self.prompts.append(observe(pairs["prompt"], PROMPT_CANDIDATES, choose=self.choosing))
        self.answers.append(observe(pairs["completion"], STOPS, choose=self.choosing))
        first = pairs["completion"].str.head(1)
        self.unspaced += int((first != " ").sum())
        self.wanting += int(pairs.select(lacks_space(pl.col("completion"))).to_series().sum() or 0)

    def _conclude(self) -> tuple[CommonEnding | None, CommonEnding | None]:
        prompts = conclude(pl.concat(self.prompts) if self.prompts else None, PROMPT_CANDIDATES)
        answers = conclude(pl.concat(self.answers) if self.answers else None, STOPS)
        return prompts, answers


def _sign(ends: CommonEnding | None) -> str:
    """The marker that all texts end in, unless it is the entire text."""
    sign = ends.sign if ends and ends.n > 1 else None
    return sign if ends and sign and (ends.distinct or sign != ends.shared) else ""
