"""Records rewritten, mended and written as columns: exactly what doing it one by one gives."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftlint
from ftlint.commands.convert.columns import rewrite_lines
from ftlint.commands.convert.markers import LegacyMarkers
from ftlint.commands.convert.rewrite import RewriteOptions, rewrite
from ftlint.io.columnar import LINE, ColumnarRecords
from ftlint.io.json.jsonl import prescan
from ftlint.io.write.atomic import encode, encode_columns, join_lines
from ftlint.rule import SHAPES
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.shape import CannotHold

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", " ", "a ->", "b ->", " yes END", "no END", "\u2028", "\x7f\x00</", '"\\', "é\u200b", "END", " ->"]
)
# Keys of one order: in columns there is but one.
PAIRS = st.lists(st.builds(lambda p, c: {"prompt": p, "completion": c}, TEXTS, TEXTS), min_size=1, max_size=6)
DRESSES = st.none() | st.builds(
    LegacyMarkers,
    separator=st.sampled_from(["", " ->"]),
    space=st.booleans(),
    stop=st.sampled_from(["", " END"]),
    on=st.booleans(),
)


def lines_of(records: list[dict[str, str]]) -> ColumnarRecords | None:
    columns = prescan(b"".join(encode(record) for record in records)).columns
    return ColumnarRecords(columns) if columns is not None else None


@given(PAIRS, st.sampled_from(["chat", "completion", "alpaca"]), st.none() | TEXTS, DRESSES)
def test_columns_become_what_records_become(
    pairs: list[dict[str, str]], shape: str, system: str | None, dress: LegacyMarkers | None
) -> None:
    lines, sighting = lines_of(pairs), ShapeDetector(SHAPES).detect(pairs[0])
    system = system.replace("{", "{{").replace("}", "}}") if system is not None else None
    manner = RewriteOptions(SHAPES[shape], system, dress)
    if lines is None or sighting is None:
        return
    made = rewrite_lines(lines, sighting, manner)
    if made is None:
        return
    expected = []
    for pair in pairs:
        try:
            expected.append(rewrite(pair, sighting, manner).record)
        except CannotHold:
            expected.append({})
    assert list(made) == expected
    assert encode_columns(made.columns).to_list() == [encode(record)[:-1].decode() for record in expected]


@given(PAIRS)
def test_lines_are_written_as_records_are(pairs: list[dict[str, str]]) -> None:
    lines = lines_of(pairs)
    if lines is not None:
        assert join_lines(encode_columns(lines.columns)) == b"".join(map(encode, pairs))


@given(PAIRS, st.data())
def test_what_is_done_to_records_is_found_in_the_columns(
    pairs: list[dict[str, str]], data: st.DataObject
) -> None:
    lines = lines_of(pairs)
    if lines is None:
        return
    places = sorted(data.draw(st.sets(st.integers(0, len(pairs) - 1))))
    for place in places:
        lines[place]["prompt"] = f"{place}!"
    changed = lines.with_changes(places)
    assert changed is not None
    assert list(changed) == [
        pair | {"prompt": f"{i}!"} if i in places else pair for i, pair in enumerate(pairs)
    ]
    assert changed.columns.to_dicts() == list(changed)
    assert [i for i, line in enumerate(changed.lines) if line is None] == places
    kept = sorted(data.draw(st.sets(st.integers(0, len(pairs) - 1))))
    assert list(changed.part(kept)) == [list(changed)[i] for i in kept]
    lines[0]["more"] = 1
    assert lines.with_changes([0]) is None
    assert LINE not in changed.columns.columns


def chat(pair: dict[str, str]) -> dict[str, object]:
    return {"messages": [{"role": role, "content": text} for role, text in pair.items()]}


def reordered(value: object, backwards: set[str]) -> object:
    """The record with the keys of some objects, named by their first key, the other way round."""
    if isinstance(value, list):
        return [reordered(item, backwards) for item in value]
    if not isinstance(value, dict):
        return value
    items = [(key, reordered(item, backwards)) for key, item in value.items()]
    return dict(items[::-1] if items[0][0] in backwards else items)


@given(PAIRS, st.booleans(), st.lists(st.sets(st.sampled_from(["prompt", "role"])), min_size=6, max_size=6))
def test_whether_keys_are_in_order(pairs: list[dict[str, str]], flat: bool, orders: list[set[str]]) -> None:
    as_it_was = [pair if flat else chat(pair) for pair in pairs]
    records = [reordered(record, order) for record, order in zip(as_it_was, orders, strict=False)]
    lines = lines_of(records)  # type: ignore[arg-type]
    if lines is not None:
        in_order = [json.dumps(record) for record in records] == [
            json.dumps(reordered(record, orders[0])) for record in as_it_was
        ]
        assert lines.are_keys_in_order == in_order


@pytest.mark.parametrize(
    ("first", "ordered"),
    [
        ({"a": "1", "b": "2", "c": ""}, True),
        ({"a": ', "b": "c": ', "b": '{"a": ', "c": "\\"}, True),
        ({"a": "1", "c": "2", "b": "3"}, False),
        ({"b": "1", "a": "2", "c": "3"}, False),
    ],
)
def test_three_keys_in_order(first: dict[str, str], ordered: bool) -> None:
    lines = lines_of([{"a": "", "b": "", "c": ""}, first])
    assert lines is not None and lines.are_keys_in_order == ordered


@pytest.mark.parametrize("mixed", [False, True])
def test_a_file_of_columns_is_written_as_any_other(mixed: bool, tmp_path: Path) -> None:
    """An empty line at its end keeps the second file from being read as columns."""
    texts = ["It was {}.", "“{}” / é", "Ok\u200b {}", '"{}" \\']
    pairs = [{"prompt": f"q{n % 37}", "completion": texts[n % 4].format(n % 37)} for n in range(40)]
    styles = [{"separators": (",", ":"), "ensure_ascii": False}, {"ensure_ascii": False}, {}]
    lines = [
        json.dumps(reordered(pair, {"prompt"} if mixed and n % 3 else set()), **styles[n % 3]) + "\n"
        for n, pair in enumerate(pairs)
    ]
    made = []
    for name, end in (("fast", ""), ("slow", "\n")):
        folder = tmp_path / name
        folder.mkdir()
        path = folder / "in.jsonl"
        path.write_bytes(("".join(lines) + end).encode())
        report = ftlint.fix(path, folder / "fixed.jsonl", unsafe=True, target="openai-completions")
        counts = [report.files[0].changed]
        for to in ("openai-chat", "completion"):
            report = ftlint.convert(path, folder / f"{to}.jsonl", to)
            counts.append(report.files[0].changed)
        prepared = ftlint.prepare(path, folder / "prepared.jsonl", target="openai-completions")
        assert prepared.figures is not None
        asked = [(remedy.rows, remedy.examples) for remedy, _ in prepared.remedies]
        written = [file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix == ".jsonl"]
        outputs = [data.replace(b"\n\n", b"\n") for data in written if data != path.read_bytes()]
        made.append((outputs, counts, asked, prepared.figures.tokens))
    assert made[0] == made[1]


def test_a_file_of_columns_is_prepared_as_any_other(tmp_path: Path) -> None:
    """A number in the first row's other field keeps the second file from being read as columns."""
    pairs = [
        {
            "prompt": f"q{n}\u200b" if n % 5 == 0 else f"q{n}",
            "completion": "" if n % 7 == 3 else f"It was {n}",
        }
        for n in range(40)
    ] + [{"prompt": "q1", "completion": "It was 1"}]
    made = []
    for name, first in (("fast", {}), ("slow", {"id": 1})):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "in.jsonl"
        path.write_text(
            "".join(json.dumps(pair | (first if n == 0 else {})) + "\n" for n, pair in enumerate(pairs))
        )
        for target in ("openai-chat", "openai-completions"):
            made.append(ftlint.prepare(path, tmp_path / name / f"{target}.jsonl", target=target, stats=False))
    assert made[0].files[""].read_bytes() == made[2].files[""].read_bytes()
    assert made[1].files[""].read_bytes() == made[3].files[""].read_bytes()
    for fast, slow in ((made[0], made[2]), (made[1], made[3])):
        assert (fast.dropped, fast.fixed, fast.changed, fast.kept) == (
            slow.dropped,
            slow.fixed,
            slow.changed,
            slow.kept,
        )
        assert [r.code for r, _ in fast.remedies] == [r.code for r, _ in slow.remedies if r.code != "S006"]


def test_a_role_in_another_spelling_is_written_as_it_is_meant(tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "User", "content": "a?"}, {"role": "assistant", "content": f"It was {n}."}]}
        for n in range(3)
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = ftlint.convert(tmp_path / "in.jsonl", tmp_path / "out.jsonl", "chat")
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {message["role"] for record in written for message in record["messages"]} == {"user", "assistant"}
    assert (report.files[0].fixed, report.files[0].changed) == ({"C001": 3}, 3)
