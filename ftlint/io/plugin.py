"""The reader of files whose container is supported by a plug-in."""

from collections.abc import Iterator

from ftlint.display import escape
from ftlint.io.block import Fault
from ftlint.io.format_reader import FormatReader
from ftlint.io.formats import plugin_readers
from ftlint.io.rows import Row
from ftlint.io.stream import Stream, whole_file


class PluginReader(FormatReader):
    """Reads the records from the plug-in's function; their line numbers are their record numbers."""

    def rows(self, stream: Stream) -> Iterator[Row]:
        """A row for each record. An exception of the function ends the file with a fault, as damage does."""
        offer = plugin_readers()[self.given.detected.container]
        read = offer.load()
        file = whole_file(stream)
        number = 0
        try:
            for number, record in enumerate(read(file), 1):
                if isinstance(record, dict):
                    yield Row(number, record, size=len(repr(record)))
                else:
                    words = f"{offer} gave {type(record).__name__} for a record, not a dict"
                    fault = Fault("not-object", words, number, number, healable=False, incomplete=False)
                    yield Row(number, faults=[fault])
        except Exception as error:
            words = f"{offer} could not read on: {type(error).__name__}: {escape(str(error))}"
            fault = Fault("not-data", words, number + 1, healable=False, incomplete=True)
            yield Row(number + 1, faults=[fault], is_row=False)
