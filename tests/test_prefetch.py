"""Work in a second thread: same items and errors as without it, and nothing goes on after an early end."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.prefetch import BackgroundCall, prefetch


def threads() -> set[str]:
    """The names of ftlint's own threads that run."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("ftlint-ahead")}


@given(st.lists(st.none() | st.integers()), st.none() | st.integers(0, 5))
def test_the_items_and_the_error_are_those_of_the_iterator(
    items: list[int | None], fault: int | None
) -> None:
    def made() -> Iterator[int | None]:
        for number, item in enumerate(items):
            if number == fault:
                raise LookupError(number)
            yield item

    got: list[int | None] = []
    raised = None
    try:
        got.extend(prefetch(made()))
    except LookupError as error:
        raised = error.args[0]
    expected = None if fault is None or fault >= len(items) else fault
    assert raised == expected
    assert got == (items if expected is None else items[:expected])
    assert not threads()


def test_an_early_end_waits_for_the_item_being_made_and_closes_the_iterator() -> None:
    begun, going_on, log = threading.Event(), threading.Event(), []

    def made() -> Iterator[int]:
        try:
            yield 1
            begun.set()
            going_on.wait(10)
            log.append("made")
            yield 2
            log.append("never")
        finally:
            log.append("closed")

    items = prefetch(made())
    assert next(items) == 1
    assert begun.wait(10)
    going_on.set()
    items.close()
    assert log == ["made", "closed"]
    assert not threads()


def test_a_file_that_is_read_no_further_is_left_alone() -> None:
    line = b'{"prompt": "a", "completion": "b"}\n'
    source = Source("x.jsonl", None, line * 50_000)
    for raw in (False, True):
        options = ReadOptions(block_bytes=1 << 16, keep_raw=raw, left_out=("id",))
        blocks = open_reader(source, options).blocks()
        assert len(next(blocks).records)
        blocks.close()  # type: ignore[attr-defined]
        assert not threads()


def test_a_call_waits_for_the_one_before_and_raises_its_error() -> None:
    done: list[int] = []
    call = BackgroundCall("ftlint-test")
    for number in range(100):
        call.start(done.append, number)
    call.wait()
    assert done == list(range(100))
    call.start(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        call.start(done.append, 100)
    call.wait()
    call.start(done.append, 101)
    call.close()
    assert done == [*range(100), 101]
    assert "ftlint-test_0" not in {thread.name for thread in threading.enumerate()}
