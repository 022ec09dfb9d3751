"""Columns that options name and the data does not have: a mistake in the command."""

from ftlint.batch.record_makers import lacking_text, unknown_column
from ftlint.engine.scan import Plan
from ftlint.errors import UsageError
from ftlint.io.block import RecordBlock


def check_columns(plan: Plan, columns: list[str] | None) -> None:
    """A template or a map that names no column of a table is a mistake in the command, not in the data."""
    if columns is None:
        return
    if plan.record_reader.templates and (wrong := unknown_column(plan.record_reader.templates, columns)):
        raise UsageError(wrong)
    if plan.record_reader.turns and (
        wrong := lacking_text(columns, plan.record_reader.detector.wanted.get("text"))
    ):
        raise UsageError(wrong)
    for name, column in plan.record_reader.detector.wanted.items():
        if column not in columns and not plan.record_reader.templates:
            from ftlint.display import did_you_mean

            listed = ", ".join(columns)
            raise UsageError(
                f'--map {name}={column}: no column "{column}"{did_you_mean(column, columns)} (columns: {listed})'
            )


def check_first_records(plan: Plan, block: RecordBlock) -> None:
    """The same for JSON records: a column that none of the first records has is a mistake in the command."""
    if not block.records or not (plan.record_reader.builds_records or plan.record_reader.detector.wanted):
        return
    columns = list(dict.fromkeys(key for record in block.records[:100] for key in record))
    if block.rows[0] == 1 or block.lines[0] <= 2:
        check_columns(plan, columns)
