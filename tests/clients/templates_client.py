"""Judge: the chat templates that TRL ships, rendered by transformers as every trainer of messages renders them.

A row is judged by the templates that write all of a good row with the same features. It is refused if more than
half of them refuse it, and lost if more than half of them refuse it or lose something.
"""

import json
from collections import Counter
from functools import cache
from typing import Any

from byte_tokenizer import templates
from client_rows import ANSWER, ASK, RESULT, RULES, TOOL, call
from transformers.utils.chat_template_utils import render_jinja_template
from verdict import ROLES, Lost, Refused, run, what_is_lost

TEMPLATES = templates()
PLAIN = {"messages": [ASK, ANSWER]}
WITH_SYSTEM = {"messages": [RULES, ASK, ANSWER]}
WITH_TOOLS = {"messages": [ASK, {"content": "", **call({"city": "Lima"})}, RESULT, ANSWER], "tools": [TOOL]}


def judge(target: str, row: Any) -> str:
    """The text of a template that writes all of the row, if most do."""
    if not isinstance(row["messages"], list):
        raise Refused("messages is no list")
    said = [_verdict(name, row) for name in able(_features(row))]
    refused, lost = (
        [w for kind, w, _ in said if kind == "refused"],
        [w for kind, w, _ in said if kind == "lost"],
    )
    if len(refused) * 2 > len(said):
        raise Refused(f"{len(refused)} of {len(said)} templates: {Counter(refused).most_common(1)[0][0]}")
    if (len(refused) + len(lost)) * 2 > len(said):
        raise Lost(f"{len(lost)} of {len(said)} templates: {Counter(lost).most_common(1)[0][0]}")
    return next(text for kind, _, text in said if kind == "whole")


def _features(row: Any) -> str:
    messages = [message for message in row["messages"] if isinstance(message, dict)]
    if row.get("tools") or any(message.get("tool_calls") for message in messages):
        return json.dumps(WITH_TOOLS)
    if any(message.get("role") == "tool" for message in messages):
        return json.dumps(WITH_TOOLS)
    if any(message.get("role") == "system" for message in messages):
        return json.dumps(WITH_SYSTEM)
    return json.dumps(PLAIN)


@cache
def able(good: str) -> tuple[str, ...]:
    """The templates that write all of this row."""
    return tuple(name for name in TEMPLATES if _verdict(name, json.loads(good))[0] == "whole")


def _verdict(name: str, row: Any) -> tuple[str, str, str]:
    copied = json.loads(json.dumps(row))
    try:
        tools = copied.get("tools")
        tools = json.loads(tools) if isinstance(tools, str) else tools
        texts, _ = render_jinja_template(
            [copied["messages"]],
            tools=tools,
            chat_template=TEMPLATES[name],
            bos_token="<s>",
            eos_token="</s>",
        )
    except Exception as error:
        return "refused", f"{type(error).__name__}: {error}", ""
    words = what_is_lost(row, texts[0])
    return ("lost" if words else "whole"), words, texts[0]


run(judge, roles=ROLES, reads_weights=False)
