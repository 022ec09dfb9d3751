"""verl's prompts for reinforcement learning, with what a reward function grades by.

``{"data_source": …, "prompt": [messages], "reward_model": {"style": "rule", "ground_truth": …}, "extra_info": {…}}``
"""

from collections.abc import Sequence
from typing import Any

from ftlint.shapes.answers import SOLUTION, reference_columns, unanswered
from ftlint.shapes.completion import Prompt
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record
from ftlint.shapes.spans import is_messages

NO_SOURCE = "custom"
"""The source of data that name none: verl has no reward function for it, so that one has to be given."""


class VerlPrompt(Prompt):
    """A prompt of messages and a ``reward_model``; every column reaches the reward function."""

    name = "verl-prompt"
    required = ("prompt", "reward_model")
    aliases = {}
    optional = ("data_source", "ability", "extra_info")
    folded_fields = ()
    tool_fields = ()
    identity_fields = ()

    def recognise(self, record: Record, names: Names) -> bool:
        return is_messages(record[names["prompt"]]) and isinstance(record[names["reward_model"]], dict)

    def unviewed(self, record: Record, names: Names) -> Sequence[str]:
        return (names["reward_model"],)

    def extra(self, record: Record, names: Names) -> Record:
        return {key: value for key, value in record.items() if key != names["prompt"]}

    def write(self, conversation: Conversation) -> Record:
        extra = conversation.extra
        # A column goes before the answer, which becomes one, too.
        columns = reference_columns(extra)
        prompt = unanswered(conversation, SOLUTION, texts=True)
        reward = _reward(extra, [*columns, SOLUTION])
        if conversation.tools:
            conversation.lost.append("tools (a configuration file of verl's names them)")
        source = extra.pop("data_source", None)
        record: Record = {"data_source": source if isinstance(source, str) and source else NO_SOURCE}
        record["prompt"] = prompt
        if extra.get("ability") is not None:
            record["ability"] = extra.pop("ability")
        record["reward_model"] = reward
        info = extra.pop("extra_info", None)
        return record | ({"extra_info": info} if info is not None else {})


def _reward(extra: Record, columns: Sequence[str]) -> dict[str, Any]:
    """What the answer is graded by, the first of ``columns`` that there is; its fields leave ``extra``."""
    given = extra.pop("reward_model", None)
    if isinstance(given, dict) and given.get("ground_truth") is not None:
        return given
    for name in columns:
        if extra.get(name) is not None:
            return {"style": "rule", **(given or {}), "ground_truth": extra.pop(name)}
    raise CannotHold(
        "needs an answer, or a column solution or ground_truth, that a reward function compares with"
    )
