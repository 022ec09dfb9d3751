"""Chat roles and the spellings that people use for them."""

from typing import Any

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
# Spellings people use for roles, and what is meant.
MEANT = {
    "human": "user",
    "customer": "user",
    "prompter": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "model": "assistant",
    "ai": "assistant",
    "observation": "tool",
    "ipython": "tool",
}


def chat_role(written: Any) -> Any:
    """The chat role that is meant; what nobody knows stays as it is written."""
    if not isinstance(written, str) or written in ROLES:
        return written
    folded = written.strip().casefold()
    if folded == "function_call":
        return "assistant"
    return folded if folded in ROLES else MEANT.get(folded, written)
