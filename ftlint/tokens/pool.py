"""Thread pool for counting tokens; each thread has its own vocabulary.

Measured: tiktoken's patterns are fast in the thread that used them first. In any other one they are a quarter
slower, and more than twice as slow in both while two use them at once. So the first thread of the pool loads the
vocabulary, and once there is much to count the others load it, too (a sixth of a second and 40 MB each).
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
from ftlint.tokens.vocabulary import encoding, is_file, load_encoding

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tiktoken import Encoding

Work = Callable[[], list[int]]
# More than two count faster than anything is read.
MOST = 2
# Another vocabulary is worth its price once so many bytes have been counted: there may be as many more.
MUCH = 16 << 20

_waiting: SimpleQueue[tuple[Future[list[int]], Work]] = SimpleQueue()
_here = local()
_given = [0]


def available_cores() -> int:
    """How many threads can run at once: as many as there are cores, or as polars was told to use, if those are fewer.

    So a worker that has its share of a machine keeps to it when it counts, too.
    """
    share = os.environ.get("POLARS_MAX_THREADS", "")
    own = os.cpu_count() or 1
    return min(own, max(1, int(share))) if share.isdecimal() else own


def preload(vocabulary: str) -> None:
    """Load a vocabulary beside whatever else is done. Who needs it waits for it, and is told what is wrong with it."""
    if not is_file(vocabulary):
        _thread(0).submit(_use, vocabulary)


def submit_all(work: Sequence[Work], vocabulary: str, size: int) -> Iterator[list[int]]:
    """What pieces of work bring, in order; ``size`` is in bytes. They are begun at once where it is worth it."""
    if len(work) < 2:
        return (piece() for piece in work)
    preload(vocabulary)
    coming: list[Future[list[int]]] = []
    for piece in work:
        coming.append(Future())
        _waiting.put((coming[-1], piece))
    _given[0] += size
    # A tokenizer.json uses all cores by itself.
    several = _given[0] >= MUCH and not is_file(vocabulary)
    for n in range(min(available_cores(), MOST) if several else 1):
        _thread(n).submit(_work)
    return (result.result() for result in coming)


def thread_encoding(vocabulary: str) -> "Encoding":
    """The vocabulary for the thread that asks."""
    copies: dict[str, Encoding] | None = getattr(_here, "copies", None)
    if copies is None:
        return encoding(vocabulary)
    if vocabulary not in copies:
        copies[vocabulary] = load_encoding(vocabulary)
    return copies[vocabulary]


def _use(vocabulary: str) -> None:
    with suppress(UsageError):
        encoding(vocabulary).encode_ordinary("a b")


def _work() -> None:
    """Do what is waiting, until there is nothing left."""
    with suppress(Empty):
        while True:
            result, piece = _waiting.get_nowait()
            try:
                result.set_result(piece())
            except BaseException as error:
                result.set_exception(error)


@cache
def _thread(n: int) -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    # An executor's threads end with the program, after what they are at.
    return ThreadPoolExecutor(1, f"ftlint-tokens-{n}", _copying if n else None)


def _copying() -> None:
    _here.copies = {}
