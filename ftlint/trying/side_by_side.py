"""Doing the same with many things, a few at once, in order, so that nobody waits for what is in work when it ends."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def side_by_side(
    work: Callable[[Given], Made], things: Iterable[Given], at_once: int
) -> Iterator[Future[Made]]:
    """What the work makes of each thing, in their order; at most ``at_once`` are in work or wait to be taken.

    The threads are not waited for: when the program ends or the caller stops, what is in work is given up. An executor
    of the standard library would wait for it, which may be minutes with a provider that does not answer.
    """
    waiting: SimpleQueue[tuple[Future[Made], Given] | None] = SimpleQueue()
    coming: deque[Future[Made]] = deque()
    for _ in range(at_once):
        Thread(target=_serve, args=(work, waiting), daemon=True).start()
    try:
        for thing in things:
            if len(coming) == at_once:
                yield _done(coming.popleft())
            coming.append(Future())
            waiting.put((coming[-1], thing))
        while coming:
            yield _done(coming.popleft())
    finally:
        for future in coming:
            future.cancel()
        for _ in range(at_once):
            waiting.put(None)


def _done(future: "Future[Made]") -> "Future[Made]":
    future.exception()
    return future


def _serve(work: Callable[[Given], Made], waiting: "SimpleQueue[tuple[Future[Made], Given] | None]") -> None:
    while (order := waiting.get()) is not None:
        future, thing = order
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(work(thing))
        except BaseException as error:
            future.set_exception(error)
