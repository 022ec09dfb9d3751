"""The other end: a process that does one piece of work after the other until there are no more."""

import gc
import os
import pickle
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from ftlint.errors import UsageError
from ftlint.workers.done import Given, OnDisk


def main() -> None:
    """Do what comes in by standard input; the answers go out by standard output."""
    # Whoever began this process ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Batches are many objects without cycles; nobody looks for some every few hundred of them.
    gc.set_threshold(200_000, 50, 100)
    # What a plug-in prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(OSError):
        while order := receive(sys.stdin.buffer):
            send(answers, _answer(order))


def _answer(order: bytes) -> bytes:
    try:
        work, piece, folder = pickle.loads(order)
        done = work(piece)
        kept = [_laid(one, folder) for one in done.kept]
        return pickle.dumps((True, (done.told, kept)), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        return pickle.dumps((False, _sendable(error)))


def _laid(kept: Given, folder: str) -> OnDisk:
    """What is kept for the others, in a file of the run's own folder."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(kept.open())
    except OSError as error:
        raise UsageError(
            f"what is put together later goes to {folder}, but {error.strerror or error}"
        ) from error
    return OnDisk(Path(name))


def _sendable(error: BaseException) -> BaseException:
    """The error, or one with the same words where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def send(pipe: IO[bytes], data: bytes) -> None:
    """Write one message: its length in 8 bytes, then its bytes. Raises OSError where nobody reads any more."""
    pipe.write(len(data).to_bytes(8, "little"))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read one message; nothing where there is no whole one any more."""
    head = pipe.read(8)
    if len(head) < 8:
        return b""
    size = int.from_bytes(head, "little")
    data = pipe.read(size)
    return data if len(data) == size else b""
