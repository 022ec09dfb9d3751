"""The laws of splitting, on rows that nobody thought of."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from examples import some
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from splitwork import as_lines, batches, labelled, many, pair, sides, split_rows

import ftlint
from ftlint import UsageError
from ftlint.commands.split.result import NothingToSplit, SplitAssignment
from ftlint.rule import pl

FEW = st.sampled_from(["", " ", "a", "b ", "caf\u00e9", "cafe\u0301", "\u2028", "yes", "no"]) | st.text(
    max_size=6
)
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system", "x"]), "content": FEW})
ROW = st.one_of(
    st.fixed_dictionaries(
        {"prompt": FEW, "completion": FEW}, optional={"who": st.sampled_from([1, "1", None, "x"])}
    ),
    st.fixed_dictionaries({"messages": st.lists(TURN, max_size=4)}),
    st.fixed_dictionaries({"prompt": FEW, "chosen": FEW, "rejected": FEW}),
    st.fixed_dictionaries({"text": FEW}),
    st.dictionaries(FEW, FEW | st.integers() | st.none(), max_size=2),
)
ROWS = st.lists(ROW, max_size=25)
SHARES = st.fixed_dictionaries(
    {"valid": st.sampled_from([0.1, 0.5, 0.9, 1, 3]), "test": st.sampled_from([0, 0.05, 1, 2])},
    optional={"seed": st.integers(-5, 5), "stratify": st.booleans()},
)
laws = settings(max_examples=some(40), deadline=None, suppress_health_check=list(HealthCheck))


def parts_of(rows: list, **how) -> SplitAssignment:
    """The parts, where there are any."""
    try:
        return split_rows(rows, **how)
    except (UsageError, NothingToSplit):
        assume(False)
        raise


@laws
@given(ROWS, SHARES)
def test_every_row_is_on_exactly_one_side_that_was_asked_for(rows: list, shares: dict) -> None:
    parts = parts_of(rows, **shares)
    drawn = sides(parts, rows)
    assert set(drawn) == {name for name in ("train", "valid", "test") if name == "train" or shares[name]}
    assert parts.examples == {name: drawn.count(name) for name in parts.names}


@laws
@given(ROWS, SHARES, st.sampled_from([(), ("who",)]))
def test_equal_examples_are_never_on_two_sides(rows: list, shares: dict, fields: tuple[str, ...]) -> None:
    assume(not fields or any(row.get("who") for row in rows))
    parts = parts_of(rows, fields=fields, **shares)
    assert not parts.leaks()
    # D001 has digests of its own.
    digests = pl.concat([batch.digests.select("row", "high", "low") for batch in batches(rows)])
    by_digest: dict[tuple[int, int], set[str]] = {}
    for row, high, low in digests.iter_rows():
        by_digest.setdefault((high, low), set()).add(parts.subset_of(row))
    assert all(len(its) == 1 for its in by_digest.values())


@laws
@given(ROWS, SHARES, st.sampled_from([1, 100, 400]))
def test_cutting_the_rows_anywhere_changes_nothing(rows: list, shares: dict, size: int) -> None:
    whole, cut = parts_of(rows, **shares), parts_of(rows, size=size, **shares)
    assert sides(cut, rows) == sides(whole, rows)
    assert (cut.summary(), cut.notes, cut.classes) == (whole.summary(), whole.notes, whole.classes)


@laws
@given(ROWS, SHARES, st.randoms())
def test_the_order_of_rows_changes_nothing(rows: list, shares: dict, random) -> None:
    places = list(range(len(rows)))
    random.shuffle(places)
    here, there = parts_of(rows, **shares), parts_of([rows[place] for place in places], **shares)
    drawn = sides(there, rows)
    assert sides(here, rows) == [drawn[places.index(place)] for place in range(len(rows))]


@laws
@given(ROWS, ROWS, st.sampled_from([0.1, 0.5]), st.sampled_from([0, 0.2]), st.integers(0, 9))
def test_rows_that_are_added_move_nobody(
    rows: list, more: list, valid: float, test: float, seed: int
) -> None:
    how = {"valid": valid, "test": test, "seed": seed, "stratify": False}
    # Enough others that no side is ever empty and no group is half of everything.
    rows = rows + many(60)
    before, after = split_rows(rows, **how), split_rows(rows + more, **how)
    assume(not (before.drawn.moved or after.drawn.moved or before.drawn.big or after.drawn.big))
    joined = after.rows.filter(pl.col("row") > len(rows))["group"].unique().to_list()
    group = dict(after.rows.select("row", "group").iter_rows())
    moved = [
        row
        for row, (one, other) in enumerate(zip(sides(before, rows), sides(after, rows), strict=True), 1)
        if one != other and group[row] not in joined
    ]
    assert moved == []


@laws
@given(st.integers(0, 3), st.integers(0, 3), st.integers(20, 60), st.sampled_from([0.1, 0.3, 8]))
def test_every_class_of_two_groups_is_on_both_sides(seed: int, rare: int, n: int, valid: float) -> None:
    rows = labelled(yes=n, no=n // 2, perhaps=rare) if rare else labelled(yes=n, no=n // 2)
    parts = split_rows(rows, valid=valid, seed=seed)
    for one in parts.classes:
        assert one.examples[0]
        assert bool(one.examples[1]) == (sum(one.examples) > 1)


@laws
@given(st.integers(0, 5), st.integers(0, 200))
def test_a_number_is_met_exactly_where_groups_are_single_rows(seed: int, valid: int) -> None:
    assume(valid)
    parts = split_rows(many(201), valid=valid, seed=seed)
    assert parts.examples["valid"] == valid


def test_the_same_seed_draws_the_same_and_another_seed_others() -> None:
    rows = many(200)
    drawn = {seed: sides(split_rows(rows, valid=0.3, seed=seed), rows) for seed in (0, 1, 2)}
    assert sides(split_rows(rows, valid=0.3, seed=1), rows) == drawn[1]
    assert len({tuple(side) for side in drawn.values()}) == 3


def test_more_for_validation_takes_from_training_only() -> None:
    rows = many(500)
    less, more = (sides(split_rows(rows, valid=valid, test=0.2), rows) for valid in (0.1, 0.3))
    assert {(one, other) for one, other in zip(less, more, strict=True) if one != other} == {
        ("train", "valid")
    }


LINE = st.one_of(
    ROW.map(lambda row: json.dumps(row).encode()),
    ROW.map(lambda row: json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()),
    st.sampled_from(
        [
            b"",
            b"  ",
            b"{",
            b"[1]",
            b"{'prompt': 'a'}",
            b'{"a": 1, "a": 2}',
            b"\xff",
            b"NaN",
            b'{"a": NaN}',
            b'{"text": "\\ud800"}',
        ]
    ),
    ROW.map(lambda row: json.dumps(row).encode() * 2),
)
ENDS = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r"])
MARK = st.sampled_from([b"", b"", b"\xef\xbb\xbf"])
FILE = st.tuples(
    MARK, st.lists(st.tuples(LINE, ENDS), max_size=12), st.sampled_from([b"", b'{"text": "last"}'])
).map(lambda file: file[0] + b"".join(a + b for a, b in file[1]) + file[2])


def objects_in(text: str) -> list[Any]:
    """Every JSON object that begins somewhere in a text."""
    found = []
    for at, character in enumerate(text):
        with suppress(ValueError):
            found += [json.JSONDecoder().raw_decode(text, at)[0]] if character == "{" else []
    return found


@laws
@example(
    b'{\n{"prompt": "", "completion": ""}\n{"prompt": "", "completion": "\\u007f"}\n',
    {"valid": 0.1, "test": 0},
    False,
    50,
)
@example(b'{\n{"messages":[]}\n{"text": "last"}', {"valid": 0.1, "test": 0}, False, 50)
@given(FILE, SHARES, st.booleans(), st.sampled_from([50, 8 << 20]))
def test_every_line_of_a_file_is_written_once_and_as_it_was(
    data: bytes, shares: dict, near: bool, size: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.jsonl").write_bytes(data)
        try:
            report = ftlint.split(
                folder / "in.jsonl", near=near, rejects=folder / "rejects.jsonl", block_bytes=size, **shares
            )
        except UsageError:
            report = None
        if report is None or report.why_not:
            assert [path.name for path in folder.iterdir()] == ["in.jsonl"]
            return
        written = [file.path.read_bytes() for file in report.files]
        assert all(file and file.endswith(b"\n") for file in written)
        assert sum(file.examples for file in report.files) + report.unread.total() == report.rows
        assert len((folder / "rejects.jsonl").read_bytes().splitlines()) == report.unread.total()
        whole = data.removeprefix(b"\xef\xbb\xbf")
        # Objects that are spread over several lines are written anew, one a line: their blanks and escapes may differ.
        spread = "F005" in ftlint.check(folder / "in.jsonl", select="F005").counts
        objects = objects_in(whole.decode(errors="replace")) if spread else []
        for line in b"".join(written).split(b"\n"):
            assert line in whole or json.loads(line) in objects


def test_the_lines_of_a_clean_file_are_all_there_in_order() -> None:
    rows = [pair(f"question {k}", f"answer {k}") for k in range(300)]
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "in.jsonl"
        source.write_bytes(as_lines(rows))
        files = [file.path.read_bytes().splitlines(True) for file in ftlint.split(source, test=0.2).files]
        lines = source.read_bytes().splitlines(True)
        assert sorted(line for file in files for line in file) == sorted(lines)
        for file in files:
            assert file == [line for line in lines if line in set(file)]
