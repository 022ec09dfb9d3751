"""Times each rule alone: ``python rules.py FILE [CODES]`` prints processor seconds by rule, the dearest first.

With ``--json`` instead of codes it prints an object of names and seconds by code, for the table (costs.py).

The frames that rules look at are made before, so that a rule pays for what it does itself and not for what it is the
first to ask for. What a rule about the dataset concludes at the end is its, too. polars runs in one thread here, so
that seconds can be compared and added up.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs

os.environ["POLARS_MAX_THREADS"] = "1"
# What lies here is measured, whatever is installed.
sys.path.insert(0, str(Path(__file__).parents[2]))

from ftlint.batch.batch import Batch, batch_of
from ftlint.config.settings import from_python
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan, conclude, feed_batch, feed_dataset_rules, run_row_rules
from ftlint.engine.state import ScanState
from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import CompareRule, DatasetRule, FileRule, Rule

FRAMES = (
    "examples",
    "messages",
    "texts",
    "unusual_texts",
    "schema_violations",
    "tools",
    "calls",
    "results",
    "media",
    "preference_pairs",
)
ALSO = ("answer_counts", "digests", "rejected_messages", "prompt_completions", "label_spellings")
# What no rule pays for alone.
SHARED = {"frames": "made before any rule looks", "answers": "what the rules about answers share"}


def main() -> None:
    """Print the table."""
    path, codes = Path(sys.argv[1]), [word for word in sys.argv[2:] if word != "--json"]
    plan = make_plan(from_python(extend_select=codes))
    rules = {
        rule: structs.replace(plan, rules={rule: severity})
        for rule, severity in plan.rules.items()
        if not isinstance(rule, CompareRule | FileRule) and (not codes or rule.code.startswith(tuple(codes)))
    }
    seconds = _timed(path, plan, rules)
    names = {rule.code: rule.name for rule in rules} | SHARED
    if "--json" in sys.argv:
        print(json.dumps({code: (names[code], spent) for code, spent in seconds.items()}))
        return
    for code, spent in seconds.most_common():
        print(f"{spent:7.3f} s  {code:7}  {names[code]}".rstrip())
    print(f"{sum(seconds.values()) - sum(seconds[code] for code in SHARED):7.3f} s  all these rules")


def _timed(path: Path, plan: Plan, rules: Mapping[Rule, Plan]) -> Counter[str]:
    """Seconds by code, of every rule with a plan of its own, and of what rules share."""
    seconds: Counter[str] = Counter()
    nobody, shared = structs.replace(plan, rules={}), ScanState()
    partials = {rule: ScanState() for rule in rules}
    for batch in _batches(path, plan):
        with _clock(seconds, "frames"):
            for frame in (*FRAMES, *ALSO):
                getattr(batch, frame)
        with _clock(seconds, "answers"):
            feed_batch(batch, nobody, shared)
        for rule, alone in rules.items():
            with _clock(seconds, rule.code):
                if isinstance(rule, DatasetRule):
                    feed_dataset_rules(batch, alone, partials[rule])
                else:
                    list(run_row_rules(batch, alone.rules, plan.context))
    for rule, alone in rules.items():
        if isinstance(rule, DatasetRule):
            own = partials[rule]
            own.examples, own.shapes, own.answers = shared.examples, shared.shapes, shared.answers
            with _clock(seconds, rule.code):
                conclude(own, alone)
    return seconds


@contextmanager
def _clock(seconds: Counter[str], code: str) -> Iterator[None]:
    started = time.process_time()
    yield
    seconds[code] += time.process_time() - started


def _batches(path: Path, plan: Plan) -> Iterator[Batch]:
    reading = open_reader(Source(str(path), path, None), ReadOptions())
    for block in reading.blocks():
        yield batch_of(block, plan.record_reader, plan.context)


if __name__ == "__main__":
    main()
