"""The curves of a training as a picture, and ``ftlint job results FILE`` as a whole."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ftlint import UsageError
from ftlint.cli.results import ResultsOptions, show_results
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results.chart import validate_chart_path, write_chart
from ftlint.training.results.read import read_results

MODERN = (
    b"step,train_loss,train_accuracy,valid_loss,<b>x\n1,1.5,0.1,1.6,1\n2,0.5,0.5,0.9,2\n3,0.2,0.8,1.4,3\n"
)
PLAIN = ResultsOptions(color="never")


def never(job: str) -> tuple[str, bytes, tuple[Checkpoint, ...]]:
    """For files nothing is fetched."""
    raise AssertionError(job)


@pytest.mark.parametrize(
    ("ending", "begin"), [(".png", b"\x89PNG"), (".svg", b"<svg"), (".html", b"<!doctype")]
)
def test_pictures(tmp_path: Path, ending: str, begin: bytes) -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("altair")
    path = tmp_path / f"curves{ending}"
    write_chart(read_results(MODERN), path)
    assert path.read_bytes().startswith(begin)


def test_the_page_asks_nobody_and_runs_nothing(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("altair")
    path = tmp_path / "curves.html"
    write_chart(read_results(MODERN, "<script>.csv"), path)
    page = path.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<b>" not in page
    assert not re.search(r"""(?:src|href)=|url\(["']?(?!#)|@import""", page)
    assert page.count("<svg") == 2
    assert "best step" in page


def test_equal_results_make_equal_pictures(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("altair")
    for name in ("a.svg", "b.svg"):
        write_chart(read_results(MODERN), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("altair")
    with pytest.raises(UsageError, match=r"has to end in \.html, \.png, \.svg"):
        validate_chart_path(tmp_path / "curves.jpg")
    with pytest.raises(UsageError, match="there is no folder"):
        validate_chart_path(tmp_path / "nowhere" / "curves.png")
    with pytest.raises(UsageError, match="there is no curve to draw"):
        write_chart(read_results(b"step,elapsed_tokens\n1,5\n"), tmp_path / "curves.svg")


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(UsageError, match=r'pip install "ftlint\[report\]"'):
        validate_chart_path(tmp_path / "curves.png")


def test_a_file_is_read_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(MODERN)
    assert show_results(str(path), PLAIN, never) == 0
    assert capsys.readouterr().out.startswith("results.csv  3 rows · up to step 3\n")
    assert show_results(str(path), replace(PLAIN, output_format="json"), never) == 0
    assert json.loads(capsys.readouterr().out)["command"] == "job results"


def test_the_results_of_a_job_are_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    best = Checkpoint("ftckpt_2", "ft:m:ckpt-step-2", 2)
    assert show_results("ftjob-1", PLAIN, lambda job: (f"{job}.csv", MODERN, (best,))) == 0
    out = capsys.readouterr().out
    assert out.startswith("ftjob-1.csv  3 rows")
    assert "ft:m:ckpt-step-2 at step 2" in out


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("missing.csv", {}, "No such file"),
        ("results.csv", {"output_format": "xml"}, 'no output format "xml"'),
        ("results.csv", {"picture": "results.csv"}, "has to end in"),
    ],
)
def test_wrong_usage(tmp_path: Path, name: str, changed: dict[str, str], said: str) -> None:
    (tmp_path / "results.csv").write_bytes(MODERN)
    with pytest.raises(UsageError, match=said):
        show_results(str(tmp_path / name), replace(PLAIN, **changed), never)


def test_a_picture_replaces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("altair")
    path, picture = tmp_path / "results.csv", tmp_path / "curves.svg"
    path.write_bytes(MODERN)
    picture.write_text("mine")
    options = replace(PLAIN, picture=str(picture))
    with pytest.raises(UsageError, match="exists"):
        show_results(str(path), options, never)
    assert picture.read_text() == "mine"
    assert show_results(str(path), replace(options, overwrite=True), never) == 0
    assert "drew" in capsys.readouterr().err
