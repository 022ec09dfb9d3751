"""Detect the markers of the legacy prompt–completion format: separator, leading space and stop.

A base model is trained on one continuous text, so prompts ended in a separator, completions began with a space and
ended in a stop sequence. Rules check these markers; conversion removes or adds them.

The marker of a dataset is the one that at least 95 % of its texts end in (``MAJORITY``). The others are outliers, which
rules list and a fix completes.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from ftlint._polars import pl
from ftlint.display import quote

if TYPE_CHECKING:
    from polars import DataFrame, DataType, Expr, Series

    from ftlint.batch.batch import Batch

# The candidates of OpenAI's removed preparation tool, in its order. Its stop "." is omitted: it is no marker where
# answers are sentences, and a number with a decimal point would end the answer.
SEPARATORS = (
    " ->",
    "\n\n###\n\n",
    "\n\n===\n\n",
    "\n\n---\n\n",
    "\n\n===>\n\n",
    "\n\n--->\n\n",
    "\n\n### =>\n\n",
)
STOPS = ("\n", " END", "***", "+++", "&&&", "$$$", "@", "%%%", " [END]")
# The newline detects whether any prompt has several lines.
PROMPT_CANDIDATES = (*SEPARATORS, "\n")
MAX_ENDING_LENGTH = 60
"""The greatest length of a common ending, in characters."""
MAJORITY = 95
"""The percentage of texts that have the marker of their dataset. Of fewer than 20 texts these are all: 18 of 19 are
94.7 %. OpenAI's tool wanted all texts, so that one odd row among thousands hid a marker.
"""
# A marker that is not text: a run of signs such as ###, --> or ***, or an end token, with the blanks around it.
END_TOKENS = r"<\|\w+\|>|</s>|<(?:END|EOS|STOP|SEP|end|eos|stop|sep)>|\[/?(?:END|EOS|STOP|DONE|SEP|INST)\]"
SIGNS = re.compile(rf"\s*(?:[-=#>*+&$@%~]{{2,}}|{END_TOKENS})\s*$")
END_WORDS = re.compile(r"\s+(?:END|STOP|DONE|EOS|EOT)\s*$")
# A candidate of two signs, as one.
COMPOUND = re.compile(rf"\s*(?:{'|'.join(c.strip() for c in SEPARATORS if not SIGNS.fullmatch(c))})\s*$")
# Two signs at the end of a word may be its own ("C++", "**bold**"); an arrow is not.
GLUED = re.compile(r"[^\s>]{2}\s*")
# A label before the answer: the last line is a few words and a colon.
LABEL = re.compile(r"\n+[^\S\n]*\w[\w ]{0,24}:\s*$")
# Scripts whose words begin with a space in byte-pair vocabularies; those of Chinese, Japanese, Thai … do not. A number
# without a space is one token in all vocabularies of OpenAI; with a space it is two in the newer ones.
SPACED = (
    r"^(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{Hebrew}\p{Arabic}\p{Devanagari}\p{Bengali}\p{Hangul}]"
    r"|[0-9]\P{L}*\p{L})"
)


class CommonEnding(Struct, frozen=True):
    """The common ending of the texts of a column: ``shared`` by all of them, ``usual`` that of the majority."""

    n: int
    distinct: bool
    shared: str
    usual: str
    """The longest sign or label at the end of at least 95 % of the texts, with what is equal before it."""
    unmarked: int
    """The number of texts that do not end in ``usual``."""
    free: Sequence[str]
    """The candidate markers that occur in no text."""
    candidates: Sequence[str]
    """The usual markers of this column."""
    clean: bool
    """Whether it is known that the marker occurs only at the end of texts."""
    repeats: int = 0
    """The number of texts that contain their last character before their end, too."""

    @property
    def mark(self) -> str | None:
        """The shared ending from its first character that is not a letter or digit, or None."""
        for place, character in enumerate(self.shared):
            if not character.isalnum():
                return self.shared[place:]
        return None

    @property
    def is_informative(self) -> bool:
        """Whether the ending marks the end of a text: a sign, several characters, or one that occurs nowhere else."""
        mark = self.mark
        return self.sign is not None or (mark is not None and (len(mark) > 1 or not self.repeats))

    @property
    def sign(self) -> str | None:
        """The part of the usual ending that is a marker of the legacy format and not text."""
        return _sign(self.usual, self.candidates)

    @property
    def strong_mark(self) -> str | None:
        """The sign, or a label such as ``\\nAgent:``: it should occur only at the end of texts."""
        return _strong_mark(self.usual, self.candidates)

    def as_most(self, mark: str) -> str:
        """How the majority ends, as a clause."""
        return f"in {quote(mark)}, as {self.n - self.unmarked:,} of {self.n:,} do"


def prompt_endings(batch: "Batch", *, choose: bool = True) -> "DataFrame":
    """The state of a batch's prompts (see ``observe``), perhaps with more than was asked for."""
    return _endings_of(batch, "prompt", PROMPT_CANDIDATES, choose=choose)


def completion_endings(batch: "Batch", *, choose: bool = True) -> "DataFrame":
    """The state of a batch's completions (see ``observe``), perhaps with more than was asked for."""
    return _endings_of(batch, "completion", STOPS, choose=choose)


def _endings_of(batch: "Batch", column: str, candidates: Sequence[str], *, choose: bool) -> "DataFrame":
    texts, name = batch.prompt_completions[column], f"{column} endings"
    if not choose and not batch.has_computed(name):
        return observe(texts, candidates, choose=False)
    state: DataFrame = batch.once(name, lambda: observe(texts, candidates))
    return state


def observe(texts: "Series", candidates: Sequence[str], *, choose: bool = True) -> "DataFrame":
    """The state of one batch, as one row.

    The row has n, first, same, shared, endings, mark, inside, repeats, and which candidates occur. Without ``choose``
    the texts are not searched for the candidates. Completions of blanks only are ignored, as nulls are.
    """
    texts = texts.drop_nulls()
    if candidates == STOPS:
        texts = texts.filter(texts.str.contains(r"\S"))
    if not len(texts):
        return pl.DataFrame(schema=_schema(candidates))
    tails = texts.str.tail(MAX_ENDING_LENGTH)
    shared = _common_ending([text for text in (tails.min(), tails.max()) if isinstance(text, str)], tails)
    endings = _endings(texts, tails, candidates)
    mark = _strong_mark(_usual(endings, shared, candidates)[0], candidates)
    inside = texts.alias("text").to_frame().select(occurs_inside("text", mark).sum()).item() if mark else 0
    row: dict[str, object] = {
        "n": len(texts),
        "first": texts[0],
        "same": bool((texts == texts[0]).all()),
        "shared": shared,
        "endings": endings.to_dicts(),
        "mark": mark,
        "inside": int(inside or 0),
        "repeats": _repeats(texts) if shared else 0,
    }
    for place, candidate in enumerate(candidates):
        row[f"c{place}"] = not choose or bool(texts.str.contains(candidate, literal=True).any())
    return pl.DataFrame([row], schema=_schema(candidates))


def conclude(observed: "DataFrame | None", candidates: Sequence[str]) -> CommonEnding | None:
    """The common ending of the entire column, from the states of all batches; None where there is no text."""
    if observed is None or not observed.height:
        return None
    shared = _common_ending(observed["shared"].to_list())
    same = bool(observed["same"].all()) and observed["first"].n_unique() == 1
    endings = observed.select(pl.col("endings").explode()).drop_nulls().unnest("endings")
    usual, unmarked = _usual(endings.group_by("ending").agg(pl.col("texts").sum()), shared, candidates)
    mark = _strong_mark(usual, candidates)
    return CommonEnding(
        n=int(observed["n"].sum()),
        distinct=not same,
        shared=shared,
        usual=usual,
        unmarked=unmarked,
        candidates=candidates,
        free=tuple(c for place, c in enumerate(candidates) if not observed[f"c{place}"].any()),
        repeats=int(observed["repeats"].sum()),
        clean=bool(observed["mark"].eq_missing(mark).all()) and not int(observed["inside"].sum()),
    )


def is_majority(part: int, total: int) -> bool:
    """Whether a part is at least 95 % of a total that is not zero."""
    return total > 0 and part * 100 >= total * MAJORITY


def with_mark(text: str, mark: str) -> str | None:
    """A text with the marker at its end; None if it ends in another sign, or another label, which may be meant."""
    own = _own_mark(text)
    if text.endswith(mark):
        return text
    if own is None or (LABEL.search(own) and not LABEL.search(mark)):
        return text + mark
    # The same marker with other blanks around it.
    return text[: len(text) - len(own)] + mark if own.strip() == mark.strip() else None


def add_missing(column: str, mark: str) -> "Expr":
    """The texts of a column, with the marker at the end of those that lack it and can have it."""

    def completed(texts: "Series") -> "Series":
        lacking = (~texts.str.ends_with(mark)).fill_null(value=False).arg_true()
        found = [with_mark(text, mark) or text for text in texts.gather(lacking)]
        return texts.scatter(lacking, pl.Series(found, dtype=pl.String)) if found else texts

    text = pl.col(column)
    made = text.map_batches(completed, return_dtype=pl.String)
    return pl.when(text.str.contains(r"\S")).then(made).otherwise(text) if column == "completion" else made


def outliers(column: str, mark: str) -> "Expr":
    """Whether a text lacks the marker of the majority. A completion of blanks only is none."""
    text = pl.col(column)
    return ~text.str.ends_with(mark) & (text.str.contains(r"\S") if column == "completion" else True)


def choose_separator(ends: CommonEnding) -> str:
    """The first candidate that occurs in no prompt; the arrow only if no prompt has several lines."""
    several = "\n" not in ends.free
    usable = [c for c in ends.free if c in SEPARATORS and not (several and c == SEPARATORS[0])]
    return usable[0] if usable else SEPARATORS[-1]


def choose_stop(ends: CommonEnding) -> str:
    """The first candidate that occurs in no completion."""
    usable = [c for c in ends.free if c in STOPS]
    return usable[0] if usable else STOPS[-1]


def occurs_inside(column: str, mark: str) -> "Expr":
    """Whether a text contains the marker before its end."""
    text = pl.col(column)
    body = pl.when(text.str.ends_with(mark)).then(text.str.head(-len(mark))).otherwise(text)
    return body.str.contains(mark, literal=True)


def lacks_space(text: "Expr") -> "Expr":
    """Whether a completion begins with a letter that needs a space before it."""
    return text.str.contains(SPACED)


def _sign(ending: str, candidates: Sequence[str]) -> str | None:
    matching_candidates = [c for c in candidates if c != "\n" and ending.endswith(c)]
    matches = [match.group() for match in (SIGNS.search(ending), END_WORDS.search(ending)) if match]
    # Multi-line prompts may all end in a newline by chance; for completions a common final newline is a marker.
    newline = ["\n"] if ending.endswith("\n") and candidates == STOPS else []
    return max([*matching_candidates, *matches, *newline], key=len, default=None)


def _strong_mark(ending: str, candidates: Sequence[str]) -> str | None:
    match = LABEL.search(ending)
    return _sign(ending, candidates) or (match.group() if match else None)


def _own_mark(text: str) -> str | None:
    """The sign or label at the end of a single text; signs of a word, as in "C++", are none."""
    match = SIGNS.search(text) or END_WORDS.search(text) or LABEL.search(text)
    return match.group() if match and not GLUED.fullmatch(match.group()) else None


def _endings(texts: "Series", tails: "Series", candidates: Sequence[str]) -> "DataFrame":
    """The sign or label at the end of each text ("" for none), and the number of texts that end in it.

    A completion that is nothing but its ending is a label or a word, and ignored.
    """
    is_stop = candidates == STOPS
    patterns = (
        COMPOUND,
        SIGNS,
        END_WORDS,
        *(() if is_stop else (LABEL,)),
        *((re.compile(r"[@\n]$"),) if is_stop else ()),
    )
    tail = pl.col("tail")
    found = pl.coalesce(*(tail.str.extract(f"({pattern.pattern})") for pattern in patterns), pl.lit(""))
    frame = pl.DataFrame({"tail": tails, "text": texts}).with_columns(ending=found)
    if is_stop:
        frame = frame.filter(pl.col("text").str.strip_suffix(pl.col("ending")).str.contains(r"\S"))
    return frame.group_by("ending").agg(texts=pl.len().cast(pl.UInt64)).sort("ending")


def _usual(endings: "DataFrame", shared: str, candidates: Sequence[str]) -> tuple[str, int]:
    """The longest ending of at least 95 % of the texts, and the number of the others. ``shared`` if it is no marker.

    Every marker that a text ends in is the end of the text's own sign or label, so that these suffice.
    """
    total, usual, have = int(endings["texts"].sum()), "", 0
    left = endings
    for length in range(1, MAX_ENDING_LENGTH + 1):
        longer = pl.col("ending").str.tail(length)
        tops = (
            left.filter(pl.col("ending").str.len_chars() >= length)
            .group_by(ending=longer)
            .agg(pl.col("texts").sum())
            .sort("texts", descending=True)
        )
        if not tops.height or not is_majority(int(tops["texts"][0]), total):
            break
        usual = tops["ending"][0]
        left = left.filter(longer == usual)
    mark = _strong_mark(usual, candidates)
    if mark is not None:
        have = int(endings.filter(pl.col("ending").str.ends_with(mark))["texts"].sum())
    if mark is None or (have < total and GLUED.fullmatch(mark)):
        return shared, 0
    return usual, total - have


def _repeats(texts: "Series") -> int:
    text = pl.col("text")
    last = text.str.tail(1)
    repeated = texts.alias("text").to_frame().select(text.str.head(-1).str.contains(last, literal=True).sum())
    return int(repeated.item() or 0)


def _common_ending(texts: Sequence[str], tails: "Series | None" = None) -> str:
    if not texts:
        return ""
    shared = texts[0]
    for text in texts[1:]:
        shared = _shared_tail(shared, text)
    while tails is not None and shared and not bool(tails.str.ends_with(shared).all()):
        # Shorten to the common ending with the first text that differs.
        second = tails.filter(~tails.str.ends_with(shared))[0]
        shared = _shared_tail(shared, second)
    return shared


def _shared_tail(first: str, second: str) -> str:
    length = 0
    for a, b in zip(reversed(first), reversed(second), strict=False):
        if a != b:
            break
        length += 1
    return first[len(first) - length :]


def _schema(candidates: Sequence[str]) -> "dict[str, type[DataType] | DataType]":
    fixed: dict[str, type[DataType] | DataType] = {
        "n": pl.UInt64,
        "first": pl.String,
        "same": pl.Boolean,
        "shared": pl.String,
        "endings": pl.List(pl.Struct({"ending": pl.String, "texts": pl.UInt64})),
        "mark": pl.String,
        "inside": pl.UInt64,
        "repeats": pl.UInt64,
    }
    return {**fixed, **{f"c{place}": pl.Boolean for place in range(len(candidates))}}
