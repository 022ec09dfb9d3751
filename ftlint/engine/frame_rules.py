"""Run the rules on one frame of a batch in one pass; where one raises, isolate the records that cause it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.context import RuleContext
from ftlint.rule.errors import Failures, guarding, is_failure
from ftlint.rule.frame import FrameRule
from ftlint.rule.matched import MatchedRows

if TYPE_CHECKING:
    from polars import DataFrame

Finds = list[tuple[FrameRule, MatchedRows]]
POSITIONS = (
    "i",
    "at",
    "part",
    "nth",
    "field",
    "role",
    "line",
    "row",
    "path",
    "count",
    "healable",
    "severity",
)
# A rule that fails on more records of one batch than this is reported for the file.
MAX_FAILED_RECORDS = 50


def found_in(
    batch: Batch, name: str, rules: Sequence[FrameRule], context: RuleContext, failures: Failures
) -> Finds:
    """The matches of all rules on one frame of a batch."""
    try:
        return _found(getattr(batch, name), rules, context)
    except BaseException as error:
        if not is_failure(error):
            raise
    matches: Finds = []
    for rule in rules:
        found = list(_bisected(batch, name, rule, context, failures))
        matches += [(rule, MatchedRows(pl.concat(found)))] if found else []
    return matches


def _found(frame: "DataFrame", rules: Sequence[FrameRule], context: RuleContext) -> Finds:
    if not frame.height:
        return []
    masks = frame.select(**{rule.code: rule.when(context) for rule in rules})
    rule_match = masks.select(pl.all().any(ignore_nulls=True)).row(0, named=True)
    return [
        (rule, MatchedRows(frame.select(_columns(frame, rule)).filter(masks[rule.code].fill_null(False))))
        for rule in rules
        if rule_match[rule.code]
    ]


def _columns(frame: "DataFrame", rule: FrameRule) -> list[str]:
    have = frame.columns
    return [name for name in dict.fromkeys((*POSITIONS, *rule.columns)) if name in have]


def _bisected(
    batch: Batch, name: str, rule: FrameRule, context: RuleContext, failures: Failures
) -> "Iterator[DataFrame]":
    """The matches of one rule that may raise: a batch on which it raises is halved, down to single records."""
    ranges, failed = [range(len(batch))], 0
    while ranges:
        places = ranges.pop()
        try:
            some = batch if len(places) == len(batch) else _part(batch, places)
            matches = _found(getattr(some, name), [rule], context)
        except BaseException as error:
            if not is_failure(error):
                raise
            if failed >= MAX_FAILED_RECORDS or not _is_by_record(batch, name, rule, context):
                guarding(rule, failures).note(error)
                return
            if len(places) == 1:
                failed += 1
                guarding(rule, failures, batch, places[0]).note(error)
            else:
                middle = len(places) // 2
                ranges += [places[middle:], places[:middle]]
            continue
        for _, found in matches:
            yield found.frame.with_columns(i=pl.Series(places, dtype=pl.UInt32).gather(found.frame["i"]))


def _is_by_record(batch: Batch, name: str, rule: FrameRule, context: RuleContext) -> bool:
    """Whether a failure depends on records; otherwise the expression, or building it, is at fault."""
    try:
        frame = getattr(batch, name)
    except Exception:
        return len(batch) > 0
    try:
        frame.clear().select(rule.when(context))
    except Exception:
        return False
    return "i" in frame.columns


def _part(batch: Batch, places: Sequence[int]) -> Batch:
    """Some records of a batch, as templates rendered them."""
    rows, lines = [batch.rows[i] for i in places], [batch.lines[i] for i in places]
    records = [batch.records[i] for i in places]
    return Batch(records, rows, lines, RecordReader(detector=batch.reader.detector), batch.context)
