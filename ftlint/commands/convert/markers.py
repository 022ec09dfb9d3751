"""Taking the marks of the legacy format off, or putting them on, while a file is converted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.analysis.legacy_markers import (
    PROMPT_CANDIDATES,
    STOPS,
    CommonEnding,
    choose_separator,
    choose_stop,
    conclude,
    is_majority,
    lacks_space,
    observe,
    with_mark,
)
from ftlint.display import quote
from ftlint.shapes.shape import Message, Record

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch


class LegacyMarkers(Struct, frozen=True):
    """Markers to remove (``on`` false) or add: the separator, the space before the answer, the stop."""

    separator: str
    space: bool
    stop: str
    on: bool
    usual: frozenset[str] = frozenset()
    """Those that most texts have already: a text that ends in another one keeps it."""
    outliers: tuple[str, ...] = ()
    """What some texts lack of the markers that most have, each a clause."""

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
        few = f" ({'; '.join(self.outliers)})" if self.outliers else ""
        return f"{'put on' if self.on else 'taken off'}: {', '.join(done)}{few}"

    def _bare_prompt(self, text: str) -> str:
        return text.removesuffix(self.separator) if self.separator else text

    def _bare_answer(self, text: str) -> str:
        text = text.removesuffix(self.stop) if self.stop else text
        return text.removeprefix(" ") if self.space else text

    def _spaced(self, text: str) -> str:
        return f" {text}" if self.space and text and not text[0].isspace() else text

    def _ended(self, text: str, mark: str) -> str:
        if mark in self.usual:
            return with_mark(text, mark) or text
        return text if text.endswith(mark) else text + mark


class MarkerStats(Struct):
    """Statistics on the prompts and answers of a file, batch by batch. ``choosing``: for markers to add."""

    choosing: bool = True
    prompts: "list[DataFrame]" = field(default_factory=list)
    answers: "list[DataFrame]" = field(default_factory=list)
    n: int = 0
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
        self.n += part.n
        self.unspaced += part.unspaced
        self.wanting += part.wanting

    def markers_to_strip(self, separator: str | None, stop: str | None) -> LegacyMarkers:
        """The markers that most texts share and the user did not set in the options: these are removed."""
        prompts, answers = self._conclude()
        few = [_lacking(prompts, "prompts")] if separator is None else []
        few += [_lacking(answers, "completions")] if stop is None else []
        if separator is None:
            separator = _sign(prompts)
        if stop is None:
            stop = _sign(answers)
        space = bool(answers) and is_majority(self.n - self.unspaced, self.n)
        return LegacyMarkers(separator, space, stop, on=False, outliers=tuple(filter(None, few)))

    def markers_to_add(self, separator: str | None, stop: str | None, *, classes: bool) -> LegacyMarkers:
        """The markers that all texts lack, and those that few lack.

        Labels need no stop, and scripts without spaces no space.
        """
        prompts, answers = self._conclude()
        usual: set[str] = set()
        if separator is None and prompts is not None:
            separator = _missing(prompts, prompts.strong_mark, usual)
            separator = choose_separator(prompts) if separator is None else separator
        if stop is None and answers is not None and not classes:
            stop = _missing(answers, answers.sign, usual)
            stop = choose_stop(answers) if stop is None else stop
        return LegacyMarkers(separator or "", self.wanting > 0, stop or "", on=True, usual=frozenset(usual))

    def _count(self, pairs: "DataFrame") -> None:
        self.prompts.append(observe(pairs["prompt"], PROMPT_CANDIDATES, choose=self.choosing))
        self.answers.append(observe(pairs["completion"], STOPS, choose=self.choosing))
        completions = pairs["completion"].drop_nulls()
        completions = completions.filter(completions.str.contains(r"\S"))
        self.n += len(completions)
        self.unspaced += int((~completions.str.starts_with(" ")).sum())
        self.wanting += int(pairs.select(lacks_space(pl.col("completion"))).to_series().sum() or 0)

    def _conclude(self) -> tuple[CommonEnding | None, CommonEnding | None]:
        prompts = conclude(pl.concat(self.prompts) if self.prompts else None, PROMPT_CANDIDATES)
        answers = conclude(pl.concat(self.answers) if self.answers else None, STOPS)
        return prompts, answers


def _sign(ends: CommonEnding | None) -> str:
    """The marker that most texts end in, unless it is the entire text."""
    sign = ends.sign if ends and ends.n > 1 else None
    return sign if ends and sign and (ends.distinct or sign != ends.shared) else ""


def _missing(ends: CommonEnding, mark: str | None, usual: set[str]) -> str | None:
    """The marker of most texts if some lack it, "" if none does; None for no such marker."""
    if mark is None:
        return None
    usual.add(mark)
    return mark if ends.unmarked else ""


def _lacking(ends: CommonEnding | None, texts: str) -> str:
    """How many texts lack the marker that most have, as a clause; "" for none."""
    return (
        f"{ends.unmarked:,} of {ends.n:,} {texts} lack it" if ends and ends.unmarked and _sign(ends) else ""
    )
