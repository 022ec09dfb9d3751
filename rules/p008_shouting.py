"""More than a third of the letters of the prompts, or of the completions, are capitals.

A vocabulary is made from ordinary text: words in capitals fall into more tokens, often a third more or a half,
and the model has seen them far less often. Completions in capitals teach the model to shout back.

The fix writes these texts in small letters, prompts or completions of the completion shape, whichever are
meant; stop sequences such as ` END` stay. Names and the beginnings of sentences become small, too, so it is
unsafe: use it where nobody will miss them, and send the tuned model small letters as well. In other shapes the
finding is only a note.

What counts, and what the fix changes, are running texts: two words or more in a prompt, four or more in a
completion. So labels (`POS`, `NEG`, `NEW YORK`) stay as they are: a label is a name, and whoever reads the
answers compares it letter by letter. Texts with the signs of code, markup or addresses never count, and
capitals only in a text that has five in a row: abbreviations (`NATO`, `ATG GCC`) are no shouting. Each distinct
text counts once; of more than 100, only 100 are looked at, always the same.

Silent for scripts without small and capital letters, and below 100 letters (the option `letters`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Meta,
    RuleContext,
    Violation,
    pl,
)
from ftlint.rule import Options as RuleOptions

MOST = 100
WORDS = {"prompt": 2, "completion": 4}
WORD = r"\S{2,}"
CODE = r"[{}\[\]<>=_\\|`^~]|://|::|\(\)"
CAPITAL, SMALL, LOUD = r"\p{Changes_When_Lowercased}", r"\p{Ll}", r"\p{Lu}{5}"
# What ends a text without being a part of it: the signs of separators and stops, and two stops of letters.
SIGNS, STOPS = " \t\r\n-=#>*+&$@%~", (" END", "[END]")
COLUMNS = ("prompt", "completion")


class Shouting(DatasetRule):
    """Counts letters in a sample: the texts with the least digests, so that it does not matter how rows are cut."""

    code, name, severity, fix = "P008", "shouting", "info", "unsafe"
    fix_prompt = "Write {rows} in small letters?"

    class Options(RuleOptions):
        """How many letters say anything."""

        letters: Annotated[int, Meta(ge=1, description="fewest letters with small and capital forms")] = 100

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        is_completion = pl.col("shape") == "completion"
        counts = [
            _counts(mine.select(body=column), column, fixable, context)
            for fixable, of_it in ((True, is_completion), (False, ~is_completion))
            if (mine := batch.exchanges.filter(of_it)).height
            for column in COLUMNS
        ]
        return _few(pl.concat(counts)) if counts else None

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        loud = pl.any_horizontal(pl.col(COLUMNS).str.contains(LOUD).fill_null(False))
        return group.of_records(group.batch.exchanges.filter(loud)["i"])

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return _few(pl.concat(frames))

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        violations, columns = [], []
        sums = observed.group_by("column", "fixable").agg(pl.col("capitals", "small").sum())
        for column, fixable, capitals, small in sums.sort("column", "fixable").rows():
            if capitals + small < self.options.letters or capitals * 2 <= small:
                continue
            percent = 100 * capitals / (capitals + small)
            said = f"{percent:.0f} % of the letters of the {column}s are capitals"
            violations.append(Violation(said, fixable=fixable))
            columns += [column] if fixable else []
        return Conclusion(violations, decision={"apply": True, "columns": columns} if columns else None)

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr]:
        return {column: _lowered(column, context) for column in decision["columns"]}

    cases = (
        Case(
            why="prompts; the separator and the completions stay",
            wrong=[
                {"prompt": f"WHERE IS ORDER NUMBER {n}? ->", "completion": " It is on its WAY. END"}
                for n in range(10)
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": f"where is order number {n}? ->", "completion": " It is on its WAY. END"}
                for n in range(10)
            ],
        ),
        Case(
            why="completions; the stop stays",
            wrong=[
                {"prompt": f"order {n} ->", "completion": f" YOUR ORDER {n} IS ON ITS WAY TO Zürich! END"}
                for n in range(10)
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": f"order {n} ->", "completion": f" your order {n} is on its way to zürich! END"}
                for n in range(10)
            ],
        ),
        Case(
            why="Cyrillic and Greek",
            wrong=[
                {"prompt": f"ГДЕ МОЙ ЗАКАЗ НОМЕР {n}? ΠΟΥ ΕΙΝΑΙ;", "completion": " Скоро."} for n in range(10)
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": f"где мой заказ номер {n}? που ειναι;", "completion": " Скоро."} for n in range(10)
            ],
        ),
        Case(
            why="in a chat it is a note",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": f"WHERE IS MY ORDER NUMBER {n}?"},
                        {"role": "assistant", "content": "It is on its way."},
                    ]
                }
                for n in range(10)
            ],
            found=[(None, None)],
            severity="info",
        ),
        Case(
            why="more texts than are looked at",
            wrong=[
                {"prompt": f"{('WHERE IS ORDER', 'I wait for')[n % 3 == 0]} {n}", "completion": " x"}
                for n in range(250)
            ],
            found=[(None, None)],
        ),
        Case(
            why="a text that is there many times counts once",
            right=[
                {"prompt": f"please tell us where order number {n} is", "completion": " x"} for n in range(10)
            ]
            + [{"prompt": "WHERE IS MY ORDER AND WHY SO LATE?", "completion": " x"}] * 40,
        ),
        Case(
            why="labels are names",
            right=[
                {"prompt": f"review number {n} ->", "completion": (" POSITIVE", " NOT SO POSITIVE")[n % 2]}
                for n in range(60)
            ],
        ),
        Case(
            why="codes, sequences, queries and markup",
            right=[
                {"prompt": text, "completion": " x"}
                for n in range(20)
                for text in (
                    f"ACGTTGCA{n}",
                    "M K V L A",
                    f"ATG GCC TTA {n}",
                    f"AAPL MSFT NATO {n}",
                    f"SELECT A FROM B WHERE C={n}",
                    f"<B>HELLO YOU {n}</B>",
                )
            ],
        ),
        Case(
            why="scripts without capitals",
            right=[
                {"prompt": f"我的订单 {n} 在哪里? کجاست سفارش من शुभ प्रभात", "completion": f" 很快 SMS {n}"}
                for n in range(30)
            ],
        ),
        Case(why="few letters", right=[{"prompt": f"HELLO YOU {n}", "completion": " x"} for n in range(9)]),
        Case(
            why="German nouns, names and titles",
            right=[
                {"prompt": f"Die Stadt Köln am Rhein hat {n} Brücken", "completion": " The Lord Of The Rings"}
                for n in range(20)
            ],
        ),
    )


def _counts(texts: pl.DataFrame, column: str, fixable: bool, context: RuleContext) -> pl.DataFrame:
    """The capital and small letters of a few of the distinct texts, by digest; none of what is no running text."""
    keyed = texts.drop_nulls().with_columns(key=pl.col("body").hash(17))
    least = keyed["key"].unique().bottom_k(MOST)
    few = (
        keyed.filter(pl.col("key").is_in(least.implode())).unique("key").with_columns(_body("body", context))
    )
    running = few.select("key", pl.when(_is_running(pl.col("body"), WORDS[column])).then(pl.col("body")))
    return running.select(
        "key",
        column=pl.lit(column),
        fixable=pl.lit(fixable),
        capitals=pl.when(pl.col("body").str.contains(LOUD))
        .then(pl.col("body").str.count_matches(CAPITAL))
        .otherwise(0),
        small=pl.col("body").str.count_matches(SMALL).fill_null(0),
    )


def _few(frame: pl.DataFrame) -> pl.DataFrame:
    """The same few whatever came before: of each column the texts with the least digests."""
    return (
        frame.unique(["column", "fixable", "key"])
        .sort("column", "fixable", "key")
        .group_by("column", "fixable", maintain_order=True)
        .head(MOST)
    )


def _lowered(column: str, context: RuleContext) -> pl.Expr:
    text, body = pl.col(column), _body(column, context)
    small = body.str.to_lowercase() + text.str.slice(body.str.len_chars())
    return pl.when(_is_running(body, WORDS[column])).then(small).otherwise(text)


def _is_running(body: pl.Expr, words: int) -> pl.Expr:
    enough = body.str.count_matches(WORD) >= words
    return enough & ~body.str.contains(CODE)


def _body(column: str, context: RuleContext) -> pl.Expr:
    """A column's texts without what ends them."""
    body = pl.col(column)
    for mark in (context.separator, context.stop):
        body = body.str.strip_suffix(mark) if mark else body
    body = body.str.strip_chars_end(SIGNS)
    for mark in STOPS:
        body = body.str.strip_suffix(mark)
    return body
