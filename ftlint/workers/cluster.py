"""Workers on a Ray cluster. Of Ray only its core is used: tasks, and the store of objects between them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pickle import PickleBuffer
from typing import Any

from ftlint.errors import UsageError
from ftlint.workers.done import Bucketed, Done, Given, Reads, Work
from ftlint.workers.ray_session import RaySession
from ftlint.workers.there import Kind, do_there, kind, words_of

# How often a piece is begun anew whose worker was lost. What the work itself raises is never tried again.
RETRIES = 3
# So many seconds one object may take to arrive, or to be made anew where a machine was lost that had it.
LONGEST = 600
# So many cores a task has, and so many threads of polars.
CORES = 1
# Up to so many bytes of input make one more bucket, as long as there are workers for it; and beyond that.
A_BUCKET, A_LARGE_BUCKET = 256 << 20, 4 << 30
MOST_BUCKETS = 64
# Up to about so many bytes an object lies with who began the task, not in the store: no lost machine had it.
SMALL = 100_000

Answer = tuple[bool, Any, Sequence[int]]
"""Whether it went well, what came of it, or the error, and how many bytes each thing has that is kept."""


@dataclass(frozen=True, slots=True)
class Box:
    """Bytes as they lie in the cluster's store. A worker that is given a box looks at them there and copies nothing."""

    data: Any

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return Box, (PickleBuffer(self.data),)


@dataclass(frozen=True, slots=True)
class InCluster:
    """So many bytes in the cluster's store of objects, which are looked at by one piece of work."""

    ref: Any
    size: int

    def open(self) -> bytes:
        """The bytes. Raises UsageError where they do not arrive, and errors of Ray's where they are lost."""
        return _fetched(self.ref)


@dataclass(frozen=True, slots=True)
class ForAll:
    """Bytes in the cluster's store of objects, which many pieces of work look at: each worker fetches them once."""

    ref: Any

    def open(self) -> bytes:
        """The bytes. Raises UsageError where they do not arrive, and errors of Ray's where they are lost."""
        return _fetched_once(self.ref)


@dataclass(frozen=True, slots=True)
class _Out:
    """A piece of work that is out."""

    number: int
    piece: Any
    kept: Sequence[Any]


class Cluster:
    """A cluster: one that runs, the one that the program is attached to already, or one of this machine only.

    ``jobs`` is how many pieces are worked on at once; None or 0: one for every core, also of nodes that join later.
    """

    def __init__(self, address: str | None = None, jobs: int | None = None) -> None:
        self._session = RaySession(address, jobs)
        self._jobs = jobs or None
        self._task = self._session.task(do_in_cluster, CORES, RETRIES)
        self.shares_files = self._session.is_local
        self._all_out: dict[int, dict[Any, _Out]] = {}
        self.width = self._cores()

    def each(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, Done]]:
        """Every piece, as they are done."""
        ray, coming = self._session.ray, enumerate(pieces)
        out: dict[Any, _Out] = {}
        self._all_out[id(out)] = out
        try:
            while True:
                while len(out) < 2 * self.width and (following := next(coming, None)) is not None:
                    out.update([self._begin(work, *following)])
                if not out:
                    return
                ray.wait(list(out), num_returns=1)
                for told in ray.wait(list(out), num_returns=len(out), timeout=0)[0]:
                    done = out.pop(told)
                    yield done.number, self._result(told, done)
                self.width = self._cores()
        finally:
            self._session.call_off(self._all_out.pop(id(out)))

    def give(self, data: bytes) -> Given:
        """An object in the cluster's store."""
        return ForAll(self._session.ray.put(Box(data)))

    def buckets(self, size: int) -> int:
        """At least two: what belongs together is put together in the cluster, whoever asks sees only what is left."""
        return max(2, min(MOST_BUCKETS, max(size // A_LARGE_BUCKET, min(self.width, size // A_BUCKET))))

    def close(self) -> None:
        """Leave the cluster. One that was begun for this run ends at once."""
        for out in self._all_out.values():
            self._session.call_off(out)
        self._session.close()

    def _cores(self) -> int:
        return self._jobs or self._session.cores()

    def _begin(self, work: Work, number: int, piece: Any) -> tuple[Any, _Out]:
        keeps = piece.buckets if isinstance(piece, Bucketed) else 0
        refs = self._task(1 + keeps).remote(kind(), work, piece, keeps, *_read_by(piece))
        told, *kept = refs if keeps else [refs]
        return told, _Out(number, piece, kept)

    def _result(self, told: Any, out: _Out) -> Done:
        try:
            well, what, sizes = self._session.ray.get(told)
        except self._session.ray.exceptions.RayError as error:
            raise UsageError(f"{out.piece}: {_trouble(error)}") from error
        if well:
            return Done(what, [InCluster(*one) for one in zip(out.kept, sizes, strict=True)])
        raise what


def do_in_cluster(here: Kind, work: Work, piece: Any, keeps: int, *at_hand: Any) -> Any:
    """Do a piece: what is told, and beside it, each as an object of its own, what is kept.

    What the work raises is told, too: for Ray every task goes well that is not lost. ``at_hand`` is what the piece
    reads: as long as this has it, it stays in the store of the machine.
    """
    try:
        done = do_there(here, work, piece)
        kept = [one.open() for one in done.kept][:keeps]
        kept += [b""] * (keeps - len(kept))
        answer: Answer = (True, done.told, [*map(len, kept)])
        boxes: list[Any] = [*map(Box, kept)]
    except Exception as error:
        # Where a piece is done anew, nobody asks for its answer: those are told that read what it should have kept.
        answer, boxes = (False, error, ()), [error] * keeps
    return (answer, *boxes) if keeps else answer


def _read_by(piece: Any) -> list[Any]:
    """What must be there before a piece is begun.

    A task that fetches by itself what a lost machine had waits for it on a core, beside others that do so, and the
    tasks that would make it anew wait for their turn. For its arguments a task waits on no core. What is small would
    be sent along with the task, and of thousands of parts that is too much for one message.
    """
    given = piece.reads if isinstance(piece, Reads) else ()
    return [one.ref for one in given if isinstance(one, InCluster) and one.size > SMALL]


def _trouble(error: Exception) -> str:
    """What Ray says of a task that came to nothing, in words."""
    cause = getattr(error, "cause", None)
    words = f"{error} {cause}"
    if "No module named 'ftlint'" in words:
        return (
            "ftlint is not installed where the work was to be done; install the same version on every machine"
        )
    return f"the worker was lost before it was done ({words_of(cause if isinstance(cause, Exception) else error)})"


def _fetched(ref: Any) -> bytes:
    import ray

    try:
        box: Box | Exception = ray.get(ref, timeout=LONGEST)
    except ray.exceptions.GetTimeoutError as error:
        raise UsageError(
            f"--engine ray: what a worker kept for the others could not be had for {LONGEST} seconds; "
            "a machine of the cluster was lost"
        ) from error
    if isinstance(box, Exception):
        raise box
    return bytes(box.data)


_fetched_once: Callable[[Any], bytes] = lru_cache(maxsize=4)(_fetched)
