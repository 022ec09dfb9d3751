"""Conversations in one text, as a chat template writes them.

- ChatML: ``<|im_start|>user`` … ``<|im_end|>``. Llama 3: ``<|start_header_id|>user<|end_header_id|>`` … ``<|eot_id|>``.
- Gemma: ``<start_of_turn>user`` … ``<end_of_turn>``. Llama 2: ``[INST] <<SYS>> … <</SYS>> … [/INST] …``.
- Guanaco: ``### Human: … ### Assistant: …``. Anthropic's hh-rlhf: see ``ftlint.shapes.transcripts``.
- ``<usr>``, ``<bot>`` and ``<sys>`` before each turn; a ``<sys>`` behind a question is the text that it is about.
- Alpaca's prompt: ``### Instruction: … ### Input: … ### Response: …``. What stands before it is the system message,
  but for Alpaca's own sentences.
"""

import re
from typing import Any

from msgspec import Struct

from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message
from ftlint.shapes.transcripts import read_transcript

# A tool's turn would need the id of the call that it answers, which the text does not have.
SPEAKERS = ("system", "developer", "user", "assistant")
WORDS = {"usr": "user", "sys": "system"}


class Rendering(Struct, frozen=True):
    """One form: the mark that no content has, what may stand before the turns, and a turn with its role and text."""

    mark: str
    turn: re.Pattern[str]
    start: re.Pattern[str] = re.compile(r"\s*")
    stripped: bool = True


RENDERINGS = (
    Rendering(
        "<|im_start|>",
        re.compile(r"\s*<\|im_start\|>([^\n<|]+)\n(.*?)<\|im_end\|>", re.DOTALL),
        stripped=False,
    ),
    Rendering(
        "<|start_header_id|>",
        re.compile(r"\s*<\|start_header_id\|>([^\n<|]+)<\|end_header_id\|>\n+(.*?)<\|eot_id\|>", re.DOTALL),
        re.compile(r"\s*(?:<\|begin_of_text\|>)?"),
    ),
    Rendering(
        "<start_of_turn>",
        re.compile(r"\s*<start_of_turn>([^\n<]+)\n(.*?)<end_of_turn>", re.DOTALL),
        re.compile(r"\s*(?:<bos>)?"),
    ),
    Rendering(
        "### Human:",
        re.compile(r"\s*### (Human|Assistant): ?(.*?)(?=### (?:Human|Assistant):|\Z)", re.DOTALL),
    ),
    Rendering("<usr>", re.compile(r"\s*<(usr|bot|sys)> ?(.*?)(?=<(?:usr|bot|sys)>|\Z)", re.DOTALL)),
)
ALPACA_HEADING = re.compile(r"(?:\A|\n)[ \t]*###\s*(Instruction|Input|Response):[ \t]*\n?")
ALPACA_SENTENCES = re.compile(
    r"Below is an instruction that describes a task(?:, paired with an input that provides further context)?\."
    r"\s*Write a response that appropriately completes the request\.\s*"
)
ALPACA_END = re.compile(r"\s*(?:</s>|<\|endoftext\|>)\s*\Z")
EXCHANGE = re.compile(
    r"\s*(?:<s>\s*)?\[INST\](?:\s*<<SYS>>(.*?)<</SYS>>)?(.*?)\[/INST\](.*?)(?:</s>|(?=<s>|\[INST\])|\Z)",
    re.DOTALL,
)


def read_rendered(text: Any) -> list[Message] | None:
    """The messages of a text that is a conversation from its first to its last character; None for any other text."""
    if not isinstance(text, str):
        return None
    for rendering in RENDERINGS:
        if rendering.mark in text:
            return _turns(text, rendering)
    if "[INST]" in text:
        return _exchanges(text)
    return _alpaca(text) if "### Response:" in text else read_transcript(text)


def _turns(text: str, rendering: Rendering) -> list[Message] | None:
    messages: list[Message] = []
    lead = rendering.start.match(text)
    end = lead.end() if lead is not None else 0
    while found := rendering.turn.match(text, end):
        word = found[1].strip()
        role, content = chat_role(WORDS.get(word, word)), found[2]
        if role not in SPEAKERS or rendering.mark in content:
            return None
        content = content.strip() if rendering.stripped else content
        if word == "sys" and messages and messages[-1]["role"] == "user":
            messages[-1]["content"] += f"\n{content}"
        else:
            messages.append({"role": role, "content": content})
        end = found.end()
    return messages if messages and not text[end:].strip() else None


def _alpaca(text: str) -> list[Message] | None:
    """The messages of Alpaca's prompt and its answer, or of several of them."""
    before, *pieces = ALPACA_HEADING.split(text)
    said = before[found.end() :] if (found := ALPACA_SENTENCES.match(before.lstrip())) else before
    messages: list[Message] = [{"role": "system", "content": said.strip()}] if said.strip() else []
    begin = len(messages)
    for heading, body in zip(pieces[::2], pieces[1::2], strict=True):
        role = messages[-1]["role"] if len(messages) > begin else "assistant"
        if heading == "Instruction" and role == "assistant":
            messages.append({"role": "user", "content": body.strip()})
        elif heading == "Input" and role == "user":
            messages[-1]["content"] = f"{messages[-1]['content']}\n{body.strip()}".rstrip()
        elif heading == "Response" and role == "user":
            messages.append({"role": "assistant", "content": ALPACA_END.sub("", body).strip()})
        else:
            return None
    return messages if messages and messages[-1]["role"] == "assistant" and messages[-1]["content"] else None


def _exchanges(text: str) -> list[Message] | None:
    """The messages of Llama 2's exchanges; the system message stands in the first."""
    messages: list[Message] = []
    end = 0
    while end < len(text) and (found := EXCHANGE.match(text, end)):
        system, asked, answer = found.groups()
        if any("[INST]" in one or "<<SYS>>" in one for one in (asked, answer)) or (system and messages):
            return None
        if system is not None:
            messages.append({"role": "system", "content": system.strip()})
        messages.append({"role": "user", "content": asked.strip()})
        messages.append({"role": "assistant", "content": answer.strip()})
        end = found.end()
    return messages if messages and not text[end:].strip() else None
