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
from torchtune.datasets._stack_exchange_paired import StackExchangePairedToMessages
from verdict import Refused, run

# A pair is checked as each of its two conversations.
KEYS = ("messages", "chosen", "rejected")
# Columns that a column_map is told of, under their usual names.
INPUTS = ("input", "prompt", "question", "query", "dialogue", "document", "article")
OUTPUTS = ("output", "completion", "answer", "response", "summary", "target")


# Those that its Message has a type for; it takes any other, too, and the tokenizer writes it into a header.
ROLES = ("system", "user", "assistant", "ipython", "tool")


def judge(target: str, row: Any) -> str:
    """The text of all messages."""
    if "text" in row and not {"messages", "conversations"} & row.keys():
        # text_completion_dataset hands it to the tokenizer as it is.
        return _text(row["text"])
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
        first = row["conversations"][0] if row["conversations"] else None
        if isinstance(first, dict) and "role" in first:
            return OpenAIToMessages(column_map={"messages": "conversations"})
        return ShareGPTToMessages()
    if "chosen" in row:
        return (
            StackExchangePairedToMessages() if isinstance(row["chosen"], str) else ChosenRejectedToMessages()
        )
    names = {key.strip().lower(): key for key in row}
    asked = next((names[key] for key in INPUTS if key in names), None)
    said = next((names[key] for key in OUTPUTS if key in names), None)
    if "instruction" in row and said is not None:
        columns = {"instruction": "instruction", "input": names.get("context", "input"), "output": said}
        return AlpacaToMessages(column_map=columns)
    if asked is not None and said is not None:
        return InputOutputToMessages(column_map={"input": asked, "output": said})
    raise Refused("no transform reads these columns")


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise Refused("a text is wanted")
    return text


run(judge, roles=ROLES, reads_weights=False)
