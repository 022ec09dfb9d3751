"""OpenAssistant's message trees: a prompt with ranked replies, each with replies of its own.

``{"message_tree_id": …, "prompt": {"text": …, "role": "prompter", "replies": [{"text": …, "role": "assistant",
"rank": 0, "replies": […]}, …]}}``: the conversation follows the reply with the lowest rank at every step. Messages that
were deleted or failed review are passed over. The reply with the highest rank beside the last answer is the
rejected one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, follow, lost_keys
from ftlint.shapes.turn_paths import TurnPath, TurnPathShape
from ftlint.shapes.write_blocks import text_of

WORDS = {"user": "prompter", "assistant": "assistant"}


class MessageTree(TurnPathShape):
    """The best path through the tree; all other replies have no place in a conversation."""

    name = "message-tree"
    required = ("prompt",)
    roles: ClassVar[dict[str, str]] = {**TurnPathShape.roles, "prompter": "user"}
    turns = True
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        root = record[names["prompt"]]
        return isinstance(root, dict) and "replies" in root and "text" in root

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        return [
            TurnPath(follow(record, (*path, "role")), (*path, "text"), (*path, "role"))
            for path in _best_path(record, (names["prompt"],))
        ]

    def beside_view(self, record: Record, names: Names) -> Any:
        return record[names["prompt"]]

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        *_, last = _best_path(record, (names["prompt"],))
        worst = _worst_beside(record, last)
        if worst is not None:
            conversation.rejected = [{"role": "assistant", "content": worst["text"]}]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        messages = conversation.messages
        if not messages or any(m.get("role") not in WORDS or m.get("tool_calls") for m in messages):
            raise CannotHold("holds messages of the user and the assistant, no other")
        conversation.lost.extend([*lost_keys(messages), *["tools"] * bool(conversation.tools)])
        others = []
        if conversation.rejected:
            *_, rejected = two_answers(conversation)
            others = [_node(rejected[0], 1)]
        below: list[Record] = []
        for message in reversed(messages):
            node = _node(message, 0 if message["role"] == "assistant" else None, below)
            below, others = [node, *others], []
        return {"prompt": below[0]}


def _node(message: Message, rank: int | None, replies: Sequence[Record] = ()) -> Record:
    ranked: Mapping[str, Any] = {} if rank is None else {"rank": rank}
    return {"text": text_of(message), "role": WORDS[message["role"]], **ranked, "replies": list(replies)}


def _best_path(record: Record, root: Steps) -> list[Steps]:
    """The paths of the messages from the root to the last answer, or to the question if nobody answered."""
    paths = [root]
    while replies := _replies(record, paths[-1]):
        paths.append(min(replies, key=lambda path: _rank(follow(record, path))))
    # A question at the end that nobody answered.
    if len(paths) > 1 and follow(record, (*paths[-1], "role")) == "prompter":
        paths.pop()
    return paths


def _replies(record: Record, path: Steps) -> list[Steps]:
    """The paths of the replies to a message that are of use."""
    replies = follow(record, (*path, "replies"))
    return [
        (*path, "replies", at)
        for at, reply in enumerate(replies if isinstance(replies, list) else ())
        if isinstance(reply, dict)
        and isinstance(reply.get("text"), str)
        and reply["text"].strip()
        and reply.get("deleted") is not True
        and reply.get("review_result") is not False
    ]


def _worst_beside(record: Record, last: Steps) -> Message | None:
    """The reply with the highest rank beside an answer; None where no other one is worse."""
    best = follow(record, last)
    if len(last) < 3 or best.get("role") != "assistant":
        return None
    beside = [follow(record, path) for path in _replies(record, last[:-2])]
    ranked = [reply for reply in beside if reply.get("role") == "assistant" and _rank(reply) < UNRANKED]
    worst = max(ranked, key=_rank, default=best)
    return worst if _rank(worst) > _rank(best) else None


UNRANKED = float("inf")


def _rank(reply: Message) -> float:
    rank = reply.get("rank")
    return rank if isinstance(rank, int | float) and not isinstance(rank, bool) else UNRANKED
