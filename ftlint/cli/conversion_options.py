"""The options of ``convert`` and ``prepare`` for records that can be written in several forms."""

from dataclasses import dataclass

from ftlint.cli.option import option
from ftlint.config.panels import CONVERSION


@dataclass(kw_only=True, eq=False, repr=False)
class ConversionFormOptions:
    """How converted records are written, where there are several forms."""

    tool_arguments: str | None = None
    system_messages: str | None = None
    merge_consecutive: str | None = option(
        "Join messages of one role in a row with TEXT, a blank line if left out.",
        "[TEXT]",
        panel=CONVERSION,
        value=r"\n\n",
    )
    reasoning: str | None = None
    media: str | None = None
    untrained: str | None = None
    text_calls: str | None = None
