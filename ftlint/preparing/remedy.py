"""Remedies: what unsafe fixes would do to a file, in plain words, with examples, before anything is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ftlint.batch import Seer
from ftlint.job import Job
from ftlint.mend import Log, apply
from ftlint.partial import Told
from ftlint.preparing.sample import Deeds, Sample
from ftlint.quote import quote
from ftlint.result import Change
from ftlint.rule import DatasetRule, FaultRule, Rule, Verdict

EXAMPLES = 3
DROP = "Leave {rows} out?"
CHANGE = "Mend {rows}?"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One fix that asks for consent.

    ``rows`` is how many examples it touches (0: known only when it is done), ``offered`` that the answer is No
    unless somebody says otherwise.
    """

    code: str
    name: str
    found: str
    question: str
    rows: int
    drops: bool
    offered: bool
    examples: Sequence[Change] = ()
    told: Sequence[str] = ()
    """Places and words of the first finds, where there are no examples."""
    unit: str = "example"
    """What ``rows`` counts."""


def reader_remedies(curable: Mapping[FaultRule, Sequence[Told]]) -> Iterator[Remedy]:
    """What the reader could mend in lines that are broken as they stand, in order of code."""
    for rule, told in sorted(curable.items(), key=lambda item: item[0].code):
        lines = f"{len(told):,} line{'s' if len(told) != 1 else ''}"
        yield Remedy(
            rule.code,
            rule.name,
            _first_words(rule),
            (rule.offer or CHANGE).format_map({"rows": lines}),
            len(told),
            drops=False,
            offered=rule.offered,
            told=[f"line {t.line}: {t.message}" for t in told[:EXAMPLES]],
            unit="line",
        )


def row_remedies(rules: Sequence[Rule], deeds: Deeds) -> Iterator[Remedy]:
    """What rules about single records did on a trial, in order of code."""
    for rule in rules:
        rows = deeds.touched[rule.code]
        if rule.fix == "unsafe" and rows:
            drops = rule.code in deeds.dropping
            yield Remedy(
                rule.code,
                rule.name,
                _first_words(rule),
                _question(rule, rows, {}, drops=drops),
                rows,
                drops,
                rule.offered,
                deeds.examples.get(rule.code, ()),
            )


def dataset_remedies(
    verdicts: Mapping[DatasetRule, Verdict], sample: Sample, seer: Seer, job: Job
) -> Iterator[Remedy]:
    """What rules about the whole would do, in order of code. ``sample`` are records to show examples of."""
    for rule, verdict in verdicts.items():
        if rule.fix == "unsafe" and changes(verdict):
            decision = verdict.decision or {}
            rows = len(verdict.drop) or int(decision.get("rows", 0))
            yield Remedy(
                rule.code,
                rule.name,
                verdict.spots[0].message if verdict.spots and not verdict.drop else _first_words(rule),
                _question(rule, rows, decision, drops=bool(verdict.drop)),
                rows,
                bool(verdict.drop),
                rule.offered,
                _trial(rule, decision, sample, seer, job) if decision.get("apply") and sample.rows else (),
                list(
                    islice(
                        (f"line {s.line}: {s.message}" for s in verdict.spots if s.line is not None), EXAMPLES
                    )
                ),
            )


def changes(verdict: Verdict) -> bool:
    """Whether a verdict drops or changes anything."""
    return bool(verdict.drop) or bool(verdict.decision and verdict.decision.get("apply"))


def _trial(
    rule: DatasetRule, decision: dict[str, Any], sample: Sample, seer: Seer, job: Job
) -> Sequence[Change]:
    """The first changes that a decision makes, on copies of the sample's records."""
    log = Log(each=EXAMPLES)
    apply(sample.batch(seer, job), {rule: Verdict(decision=decision)}, job, log)
    return log.examples.get(rule.code, ())


def _first_words(rule: Rule) -> str:
    """What the rule finds, in a sentence without its full stop."""
    return rule.page().split("\n", 1)[0].rstrip(".")


def _question(rule: Rule, rows: int, decision: Mapping[str, Any], *, drops: bool) -> str:
    many = f"{rows:,} example{'s' if rows != 1 else ''}" if rows else "the examples"
    words = {name: quote(value) for name, value in decision.items() if isinstance(value, str)}
    asked = rule.offer or (DROP if drops else CHANGE)
    return asked.format_map({**words, "rows": many})
