"""Labels that differ only in case, outer blanks, a full stop or Unicode form are several classes.

To the model `positive`, `Positive`, `positive ` and `positive.` are four answers. It learns to choose between them by
chance, each has fewer examples than the class they should be, and whoever counts the answers counts three.

The fix writes every label as most examples of its class write it, and the blanks around it as most have them;
of two that are equally frequent, the one that comes first. Where the target wants a space before completions,
a label without one stays so: no-leading-space minds it. Labels change, so it is unsafe: look whether `US` and
`us`, or `May` and `may`, are meant to be two.

Unicode form is that of NFKC: `é` as one character or two, full-width and half-width letters. A full stop counts
where it ends the label.

Silent where the answers are not labels (see `--task`), even if their variants were one. Labels of conversations
with several turns are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Example,
    FileGroup,
    Location,
    RuleContext,
    Violation,
    pl,
    quote,
    task_type,
)

MOST = 5
ENDINGS = r"(?:\s| end|\[end\]|###|\*\*\*|\+\+\+|&&&|\$\$\$|@|%%%)+$"
BASE = {"target": "openai-completions"}
Row = tuple[str, int, int, int]
MANY = ["Spam", "ham", "spam", "Ham", "SPAM", "HAM", "spam ", "ham ", "Spam", "ham", "spam\n", "ham\t"]


def _chats(labels: list[str]) -> list[dict[str, Any]]:
    return [
        {"messages": [{"role": "user", "content": f"{i}"}, {"role": "assistant", "content": label}]}
        for i, label in enumerate(labels)
    ]


class LabelVariants(DatasetRule):
    """Folds what the labels are written like; a class with several spellings is a finding."""

    code, name, severity, fix = "B004", "label-variants", "warning", "unsafe"
    keys = ("key",)
    fix_prompt = "Write {rows} as most of their class?"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        folded = _folded("written")
        # Without all stops, so that it is equal where labels are that differ in case, whatever stands behind them.
        return batch.label_spellings.with_columns(key=folded.str.replace(ENDINGS, "").hash(17))

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return group.with_records(task_type.fewest(context))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        sums = (pl.col("n").sum(), pl.col("row", "line").min(), pl.col("key").first())
        return pl.concat(frames).group_by("label", "written", "form").agg(*sums)

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        spelt = observed.filter(pl.col("written").is_not_null()).with_columns(folded=_folded("written"))
        # What ends in a full stop is a label if it is one without.
        labels = spelt.filter(pl.col("label").is_not_null().any().over("form", "folded"))
        several = labels.filter(pl.len().over("form", "folded") > 1).drop_nulls("form")
        # Of all together only how many there are.
        reported = labels.select(
            labels=_folded("label").drop_nulls().n_unique().cast(pl.UInt64), labelled=pl.col("n").sum()
        )
        reported = reported.with_columns(examples=pl.lit(int(observed["n"].sum()), pl.UInt64))
        return pl.concat(
            [several.select("form", "written", "folded", "n", "row", "line"), reported], how="diagonal"
        )

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        labels, labelled, examples = observed.select(pl.col("labels", "labelled", "examples").sum()).row(0)
        if task_type.name_of(labels, labelled, examples, context) != "classification":
            return Conclusion()
        violations: list[Violation] = []
        spelling: dict[str, dict[str, str]] = {"completion": {}, "exchange": {}}
        touched = 0
        for form, rows in _variants(observed):
            most = _as_most(rows, spaced=form == "completion" and context.requires_markers)
            changed = [row for row in rows if most[row[0]] != row[0]]
            if changed:
                violations.append(_reported(most[changed[0][0]].strip(), changed))
                spelling[form] |= {row[0]: most[row[0]] for row in changed}
                touched += sum(row[1] for row in changed)
        return Conclusion(
            violations,
            decision={"apply": True, "rows": touched, "spelling": spelling} if violations else None,
        )

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr] | None:
        if decision["spelling"]["exchange"]:
            return None
        return {"completion": pl.col("completion").replace(decision["spelling"]["completion"])}

    def affected_rows(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[int]:
        completion = pl.col("shape") == "completion"
        exchanges = batch.exchanges.filter(pl.col("completion_at").is_not_null())
        touched: list[int] = []
        for form, mine in (("completion", completion), ("exchange", ~completion)):
            if changed := list(decision["spelling"][form]):
                touched += exchanges.filter(mine & pl.col("completion").is_in(changed))["i"].to_list()
        return sorted(touched)

    def apply_decision(self, example: Example, decision: dict[str, Any], context: RuleContext) -> None:
        place = Location(len(example.messages()) - 1)
        text = example.text(place)
        form = "completion" if example.shape == "completion" else "exchange"
        if text in decision["spelling"][form]:
            example.set_text(place, decision["spelling"][form][text])

    cases = (
        Case(
            why="case and blanks; the space before a label stays as it is",
            wrong=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(10)]
            + [
                {"prompt": "a ->", "completion": " Yes"},
                {"prompt": "b ->", "completion": "yes "},
                {"prompt": "c ->", "completion": " NO"},
            ],
            found=[(None, None), (None, None)],
            fixed=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(10)]
            + [
                {"prompt": "a ->", "completion": " yes"},
                {"prompt": "b ->", "completion": "yes"},
                {"prompt": "c ->", "completion": " no"},
            ],
            settings=BASE,
        ),
        Case(
            why="where nobody minds it, the space before a label is a variant like others",
            wrong=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(10)]
            + [{"prompt": "a ->", "completion": "yes"}],
            found=[(None, None)],
            fixed=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(10)]
            + [{"prompt": "a ->", "completion": " yes"}],
        ),
        Case(
            why="a classification once the variants are one",
            wrong=[{"prompt": f"{i} ->", "completion": " " + label} for i, label in enumerate(MANY)],
            found=[(None, None), (None, None)],
            fixed=[
                {"prompt": f"{i} ->", "completion": (" spam", " ham")[label.strip().lower() == "ham"]}
                for i, label in enumerate(MANY)
            ],
        ),
        Case(
            why="in a chat outer blanks are all the same, and so are é and e with an accent, Ａ and A",
            wrong=_chats([*["café", "Ａ１"] * 5, "cafe\u0301", " café", "A1", "a1"]),
            found=[(None, None), (None, None)],
            fixed=_chats([*["café", "Ａ１"] * 5, "café", "café", "Ａ１", "Ａ１"]),
        ),
        Case(
            why="blanks are counted apart from letters",
            wrong=[
                {"prompt": f"{i} ->", "completion": label}
                for i, label in enumerate([" no ", " no ", " No", " NO", " nO", *[" yes"] * 6])
            ],
            found=[(None, None)],
            fixed=[{"prompt": f"{i} ->", "completion": (" no", " yes")[i > 4]} for i in range(11)],
        ),
        Case(
            why="a stop is a part of it",
            wrong=[{"prompt": f"{i} ->", "completion": (" Да END", " Нет END")[i % 2]} for i in range(10)]
            + [{"prompt": "a ->", "completion": " да END"}],
            found=[(None, None)],
            fixed=[{"prompt": f"{i} ->", "completion": (" Да END", " Нет END")[i % 2]} for i in range(10)]
            + [{"prompt": "a ->", "completion": " Да END"}],
        ),
        Case(
            why="a missing space before a label is another rule's",
            right=[{"prompt": f"{i} ->", "completion": ("yes", " yes", "no")[i % 3]} for i in range(30)],
            settings=BASE,
        ),
        Case(
            why="answers that are no labels",
            right=[
                {"prompt": f"{i} ->", "completion": (" It is so.", " it is so.", " No, not at all.")[i % 3]}
                for i in range(30)
            ],
        ),
        Case(
            why="names, most of them in one example only",
            right=[
                {"prompt": f"{i} ->", "completion": f" {('Anna', 'anna')[i % 2]} {i // 2}"} for i in range(30)
            ],
        ),
        Case(
            why="a full stop at the end, also of another script, and with case and blanks",
            wrong=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(10)]
            + [
                {"prompt": "a ->", "completion": " yes."},
                {"prompt": "b ->", "completion": " Yes ."},
                {"prompt": "c ->", "completion": " no。"},
            ],
            found=[(None, None), (None, None)],
            fixed=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(10)]
            + [
                {"prompt": "a ->", "completion": " yes"},
                {"prompt": "b ->", "completion": " yes"},
                {"prompt": "c ->", "completion": " no"},
            ],
            settings=BASE,
        ),
        Case(
            why="where more end in a full stop; a number is no other with one inside",
            wrong=_chats([*["Spam.", "1.5", "15"] * 5, "Spam", "spam"]),
            found=[(None, None)],
            fixed=_chats([*["Spam.", "1.5", "15"] * 5, "Spam.", "Spam."]),
        ),
        Case(
            why="an ellipsis, another mark, and what is a label with a full stop only",
            right=_chats(["yes", "no"] * 20 + ["yes...", "Agreed."]),
        ),
        Case(
            why="told to be labels; of two equally frequent the first",
            wrong=[{"prompt": "a ->", "completion": " Yes"}, {"prompt": "b ->", "completion": " yes"}],
            found=[(None, None)],
            fixed=[{"prompt": "a ->", "completion": " Yes"}, {"prompt": "b ->", "completion": " Yes"}],
            settings={"task": "classification"},
        ),
    )


def _folded(column: str) -> pl.Expr:
    return (
        pl.col(column)
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.strip_chars()
        .str.replace(task_type.FULL_STOP, "${1}")
    )


def _variants(observed: pl.DataFrame) -> Iterable[tuple[str, list[Row]]]:
    """The form and the spellings of every class that has several: written, n, row, line, the first seen first."""
    several = observed.drop_nulls("form").sort("row", "written")
    classes = several.partition_by("form", "folded", maintain_order=True)
    return [(rows["form"][0], rows.select("written", "n", "row", "line").rows()) for rows in classes]


def _as_most(rows: list[Row], *, spaced: bool) -> dict[str, str]:
    """Each spelling of a class and how it should be: its label, and the blanks around it, as most have them.

    Where completions are ``spaced``, a label without blanks before it goes without: no-leading-space minds that.
    """
    split = [(*_split(written), n) for written, n, _, _ in rows]
    before = _most_frequent((blanks, n) for blanks, _, _, n in split if blanks or not spaced)
    label = _most_frequent((label, n) for _, label, _, n in split)
    after = _most_frequent((blanks, n) for _, _, blanks, n in split)
    return {
        blanks + own + behind: (before if blanks or not spaced else "") + label + after
        for blanks, own, behind, _ in split
    }


def _split(written: str) -> tuple[str, str, str]:
    """The blanks before a label, the label, the blanks behind it."""
    label = written.strip()
    before, _, after = written.partition(label)
    return before, label, after


def _most_frequent(counted: Iterable[tuple[str, int]]) -> str:
    """What is counted most often, the first of equals; nothing where there is nothing."""
    sums: Counter[str] = Counter()
    for text, n in counted:
        sums[text] += n
    return max(sums, key=lambda text: sums[text], default="")


def _reported(kept: str, changed: list[Row]) -> Violation:
    biggest = sorted(changed, key=lambda row: (-row[1], row[2], row[0]))
    named = ", ".join(f"{quote(written)} ({n:,})" for written, n, _, _ in biggest[:MOST])
    more = f" and {len(changed) - MOST:,} more ways" if len(changed) > MOST else ""
    line = min(line for _, _, _, line in changed)
    return Violation(f"class {quote(kept)} is also written {named}{more} (first at line {line:,})")
