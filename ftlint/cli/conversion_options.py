"""The options of ``convert`` and ``prepare`` for records that can be written in several forms."""

from dataclasses import dataclass
from typing import Annotated

from typer import Option

from ftlint.cli.command import OptionalValue
from ftlint.cli.panels import CONVERSION


@dataclass(kw_only=True, eq=False, repr=False)
class ConversionFormOptions:
    """How converted records are written, where there are several forms."""

    tool_arguments: Annotated[
        str | None,
        Option(
            "--tool-arguments",
            metavar="FORM",
            help="The arguments of calls: object, or text (its JSON).",
            rich_help_panel=CONVERSION,
        ),
    ] = None
    system_messages: Annotated[
        str | None,
        Option(
            "--system-messages",
            metavar="ACTION",
            help="fold (into the user's message, with a blank line), drop, or keep; --system adds one.",
            rich_help_panel=CONVERSION,
        ),
    ] = None
    merge_consecutive: Annotated[
        str | None,
        Option(
            "--merge-consecutive",
            metavar="[TEXT]",
            click_type=OptionalValue(r"\n\n"),
            help="Join messages of one role in a row with TEXT, a blank line if left out.",
            rich_help_panel=CONVERSION,
        ),
    ] = None
    reasoning: Annotated[
        str | None,
        Option(
            "--reasoning",
            metavar="ACTION",
            help="inline (<think> in the text), field (reasoning_content), drop, or keep.",
            rich_help_panel=CONVERSION,
        ),
    ] = None
    media: Annotated[
        str | None,
        Option(
            "--media",
            metavar="FORM",
            help="placeholders (<image> in the text, the column images), or parts.",
            rich_help_panel=CONVERSION,
        ),
    ] = None
    untrained: Annotated[
        str | None,
        Option(
            "--untrained",
            metavar="ACTION",
            help="Answers of weight 0: drop what begins with them, split (an example for each trained answer), keep.",
            rich_help_panel=CONVERSION,
        ),
    ] = None
