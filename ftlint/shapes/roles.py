"""Chat roles and their common spellings."""

from typing import Any

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
# Common spellings of roles → the chat role.
ROLE_ALIASES = {
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
    "tool_response": "tool",
    "function_response": "tool",
    "observations": "tool",
    "function-response": "tool",
}
RESULT_ROLES = ("tool", "function")
# Roles of turns whose content is a call.
CALLING_ROLES = ("function_call", "tool_call")
# Another spelling of the first, whose arguments are in single quotes.
FUNCTION_CALL = "function-call"


def chat_role(written: Any) -> Any:
    """The chat role for a spelling; an unknown one is unchanged."""
    if not isinstance(written, str) or written in ROLES:
        return written
    folded = written.strip().casefold()
    if folded in (*CALLING_ROLES, FUNCTION_CALL):
        return "assistant"
    return folded if folded in ROLES else ROLE_ALIASES.get(folded, written)
