"""Processes on this machine, one per core, each with its share of polars' threads.

They are separate Python processes, started with nothing but the path to ftlint: nothing of the program runs
again in them, on any system. A thread waits for each process, so that the task of a lost process is known.

The worker side: a process that runs one task after the other until there are no more.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ftlint.config.execution import available_cores
from ftlint.errors import UsageError
from ftlint.execution.executor import BlobRef, FileBlob, TaskResult, Work
from ftlint.execution.futures import FuturesExecutor


def main() -> None:
    """Run the tasks that arrive on standard input; results are written to standard output."""
    # The process that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Batches are many objects without cycles; the cycle collector would search them every few hundred objects.
    gc.set_threshold(200_000, 50, 100)
    # Output that a plug-in prints must not mix with the results.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(OSError):
        while order := receive(sys.stdin.buffer):
            send(answers, _answer(order))


def _answer(order: bytes) -> bytes:
    try:
        work, task, folder = pickle.loads(order)
        done = work(task)
        result = TaskResult(done.value, [_store(one, folder) for one in done.stored])
        return pickle.dumps((True, result), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        return pickle.dumps((False, _sendable(error)))


def _store(blob: BlobRef, folder: str) -> FileBlob:
    """Store an object for other tasks, in a file of the run's own folder."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            pickle.dump(blob.load(), file, pickle.HIGHEST_PROTOCOL)
    except OSError as error:
        raise UsageError(
            f"what is put together later goes to {folder}, but {error.strerror or error}"
        ) from error
    return FileBlob(Path(name))


def _sendable(error: BaseException) -> BaseException:
    """The error, or one with the same message if it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def send(pipe: IO[bytes], data: bytes) -> None:
    """Write one message: its length in 8 bytes, then its bytes. Raises OSError if the reader is closed."""
    pipe.write(len(data).to_bytes(8, "little"))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read one message; empty if there is no complete message any more."""
    head = pipe.read(8)
    if len(head) < 8:
        return b""
    size = int.from_bytes(head, "little")
    data = pipe.read(size)
    return data if len(data) == size else b""


# How many bytes of input add one partition.
BYTES_PER_PARTITION = 512 << 20
MAX_PARTITIONS = 64
BEGIN = "import sys; sys.path[:] = sys.argv[1:]; from ftlint.execution.process import main; main()"


class ProcessExecutor:
    """A pool of processes. They end with this one, and at once when they are closed."""

    shares_files = True
    in_process = False

    def __init__(self, count: int) -> None:
        self.width = count
        self._folder = tempfile.TemporaryDirectory(prefix="ftlint-")
        self._blobs = 0
        self._here = threading.local()
        self._all: list[subprocess.Popen[bytes]] = []
        self._closing = threading.Lock()
        self._closed = False
        self._lost = ""
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="ftlint-process")
        self._line = FuturesExecutor(self._threads, count)

    def map_unordered(self, work: Work, tasks: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        """Run every task, yielding results as they complete."""
        orders = (_Request(self, work, task) for task in tasks)
        return self._line.map_unordered(_carry_out, orders)

    def broadcast(self, value: Any) -> BlobRef:
        """A file in a folder that is deleted when the processes end."""
        self._blobs += 1
        path = Path(self._folder.name) / f"{self._blobs}"
        path.write_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        return FileBlob(path)

    def partitions(self, size: int) -> int:
        """0 for an input that one process reduces quickly; for a larger one the processes store partitions."""
        return min(MAX_PARTITIONS, size // BYTES_PER_PARTITION)

    def close(self) -> None:
        """End all processes at once."""
        with self._closing:
            self._closed = True
            for process in self._all:
                process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._all:
            _put_away(process)
        self._folder.cleanup()

    def do(self, work: Work, task: Any) -> TaskResult:
        """Run a task in the thread's own process."""
        process = self._worker()
        try:
            order = (work, task, self._folder.name)
            send(_open(process.stdin), pickle.dumps(order, pickle.HIGHEST_PROTOCOL))
            answer = receive(_open(process.stdout))
        except OSError:
            answer = b""
        if not answer:
            raise self._loss(f"{task}: the process that worked on it was lost ({_end(process)})")
        succeeded, value = pickle.loads(answer)
        if succeeded:
            result: TaskResult = value
            return result
        raise value

    def _loss(self, words: str) -> UsageError:
        """The error for a lost process: the first lost one is reported, whatever fails as a consequence."""
        with self._closing:
            self._lost = self._lost or words
            return UsageError(self._lost)

    def _worker(self) -> "subprocess.Popen[bytes]":
        process: subprocess.Popen[bytes] | None = getattr(self._here, "process", None)
        if process is None:
            with self._closing:
                if self._closed:
                    raise UsageError("the run was ended")
                process = self._here.process = _begin(self.width)
                self._all.append(process)
        return process


class _Request:
    """A task for one of the processes; its description is that of the task."""

    def __init__(self, processes: ProcessExecutor, work: Work, task: Any) -> None:
        self.processes, self.work, self.task = processes, work, task

    def __str__(self) -> str:
        return str(self.task)


def _carry_out(order: _Request) -> TaskResult:
    return order.processes.do(order.work, order.task)


def _begin(count: int) -> "subprocess.Popen[bytes]":
    threads = str(max(1, available_cores() // count))
    # Ctrl-C at a terminal reaches the entire process group. The parent process ends its workers.
    options: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **options,
        env={"POLARS_MAX_THREADS": threads, **os.environ},
    )


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("no pipe")
    return pipe


def _end(process: "subprocess.Popen[bytes]") -> str:
    """A description of how a process ended."""
    code = process.wait()
    if code >= 0:
        return f"exit code {code}"
    import signal

    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{name}; out of memory?" if name == "SIGKILL" else name


def _put_away(process: "subprocess.Popen[bytes]") -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # buffered data can no longer be written
                continue
