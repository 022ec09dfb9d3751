"""Thread pool for counting tokens: with gigatoken one thread, otherwise several, each with its own vocabulary.

Measured: tiktoken's patterns are fast in the thread that used them first. In any other thread they are a quarter
slower, and more than twice as slow in both while two use them at once. So the first thread of the pool loads the
vocabulary, and after a large amount of text the others load it, too (a sixth of a second and 40 MB each).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from queue import Empty, SimpleQueue
from threading import local
from typing import TYPE_CHECKING

from ftlint.errors import UsageError
from ftlint.tokens import fast
from ftlint.tokens.vocabulary import encoding, is_file, load_encoding

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from gigatoken.gigatoken_rs import BPETokenizer
    from tiktoken import Encoding

Task = Callable[[], list[int]]
# More than two count faster than any input is read.
MAX_THREADS = 2
# Loading another vocabulary pays off once this many bytes have been counted: as many more may follow.
MIN_BYTES_PER_VOCABULARY = 16 << 20

_queue: SimpleQueue[tuple[Future[list[int]], Task]] = SimpleQueue()
_local = local()
_counted_bytes = [0]
_expected_bytes = [0]


def available_cores() -> int:
    """How many threads can run at once: the number of cores, or polars' configured number of threads if that is lower.

    So a worker process that has a share of the machine also counts with this share.
    """
    share = os.environ.get("POLARS_MAX_THREADS", "")
    own = os.cpu_count() or 1
    return min(own, max(1, int(share))) if share.isdecimal() else own


def preload(vocabulary: str, size: int = 0) -> None:
    """Load a vocabulary in the background. Its user waits for it, and receives its exception, if any.

    ``size`` is how many bytes will be counted, as far as known.
    """
    _expected_bytes[0] = max(_expected_bytes[0], size)
    if not is_file(vocabulary):
        _thread(0).submit(_load, vocabulary)


def fast_encoding(vocabulary: str) -> "BPETokenizer | None":
    """The vocabulary in gigatoken, if there is enough to count and gigatoken is installed and has it."""
    enough = max(_counted_bytes[0], _expected_bytes[0]) >= fast.MIN_BYTES
    return fast.load_fast(vocabulary) if enough else None


def submit_all(tasks: Sequence[Task], vocabulary: str, size: int) -> Iterator[list[int]]:
    """The results of tasks, in order; ``size`` is in bytes. They are started at once if it is worthwhile."""
    if len(tasks) < 2:
        return (task() for task in tasks)
    preload(vocabulary)
    results: list[Future[list[int]]] = []
    for task in tasks:
        results.append(Future())
        _queue.put((results[-1], task))
    _counted_bytes[0] += size
    # A tokenizer.json uses all cores by itself, and gigatoken is no faster in two threads.
    several = _counted_bytes[0] >= MIN_BYTES_PER_VOCABULARY and not is_file(vocabulary)
    several = several and fast_encoding(vocabulary) is None
    for n in range(min(available_cores(), MAX_THREADS) if several else 1):
        _thread(n).submit(_run_queued)
    return (result.result() for result in results)


def thread_encoding(vocabulary: str) -> "Encoding":
    """The vocabulary for the calling thread."""
    copies: dict[str, Encoding] | None = getattr(_local, "copies", None)
    if copies is None:
        return encoding(vocabulary)
    if vocabulary not in copies:
        copies[vocabulary] = load_encoding(vocabulary)
    return copies[vocabulary]


def _load(vocabulary: str) -> None:
    with suppress(UsageError):
        if fast_encoding(vocabulary) is None:
            encoding(vocabulary).encode_ordinary("a b")


def _run_queued() -> None:
    """Run queued tasks until the queue is empty."""
    with suppress(Empty):
        while True:
            result, task = _queue.get_nowait()
            try:
                result.set_result(task())
            except BaseException as error:
                result.set_exception(error)


@cache
def _thread(n: int) -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    # An executor's threads end with the program, after their running task.
    return ThreadPoolExecutor(1, f"ftlint-tokens-{n}", _use_copies if n else None)


def _use_copies() -> None:
    _local.copies = {}
