"""Which rows of the source a written file was made of, as runs of rows that follow one another."""

from collections.abc import Sequence

# A file that was drawn from everywhere has a run for almost each row: then nobody keeps them.
MOST_RUNS = 20_000


class Runs:
    """Runs of (first row, how many), in the order of what was written; one row may stand there several times."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int]] = []

    def add(self, rows: Sequence[int]) -> None:
        """Rows were written; no row comes before one that was written earlier."""
        if rows and rows[-1] - rows[0] + 1 == len(rows):
            self._append(rows[0], len(rows))
        else:
            for row in rows:
                self._append(row, 1)

    def join(self, part: "Runs") -> None:
        """What was written of the next part of the file."""
        for first, many in part._runs:
            self._append(first, many)

    @property
    def listed(self) -> list[tuple[int, int]] | None:
        """The runs; None where they are too many to be kept."""
        return self._runs if len(self._runs) <= MOST_RUNS else None

    def _append(self, first: int, many: int) -> None:
        if self._runs and sum(self._runs[-1]) == first:
            self._runs[-1] = (self._runs[-1][0], self._runs[-1][1] + many)
        elif len(self._runs) <= MOST_RUNS:
            self._runs.append((first, many))
