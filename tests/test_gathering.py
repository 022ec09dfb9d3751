"""What belongs together by keys is put together by workers: only what is left goes by who asks."""

import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engines import FILES, chat, line, told

from ftlint import check
from ftlint.config.settings import from_python
from ftlint.engine.check import check_sources
from ftlint.engine.plan import make_plan
from ftlint.execution import process
from ftlint.execution.executor import BlobRef, InlineBlob, TaskResult, Work
from ftlint.io.find import find_sources

pytestmark = pytest.mark.slow


class Buckets:
    """Does everything itself, with so many buckets, and counts the bytes that go by who asks."""

    width = 1
    shares_files = True
    in_process = False

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self.told = self.kept = 0

    def map_unordered(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        for number, piece in enumerate(pieces):
            done = work(piece)
            self.told += len(pickle.dumps(done.value))
            self.kept += sum(len(pickle.dumps(one.load())) for one in done.stored)
            yield number, done

    def broadcast(self, data: Any) -> BlobRef:
        return InlineBlob(data)

    def partitions(self, size: int) -> int:
        return self._buckets

    def close(self) -> None:
        pass


def checked(path: Path, workers: Buckets, part_bytes: int, **asked: Any) -> list[Any]:
    settings = from_python(part_bytes=part_bytes, **asked)
    (source,) = find_sources([str(path)])
    return check_sources([source], [make_plan(settings)], settings, workers, lambda size: None)


@pytest.mark.parametrize("buckets", [1, 2, 5])
@pytest.mark.parametrize("name", ["plain.jsonl", "labels.jsonl", "damaged.jsonl"])
@pytest.mark.parametrize("task", [None, "classification"])
def test_reports_are_the_same(tmp_path: Path, name: str, buckets: int, task: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    asked: dict[str, Any] = {"target": "openai-chat", "task": task}
    (file,) = checked(path, Buckets(buckets), 600, **asked)
    usual = check(path, jobs=1, **asked).files[0]
    assert (file.findings, file.tallies, file.task, file.notes) == (
        usual.findings,
        usual.tallies,
        usual.task,
        usual.notes,
    )


def test_only_what_is_left_is_told(tmp_path: Path) -> None:
    rows = [chat(f"What is {n} + 1?", f"It is {n + 1}, as everybody knows.") for n in range(5000)]
    rows[4000] = rows[17]
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"".join(map(line, rows)))
    usual, shared = Buckets(0), Buckets(3)
    size = path.stat().st_size // 4
    assert checked(path, usual, size)[0].findings == checked(path, shared, size)[0].findings
    assert usual.kept == 0
    # A digest and a place of every row, or none of them.
    assert usual.told > 5000 * 32
    assert shared.kept > 5000 * 32
    assert shared.told < usual.told / 4


@pytest.mark.parametrize("task", [None, "classification"])
def test_processes_put_together_what_they_have_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str | None
) -> None:
    monkeypatch.setattr(process, "BYTES_PER_PARTITION", 1500)
    for name in ("plain.jsonl", "labels.jsonl"):
        (tmp_path / name).write_bytes(FILES[name])
    asked: dict[str, Any] = {"target": "openai-chat", "task": task}
    shared = check(tmp_path, jobs=2, part_bytes=900, **asked)
    assert told(shared) == told(check(tmp_path, jobs=1, **asked))
    workers = process.ProcessExecutor(1)
    assert workers.partitions(len(FILES["plain.jsonl"])) > 1
    workers.close()
