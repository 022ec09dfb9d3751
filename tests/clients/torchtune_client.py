"""Judge: torchtune's transforms of records to messages, and its check of them."""

from typing import Any

from torchtune.data import (
    AlpacaToMessages,
    ChosenRejectedToMessages,
    InputOutputToMessages,
    OpenAIToMessages,
    ShareGPTToMessages,
    validate_messages,
)
from verdict import Refused, run

# A pair is checked as each of its two conversations.
KEYS = ("messages", "chosen", "rejected")


def judge(target: str, row: Any) -> str:
    """The text of all messages."""
    made = _transform(row)(row)
    said = []
    for key in KEYS:
        if key in made:
            validate_messages(made[key])
            said += [f"{message.role}: {message.text_content}" for message in made[key]]
    return "\n".join(said)


def _transform(row: Any) -> Any:
    if "messages" in row:
        return OpenAIToMessages()
    if "conversations" in row:
        return ShareGPTToMessages()
    if "chosen" in row:
        return ChosenRejectedToMessages()
    if "instruction" in row:
        return AlpacaToMessages()
    if "prompt" in row:
        return InputOutputToMessages(column_map={"input": "prompt", "output": "completion"})
    if "input" in row:
        return InputOutputToMessages()
    raise Refused("no transform reads these columns")


run(judge)
