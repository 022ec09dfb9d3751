"""The options of a conversion: how its records are written, where a shape allows several forms."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Literal

from ftlint.config.convert import unescaped
from ftlint.config.panels import CONVERSION
from ftlint.config.setting import Setting, members
from ftlint.display import did_you_mean
from ftlint.errors import UsageError

ToolArguments = Literal["object", "text"]
SystemMessages = Literal["fold", "drop", "keep"]
Reasoning = Literal["inline", "field", "drop", "keep"]
Media = Literal["placeholders", "parts"]
Untrained = Literal["drop", "split", "keep"]
TextCalls = Literal["read", "keep"]

# Between merged texts, and between a folded system message and the text that it is put into.
BLANK_LINE = "\n\n"

CHOICES: Mapping[str, tuple[str, ...]] = {
    "tool_arguments": ("object", "text"),
    "system_messages": ("fold", "drop", "keep"),
    "reasoning": ("inline", "field", "drop", "keep"),
    "media": ("placeholders", "parts"),
    "untrained": ("drop", "split", "keep"),
    "text_calls": ("read", "keep"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionOptions:
    """How records are written. Without an option it is as the target reads them, and as they are in the file.

    ``tool_arguments`` are those of calls: an object, or its JSON text. ``system_messages``, also the developer's: fold
    writes their texts into the user's messages, drop leaves them out. ``merge_consecutive`` is the text between
    the texts of consecutive messages of one role, which become one; None leaves them apart. ``reasoning`` before an
    answer: inline writes it into the text as a ``<think>`` block, field takes the block out of the text into
    ``reasoning_content``, drop leaves both out. ``media``: placeholders are ``<image>`` marks in the texts with the
    column ``images``, parts are parts of the content. ``untrained`` are answers of weight 0: drop ends the
    conversation before the first of them, split makes an example of each trained answer with all turns before it.
    ``text_calls`` are ``<tool_call>`` blocks in answers: read makes tool calls of them, where that loses nothing.
    """

    tool_arguments: str | None = None
    system_messages: str | None = None
    merge_consecutive: str | None = None
    reasoning: str | None = None
    media: str | None = None
    untrained: str | None = None
    text_calls: str | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, entry.name) is not None for entry in fields(self))

    def check(self) -> None:
        """Raise UsageError for a value that an option does not have."""
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in choices:
                option = f"--{name.replace('_', '-')}"
                suggestion = did_you_mean(str(value), choices)
                raise UsageError(f'{option}: no value "{value}"{suggestion} ({", ".join(choices)})')


def merge_separator(value: str | bool | None) -> str | None:
    """The separator of merged messages from a text; True is a blank line, False and None merge nothing."""
    if isinstance(value, bool) or value is None:
        return BLANK_LINE if value else None
    return value


form = partial(Setting, panel=CONVERSION)

CONVERSION_SETTINGS = members(
    ConversionOptions,
    tool_arguments=form("The arguments of calls: object, or text (its JSON).", ToolArguments, metavar="FORM"),
    system_messages=form(
        "fold (into the user's message, with a blank line), drop, or keep; --system adds one.",
        SystemMessages,
        metavar="ACTION",
    ),
    merge_consecutive=form(
        "The text with which messages of one role in a row are joined; true is a blank line.",
        str | bool,
        metavar="TEXT",
        convert=merge_separator,
        parse=unescaped,
    ),
    reasoning=form(
        "inline (<think> in the text), field (reasoning_content), drop, or keep.", Reasoning, metavar="ACTION"
    ),
    media=form("placeholders (<image> in the text, the column images), or parts.", Media, metavar="FORM"),
    untrained=form(
        "Answers of weight 0: drop what begins with them, split (an example for each trained answer), keep.",
        Untrained,
        metavar="ACTION",
    ),
    text_calls=form(
        "<tool_call> in answers: read (tool calls, as for a target that reads such), or keep.",
        TextCalls,
        metavar="ACTION",
    ),
)
"""The options as settings: their keys, their options of the command line, and their conversions."""
