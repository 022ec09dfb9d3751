"""What the picture counts, on data whose numbers are known."""

from pathlib import Path
from typing import Any

import pytest
from picture_records import chat, write

from ftlint.commands.stats.cost import CostOptions
from ftlint.config.settings import from_python
from ftlint.html_report.collect import sides_of
from ftlint.html_report.measure import Measurements, measure
from ftlint.io.find import find_sources


def measured(*paths: Path, **given: Any) -> Measurements:
    settings, sources = from_python(**given), find_sources([str(path) for path in paths])
    return measure(sources, settings, CostOptions(), sides_of(sources, settings), lambda _: None)


def test_the_curve_goes_from_nothing_whole_to_everything(tmp_path: Path) -> None:
    rows = [chat("a" * n, "yes " * n) for n in (1, 10, 100, 1000)]
    curve = measured(write(tmp_path / "a.jsonl", rows)).whole.curve
    assert curve[0].examples == 0 and curve[-1] == (type(curve[-1]))(curve[-1].limit, 1, 1)
    for field in ("limit", "examples", "tokens"):
        told = [getattr(point, field) for point in curve]
        assert told == sorted(told)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Wie geht's?", "Latin"),
        ("Как дела?", "Cyrillic"),
        ("你好吗", "Chinese (Han)"),
        ("お元気ですか", "Japanese (kana, Han)"),
        ("잘 지내세요", "Korean (Hangul)"),
        ("كيف حالك", "Arabic"),
        ("12 + 3 = 15", "no letters"),
    ],
)
def test_a_text_counts_for_the_script_of_most_letters(tmp_path: Path, text: str, script: str) -> None:
    told = measured(write(tmp_path / "a.jsonl", [chat("12?", text)])).whole.scripts
    assert (script, 0, 1) in [(name, 0, answered) for name, _, answered in told.rows]


def test_a_text_that_mixes_scripts_is_counted(tmp_path: Path) -> None:
    told = measured(write(tmp_path / "a.jsonl", [chat("hello мир", "yes")])).whole.scripts
    assert (told.mixed, told.texts, told.of) == (1, 2, 2)


def test_clusters_of_copies_the_largest_first(tmp_path: Path) -> None:
    rows = [chat("a", "1"), chat("b", "2"), chat("a", " 1 "), chat("b", "2"), chat("c", "3"), chat("a", "1")]
    told = measured(write(tmp_path / "a.jsonl", rows))
    assert (told.exact.total, told.exact.extra) == (2, 3)
    assert [[line for _, _, line in cluster.places] for cluster in told.exact.listed] == [[1, 3, 6], [2, 4]]
    assert told.nearly is None


def test_near_copies_where_they_are_asked_for(tmp_path: Path) -> None:
    text = " ".join(f"word{n}" for n in range(80))
    rows = [
        chat("q", text),
        chat("other", "thing"),
        chat("q", text.replace("word40", "sword")),
        chat("q", text),
    ]
    told = measured(write(tmp_path / "a.jsonl", rows), extend_select="D003").nearly
    assert told is not None and (told.total, told.extra) == (1, 2)
    assert [line for _, _, line in told.listed[0].places] == [1, 3, 4]


def test_copies_in_several_files_are_one_cluster(tmp_path: Path) -> None:
    one, other = (
        write(tmp_path / "a.jsonl", [chat("a", "1")] * 2),
        write(tmp_path / "b.jsonl", [chat("a", "1")]),
    )
    (cluster,) = measured(one, other).exact.listed
    assert cluster.places == ((0, 1, 1), (0, 2, 2), (1, 1, 1))


def test_sides_are_told_by_names_or_by_what_is_held_against(tmp_path: Path) -> None:
    train, valid = (
        write(tmp_path / "a_train.jsonl", [chat("a", "1")] * 3),
        write(tmp_path / "a_valid.jsonl", [chat("b", "2")]),
    )
    for told in (measured(train, valid), measured(train, against=str(valid))):
        assert told.sides is not None
        assert [side.figures.examples for side in told.sides] == [3, 1]
    assert measured(train).sides is None


def test_empty_data_has_no_figures_to_draw(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("")
    told = measured(path)
    assert (told.whole.figures.examples, told.whole.curve, told.exact.total) == (0, [], 0)
