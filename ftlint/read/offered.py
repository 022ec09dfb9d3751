"""Files that a plug-in reads: records from a function of its own, whatever they look like on disk."""

from collections.abc import Iterator
from typing import IO

from ftlint.plugins import Offer
from ftlint.quote import escape
from ftlint.read.fault import Fault
from ftlint.read.rows import Row


def rows_of(offer: Offer, file: IO[bytes]) -> Iterator[Row]:
    """The rows that the plug-in's function gives for the bytes of a file; its records' lines are their numbers.

    What it raises ends the file with a fault, as damage does: the data may be at fault as well as the plug-in.
    """
    read = offer.load()
    number = 0
    try:
        for number, record in enumerate(read(file), 1):
            if isinstance(record, dict):
                yield Row(number, record, size=len(repr(record)))
            else:
                words = f"{offer} gave {type(record).__name__} for a record, not a dict"
                yield Row(
                    number,
                    faults=[Fault("not-object", words, number, number, healable=False, incomplete=False)],
                )
    except Exception as error:
        words = f"{offer} could not read on: {type(error).__name__}: {escape(str(error))}"
        yield Row(
            number + 1,
            faults=[Fault("not-data", words, number + 1, healable=False, incomplete=True)],
            is_row=False,
        )
