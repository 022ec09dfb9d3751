"""Rows that are one message of a conversation each: the names of their columns."""

from collections.abc import Iterable

# The columns of a row's role and content, in the order in which they are looked for.
ROLE_KEYS = ("role", "from", "speaker", "author", "sender")
CONTENT_KEYS = ("content", "value", "text", "message", "utterance")
# Other fields of a message; the remaining columns are the conversation's if all its rows agree.
MESSAGE_KEYS = frozenset(
    {"name", "tool_calls", "tool_call_id", "function_call", "weight", "refusal", "reasoning_content"}
)
TREE_ID = "message_tree_id"
ID_KEYS = (
    *("conversation_id", "conversation", "conv_id", "convo_id", "dialogue_id", "dialog_id", "thread_id"),
    *("session_id", "chat_id", "group_id", TREE_ID),
)
# The columns by which the rows of a tree of messages refer to each other.
NODE_ID, PARENT_ID = "message_id", "parent_id"


def is_message_row(keys: Iterable[str]) -> bool:
    """Whether a record has a role, a content, and what it shares with the other messages of its conversation."""
    folded = {key.strip().casefold() for key in keys}
    return all(not folded.isdisjoint(names) for names in (ROLE_KEYS[:3], CONTENT_KEYS, ID_KEYS))
