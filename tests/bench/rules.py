"""Times each rule alone: ``python rules.py FILE [CODES]`` prints processor seconds by rule, the dearest first.

The frames that rules look at are made before, so that a rule pays for what it does itself and not for what it is the
first to ask for. polars runs in one thread here, so that seconds can be compared and added up.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ["POLARS_MAX_THREADS"] = "1"

from ftlint.batch import Batch, batch_of
from ftlint.engine import look
from ftlint.plan import make_plan
from ftlint.read import ReadOptions, Source, open_reading
from ftlint.rule import AgainstRule, DatasetRule, FileRule
from ftlint.settings import from_python

FRAMES = (
    "examples",
    "messages",
    "texts",
    "unusual_texts",
    "misfits",
    "tools",
    "calls",
    "results",
    "media",
    "sides",
)
ALSO = ("answers", "digests", "rejected", "exchanges", "spellings")


def main() -> None:
    """Print the table."""
    path, codes = Path(sys.argv[1]), sys.argv[2:]
    plan = make_plan(from_python(extend_select=codes))
    seconds: Counter[str] = Counter()
    names = {"frames": ""}
    for batch in _batches(path, plan):
        started = time.process_time()
        for frame in (*FRAMES, *ALSO):
            getattr(batch, frame)
        seconds["frames"] += time.process_time() - started
        for rule, severity in plan.rules.items():
            if isinstance(rule, AgainstRule | FileRule) or (codes and not rule.code.startswith(tuple(codes))):
                continue
            names[rule.code] = rule.name
            started = time.process_time()
            if isinstance(rule, DatasetRule):
                rule.observe(batch, plan.job)
            else:
                list(look(batch, {rule: severity}, plan.job))
            seconds[rule.code] += time.process_time() - started
    for code, spent in seconds.most_common():
        print(f"{spent:7.3f} s  {code:6}  {names[code]}".rstrip())
    print(f"{sum(seconds.values()) - seconds['frames']:7.3f} s  all these rules")


def _batches(path: Path, plan: object) -> Iterator[Batch]:
    reading = open_reading(Source(str(path), path, None), ReadOptions())
    for block in reading.blocks():
        yield batch_of(block, plan.seer, plan.job)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
