"""However a count is shared out, it comes to the same figures."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from counted_rows import chat, lines, said
from engines import FILES, AnyOrder

from ftlint import SourceChanged, UsageError, stats
from ftlint.commands.stats.figures import Stats
from ftlint.execution.executor import TaskResult, Work

pytestmark = pytest.mark.slow

SHAPES = Path(__file__).parent.parent / "fixtures" / "shapes"
LABELS = ["yes", "no", "perhaps"]
ASKED: dict[str, Any] = {"target": "openai-chat"}


def counted() -> bytes:
    """Chats of many lengths with all that figures tell: systems, names, tools, media, weights, duplicates far apart."""
    rows: list[Any] = [
        chat(said("system", n % 3), said("user", n % 7), said("assistant", 3 * n % 50)) for n in range(60)
    ]
    rows[50] = rows[2]
    rows[59] = rows[3]
    rows[20] = chat(said("user", 4, name="anna"), said("assistant", 5, weight=0), said("user", 1))
    rows[21] = chat(said("user", 1), said("assistant", 2), said("user", 3), said("assistant", 9))
    rows[22] = chat(
        said("user", 2), said("assistant", 3), tools=[{"type": "function", "function": {"name": "f"}}]
    )
    picture = {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}}
    rows[23] = chat(
        {"role": "user", "content": [{"type": "text", "text": "word"}, picture]}, said("assistant", 1)
    )
    rows[24] = '{"messages": [{"role": "user", "content"'
    rows[25] = ""
    rows[26] = {"messages": []}
    return lines(rows)


def classes() -> bytes:
    """Questions whose answers are labels; the first of two that are as frequent stands late."""
    rows = [chat(said("user", 1 + n), {"role": "assistant", "content": LABELS[n % 3]}) for n in range(45)]
    return lines(rows[::-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, data in {**FILES, "counted.jsonl": counted(), "classes.jsonl": classes()}.items():
        (folder / name).write_bytes(data)
    for path in SHAPES.glob("*.jsonl"):
        (folder / f"shape-{path.name}").write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def usual(folder: Path) -> Stats:
    """What one reading of every file in this process says."""
    return stats(folder, jobs=1, **ASKED)


def test_the_files_have_what_could_differ(usual: Stats) -> None:
    by_name = {Path(figures.name).name: figures for figures in usual.files}
    counted, classes = by_name["counted.jsonl"], by_name["classes.jsonl"]
    assert (
        counted.duplicates > 1,
        counted.systems,
        counted.uncounted.tools,
        counted.uncounted.low_images,
    ) == (
        True,
        3,
        1,
        1,
    )
    assert classes.classes == [("perhaps", 15), ("no", 15), ("yes", 15)]
    assert usual.total is not None


@pytest.mark.parametrize("part_bytes", [1, 7])
def test_parts_within_lines(tmp_path: Path, part_bytes: int) -> None:
    path = tmp_path / "few.jsonl"
    path.write_bytes(b"".join(counted().splitlines(keepends=True)[20:27])[:700])
    assert stats(path, jobs=1, part_bytes=part_bytes, **ASKED) == stats(path, jobs=1, **ASKED)


@pytest.mark.parametrize("part_bytes", [300, 1 << 20])
def test_parts_of_any_size(folder: Path, usual: Stats, part_bytes: int) -> None:
    assert stats(folder, jobs=1, part_bytes=part_bytes, **ASKED) == usual


def test_a_transcript_is_read_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("Anna: hello\nBot: good day\nAnna: bye\n" * 30)
    asked: dict[str, Any] = {"turns": "Anna=user,Bot=assistant"}
    assert stats(path, jobs=1, part_bytes=50, **asked) == stats(path, jobs=1, **asked)


def test_a_file_that_changes_meanwhile_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(counted())

    class Meddling(AnyOrder):
        def map_unordered(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
            done = list(super().map_unordered(work, pieces))
            path.write_bytes(counted() + b"\n")
            yield from done

    with pytest.raises(SourceChanged):
        stats(path, executor=Meddling(1), part_bytes=1000)


def test_wrong_settings_are_told_before_anything_is_sent_out(folder: Path) -> None:
    with pytest.raises(UsageError, match="no column"):
        stats(folder / "counted.jsonl", jobs=1, part_bytes=100, map={"messages": "nothing"})
