"""Converted in parts, a file becomes what it becomes in one reading: all files that are written, and the report."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from engines import Meddling
from examples import few_quick
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_parts_rows import FILES, TABLE, ways
from test_laws import DATA

import ftlint
from ftlint import SourceChanged, UsageError
from ftlint.execution.executor import LocalExecutor

pytestmark = pytest.mark.slow

Outcome = tuple[ftlint.Report | str, dict[str, bytes]]


def converted(folder: Path, name: str, wish: dict[str, Any], **given: Any) -> Outcome:
    """The report (or why there is none), and all files that are there afterwards; those that are new go."""
    report: ftlint.Report | str
    try:
        report = ftlint.convert(folder / name, **wish, **given)
        report.seconds = 0.0
    except UsageError as error:
        report = str(error)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    for other in after.keys() - {name}:
        (folder / other).unlink()
    return report, after


def same(folder: Path, name: str, wish: dict[str, Any], *staffs: dict[str, Any], **given: Any) -> Outcome:
    """Convert in one reading and in every way; all must come out alike."""
    first = converted(folder, name, wish, jobs=1, **given)
    for staff in staffs:
        other = converted(folder, name, wish, **staff, **given)
        assert other[1] == first[1], staff
        assert other[0] == first[0], staff
    return first


def wish(folder: Path, to: str, name: str = "new.jsonl", **more: Any) -> dict[str, Any]:
    return {"to": to, "output": folder / name, "rejects": folder / "rejects.jsonl", **more}


def put(folder: Path, data: bytes, name: str = "data.jsonl") -> str:
    (folder / name).write_bytes(data)
    return name


@pytest.mark.parametrize("name", few_quick(FILES, 0, 6))
@pytest.mark.parametrize("to", ["openai-chat", "completion"])
def test_parts_of_several_sizes(tmp_path: Path, name: str, to: str) -> None:
    some = ways(FILES[name])[: 1 if to == "completion" else 2]
    same(tmp_path, put(tmp_path, FILES[name]), wish(tmp_path, to), *some)


@pytest.mark.parametrize("to", ["openai-completions", "sharegpt", "alpaca", "mistral"])
@pytest.mark.parametrize("name", ["mixed", "labels", "bare"])
def test_several_goals(tmp_path: Path, name: str, to: str) -> None:
    same(tmp_path, put(tmp_path, FILES[name]), wish(tmp_path, to), *ways(FILES[name])[:1])


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "parquet", "jsonl.gz", "json.gz"])
def test_other_containers(tmp_path: Path, ending: str) -> None:
    data = FILES["mixed"] + FILES["twins"]
    report, files = same(
        tmp_path, put(tmp_path, data), wish(tmp_path, "openai-chat", f"new.{ending}"), *ways(data)[:1]
    )
    assert isinstance(report, ftlint.Report)
    assert files[f"new.{ending}"]


def test_a_recipe_a_system_message_and_nothing_kept(tmp_path: Path) -> None:
    goal = wish(tmp_path, "llamafactory", recipe=True, system="Be short.", keep_lost=False)
    report, _ = same(tmp_path, put(tmp_path, FILES["twins"] + FILES["tools"]), goal, {"part_bytes": 300})
    assert isinstance(report, ftlint.Report)
    assert report.files[0].recipe


@pytest.mark.parametrize("to", ["trl-sft", "llamafactory"])
def test_options_that_split_fold_and_merge(tmp_path: Path, to: str) -> None:
    off = b'{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, \
{"role": "assistant", "content": "a", "weight": 0}, {"role": "user", "content": "v"}, \
{"role": "assistant", "content": "b"}, {"role": "user", "content": "w"}, {"role": "assistant", "content": "c"}]}\n'
    name = put(tmp_path, (off + FILES["twins"].splitlines(keepends=True)[0]) * 20)
    given = {"untrained": "split", "system_messages": "fold", "merge_consecutive": True}
    report, files = same(
        tmp_path, name, wish(tmp_path, to), {"part_bytes": 700}, {"jobs": 2, "part_bytes": 900}, **given
    )
    assert isinstance(report, ftlint.Report)
    assert (report.files[0].read, report.files[0].kept) == (40, 60)
    assert files["new.jsonl"].count(b"\n") == 60


def test_templates_and_tables(tmp_path: Path) -> None:
    name = put(tmp_path, TABLE, "a.csv")
    given = {"prompt": "Q: {question}", "completion": "{answer}"}
    same(tmp_path, name, wish(tmp_path, "openai-chat"), {"part_bytes": 20}, **given)
    rows = put(tmp_path, b'{"q": "a", "a": "b"}\n{"q": "c"}\noops\n{"q": "d", "a": "e"}\n')
    (tmp_path / name).unlink()
    report, _ = same(
        tmp_path, rows, wish(tmp_path, "alpaca"), {"part_bytes": 20}, prompt="Q: {q}", completion="{a}"
    )
    assert isinstance(report, ftlint.Report)
    assert report.files[0].dropped.total() == 2


def test_a_file_that_changes_meanwhile_is_not_converted(tmp_path: Path) -> None:
    name = put(tmp_path, FILES["twins"])
    other = FILES["twins"].replace(b"other 30", b"OTHER 30")
    executor = Meddling(lambda: (tmp_path / name).write_bytes(other), LocalExecutor())
    with pytest.raises(SourceChanged):
        ftlint.convert(tmp_path / name, **wish(tmp_path, "openai-chat"), part_bytes=300, executor=executor)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@given(DATA, st.sampled_from([50, 200, 900]), st.sampled_from(["openai-chat", "openai-completions", "text"]))
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
def test_files_that_nobody_thought_of(data: bytes, step: int, to: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        same(folder, put(folder, data), wish(folder, to), {"part_bytes": step})
