"""The ways in which a run can be shared out, and files in which everything is that could tell them apart."""

import atexit
import gzip
import io
import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

import pytest

from ftlint import FileReport, Report
from ftlint.execution.executor import BlobRef, InlineBlob, TaskResult, Work
from ftlint.execution.ray import RaySession


class AnyOrder:
    """Does everything itself, and hands it over in an order of chance."""

    width = 3
    shares_files = True
    in_process = False

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._buckets = 2 * (seed % 3)

    def map_unordered(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        done = [(number, work(piece)) for number, piece in enumerate(pieces)]
        self._random.shuffle(done)
        yield from done

    def broadcast(self, data: Any) -> BlobRef:
        return InlineBlob(data)

    def partitions(self, size: int) -> int:
        """None, two or four: what belongs together is put together elsewhere, or by who asks."""
        return self._buckets

    def close(self) -> None:
        pass


class Meddling:
    """Does what another executor does, but changes something before a file is read again."""

    def __init__(self, change: Callable[[], Any], inner: Any) -> None:
        self._change, self._inner = change, inner

    def map_unordered(self, work: Work, tasks: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        return self._inner.map_unordered(work, self._meddled(tasks))

    def _meddled(self, tasks: Iterable[Any]) -> Iterator[Any]:
        for task in tasks:
            if getattr(task, "again", False):
                self._change()
            yield task

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def ray_staff() -> dict[str, Any]:
    """Settings of a run on a Ray cluster of this machine, with two cores, that is begun once for all tests of a process.

    The test is skipped where there is no Ray.
    """
    # What Ray remarks on workers that tests kill.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    pytest.importorskip("ray")
    if not _cluster:
        _cluster.append(RaySession("local", 2))
        atexit.register(_cluster[0].close)
    return {"engine": "ray"}


_cluster: list[RaySession] = []


@contextmanager
def dask_executor() -> Iterator[Executor]:
    """The executor of a Dask cluster of two processes. The test is skipped where there is no Dask."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


def told(report: Report) -> list[tuple[Any, ...]]:
    """All that a report says, but for how long it took."""
    return [_of_file(file) for file in report.files]


def _of_file(file: FileReport) -> tuple[Any, ...]:
    return (
        file.path,
        file.container,
        file.shape,
        file.task,
        (file.rows, file.examples, file.bytes, file.sha256),
        file.findings,
        file.suppressed,
        sorted(file.tallies.items()),
        sorted(file.fixable.items()),
        file.notes,
    )


def chat(user: str, assistant: str, **more: Any) -> dict[str, Any]:
    """A conversation of one question and one answer."""
    said = [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
    return {"messages": said, **more}


def line(record: Any) -> bytes:
    """A record as a line of JSON."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def plain() -> bytes:
    """Lines of one layout: duplicates far apart, contradictions, instructions that vary, a secret, an odd answer."""
    rows = [chat(f"What is {n} + {n}?", f"It is {n + n}, as everybody knows.") for n in range(60)]
    rows[40] = rows[3]
    rows[41] = chat("What is 5 + 5?", "Nobody knows that, I am afraid.")
    rows[55] = chat("What is 9 + 9?", "As an AI language model, I cannot help with that request.")
    rows[57] = chat("What is my key?", "It is AKIA" + "QW7ERTYUIOPASDFG" + " of course.")
    rows[58] = chat("Wie geht es?", "Я не знаю, что сказать на это, простите меня.")
    return b"".join(map(line, rows))


def damaged() -> bytes:
    """Lines with all that can be wrong with lines."""
    good = [line(chat(f"Question {n}?", f"Answer {n} is a sentence.")) for n in range(12)]
    return b"".join(
        [
            b"\xef\xbb\xbf" + good[0],
            b"\n",
            good[1].replace(b"\n", b"\r\n"),
            b'{"messages": [{"role": "user", "content": "cut off\n',
            good[2][:-1] + good[3],
            b"\xef\xbb\xbf" + good[4],
            b'{"messages": [{"role": "user", "content": "caf\xe9"}]}\n',
            good[5].replace(b"\n", b"\r") + good[6],
            b"   \n",
            line(chat("a\u2028b", "c\u0085d")),
            b'{"messages": [], "messages": []}\n',
            b'{"prompt": NaN, "completion": "x"}\n',
            b'["no", "object"]\n',
            line({"prompt": "p ->", "completion": " c END"}),
            line(chat("x" * 3000, "y" * 3000)),
            *good[6:11],
            good[2],
            line({"instruction": "do", "output": "done"}),
            good[11][:-1],
        ]
    )


def labels() -> bytes:
    """Answers that are classes, one of them small and one in two spellings."""
    answers = [" yes", " no", " Yes"] * 12 + [" maybe"]
    return b"".join(line({"prompt": f"Is {n} odd? ->", "completion": a}) for n, a in enumerate(answers))


def tools() -> bytes:
    """Calls of tools, with one that is answered by nobody."""
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    asked = {"role": "assistant", "tool_calls": [call]}
    answered = {"role": "tool", "tool_call_id": "1", "content": "2"}
    begun = [{"role": "user", "content": "f?"}, asked]
    ended = {"role": "assistant", "content": "It is 2."}
    declared = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
    rows = [{"messages": [*begun, answered, ended], "tools": declared}] * 5 + [{"messages": begun}]
    return b"".join(map(line, rows))


def marks() -> bytes:
    """Marks of the legacy format, which also stand within texts."""
    rows = [{"prompt": f"colour {n} ->", "completion": f" red {n} END"} for n in range(20)]
    for n in (3, 4, 9, 15):
        rows[n] = {"prompt": f"one -> two {n} ->", "completion": f" The END -> of {n} END"}
    return b"".join(map(line, rows))


def pairs() -> bytes:
    """Two answers to one question, with faults in both of them and in the question."""
    said = ["Hello\u200b there.", "", "Bye\x07.", "Good.", "  "]
    rows = [
        {
            "prompt": [{"role": "user", "content": said[n % 3] + str(n)}],
            "chosen": [{"role": "assistant", "content": said[n % 5]}],
            "rejected": [{"role": "assistant", "content": said[(n + 2) % 5]}],
        }
        for n in range(15)
    ]
    return b"".join(map(line, rows))


def table() -> bytes:
    """A table with line feeds within cells, which is read as a whole."""
    return b"prompt,completion\n" + b"".join(b'"a %d\nb"," c %d"\n' % (n % 7, n) for n in range(20))


def parquet() -> bytes:
    """Rows of a table that can be read in parts."""
    import polars as pl

    rows = {"prompt": [f"p {n % 17}" for n in range(40)], "completion": [f" c {n % 5}." for n in range(40)]}
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out, row_group_size=8)
    return out.getvalue()


FILES = {
    "plain.jsonl": plain(),
    "damaged.jsonl": damaged(),
    "labels.jsonl": labels(),
    "tools.jsonl": tools(),
    "marks.jsonl": marks(),
    "pairs.jsonl": pairs(),
    "table.csv": table(),
    "rows.parquet": parquet(),
    "packed.jsonl.gz": gzip.compress(damaged(), mtime=0),
    "array.json": json.dumps([chat(f"q{n}", f"a {n % 3}.") for n in range(9)], indent=1).encode(),
    "wide.jsonl": plain().decode().encode("utf-16"),
    "windows.jsonl": plain().replace(b"\n", b"\r\n"),
    "one.jsonl": line(chat("a", "b")),
    "blank.jsonl": b"\n" * 30,
    "empty.jsonl": b"",
}
