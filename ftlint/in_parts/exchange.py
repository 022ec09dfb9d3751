"""What dataset rules took from a part of a file, taken apart by keys, so that it can be put together elsewhere."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ftlint import task
from ftlint.blame import Failures
from ftlint.engine import Plan
from ftlint.failing import fail
from ftlint.lazy import pl
from ftlint.narrowing import combining
from ftlint.partial import Combine, Partial, Seen
from ftlint.partial_bytes import to_bytes
from ftlint.rule import DatasetRule

if TYPE_CHECKING:
    from polars import DataFrame

# Another one than that of rows on the disk: a bucket is taken apart there, too, if it is large.
SEED = 7919


def take_apart(partial: Partial, plan: Plan, count: int) -> list[bytes]:
    """Take out of a partial what belongs together by keys, as bytes in ``count`` buckets.

    Which bucket a row goes to depends on its keys and the version of polars, on nothing else.
    """
    buckets = [Partial() for _ in range(count)]
    for rule in by_keys(plan):
        if rule.code in partial.seen:
            seen = partial.seen.pop(rule.code)
            failures: Failures = {}
            for number, rows in _apart(seen, rule.keys, combining(rule, plan.job, failures), count):
                buckets[number].seen.setdefault(rule.code, Seen()).frames.append(rows)
            fail(failures, plan.most, partial)
    for number, rows in _apart(partial.answers, partial.answers.keys, task.combine, count):
        buckets[number].answers.frames.append(rows)
    partial.answers = Seen(keys=partial.answers.keys)
    return [to_bytes(bucket) for bucket in buckets]


def by_keys(plan: Plan) -> list[DatasetRule]:
    """The rules whose frames can be taken apart."""
    rules: list[DatasetRule] = plan.of_kind(DatasetRule)
    return [rule for rule in rules if rule.keys and not rule.of_answers]


def _apart(
    seen: Seen, keys: Sequence[str], combine: Combine | None, count: int
) -> "Iterator[tuple[int, DataFrame]]":
    for frames in seen.pieces():
        whole = combine(frames) if combine is not None else pl.concat(frames)
        hashed = pl.sum_horizontal(pl.col(key).hash(SEED + n) for n, key in enumerate(keys))
        apart = whole.with_columns(__bucket=hashed % count).partition_by(
            "__bucket", include_key=False, as_dict=True
        )
        for (number,), rows in apart.items():
            yield int(number), rows
