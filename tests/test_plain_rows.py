"""Plain rows never become Python objects: all rules on all targets run on columns."""

import io

import polars as pl
import pytest
from examples import few_quick
from hypothesis import given
from hypothesis import strategies as st

from ftlint.batch.batch import batch_of
from ftlint.config.settings import Settings
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import conclude, new_state, scan
from ftlint.io.block import ReadOptions
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.targets.target import load_target, target_names


def parquet(records: list[dict]) -> bytes:
    """Records as a Parquet file."""
    out = io.BytesIO()
    pl.DataFrame(records).write_parquet(out)
    return out.getvalue()


PLAIN = {
    "chat.jsonl": b"".join(
        b'{"messages": [{"role": "user", "content": "Name river %d."}, {"role": "assistant", "content": "River %d it is."}]}\n'
        % (n, n)
        for n in range(400)
    ),
    "completion.jsonl": b"".join(
        b'{"prompt": "Name river %d.", "completion": " River %d it is."}\n' % (n, n) for n in range(400)
    ),
    "completion.parquet": parquet(
        [{"prompt": f"Name river {n}.", "completion": f" River {n} it is."} for n in range(400)]
    ),
    "chat.parquet": parquet(
        [
            {
                "messages": [
                    {"role": "user", "content": f"Name river {n}."},
                    {"role": "assistant", "content": f"River {n} it is."},
                ]
            }
            for n in range(400)
        ]
    ),
    "table.csv": b"prompt,completion\n"
    + b"".join(b"Name river %d.,River %d it is.\n" % (n, n) for n in range(400)),
}


OWN = {"chat": {"chat"}, "completion": {"completion"}, "table": {"completion"}}
"""The shapes that the rows of a file have."""


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("target", few_quick([None, *target_names()], 3))
def test_no_record_is_decoded(name: str, target: str | None) -> None:
    if target is not None and not OWN[name.split(".")[0]] & load_target(target).shapes.keys():
        pytest.skip("rows of another shape than the target's")
    plan = make_plan(Settings(target=target, select=("ALL",)))
    state = new_state(plan)
    blocks = list(open_reader(Source(name, None, PLAIN[name]), ReadOptions()).blocks())
    for block in blocks:
        batch = batch_of(block, plan.record_reader, plan.context)
        assert not len(batch) or batch.plain_messages is not None
        scan(batch, plan, state)
    conclude(state, plan)
    records = [block.records for block in blocks if len(block.records)]
    assert records and all(isinstance(some, ColumnarRecords) for some in records)
    # Records with findings are shown, and shapes are detected on the first.
    shown = {finding.row - 1 for findings in state.findings.values() for finding in findings if finding.row}
    decoded = {place for some in records if isinstance(some, ColumnarRecords) for place in some._known}
    assert decoded <= shown | {0}


TEXTS = st.text(st.sampled_from('ab {["'), max_size=4)
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": TEXTS | st.none()}),
    max_size=3,
)
ROWS = st.lists(
    st.fixed_dictionaries({"messages": MESSAGES | st.none(), "note": TEXTS | st.none()}),
    min_size=1,
    max_size=4,
)


@given(ROWS)
def test_parquet_has_the_same_records_as_lines_of_json(rows: list[dict]) -> None:
    """Whether rows are plain or not: the records are those that were written."""
    schema = {
        "messages": pl.List(pl.Struct({"role": pl.String, "content": pl.String})),
        "note": pl.String,
    }
    out = io.BytesIO()
    pl.DataFrame(rows, schema=schema).write_parquet(out)
    blocks = open_reader(Source("x.parquet", None, out.getvalue()), ReadOptions()).blocks()
    assert [record for block in blocks for record in block.records] == rows
