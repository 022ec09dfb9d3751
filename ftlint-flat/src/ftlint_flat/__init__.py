"""JSON lines of one layout as Arrow columns, read in one pass over their bytes."""

from collections.abc import Mapping

from ftlint_flat._native import read_block

__all__ = ["Columns", "read_columns"]


class Columns:
    """The columns of a block as one Arrow array of structs (Arrow PyCapsule interface); it can be taken once.

    The first field, named by a newline, has the lines; the second, named by a tab, says whether all texts of a line
    are of printable ASCII, tabs and line ends only. The others are the keys of the layout.
    """

    def __init__(self, schema: object, array: object, keys: int, has_returns: bool) -> None:
        self._capsules = schema, array
        self.keys = keys
        """The number of the keys of all objects."""
        self.has_returns = has_returns
        """Whether a line ends with a carriage return, which it keeps."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self._capsules


def read_columns(block: bytes, layout: Mapping[str, tuple[str, ...]]) -> Columns | None:
    """The lines of a block as columns; None unless all are certainly records of this layout, with no fault.

    ``block`` ends in a newline. ``layout`` has the keys of the records, none with characters that JSON escapes: with
    no inner keys a key has a text, otherwise a list of objects, each with a text under every inner key. The bytes are
    shared, not copied, and live as long as the columns. Raises MemoryError.
    """
    found = read_block(block, dict(layout))
    return None if found is None else Columns(*found)
