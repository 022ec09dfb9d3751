"""Transcripts with the speakers Human and Assistant, as Anthropic's hh-rlhf has them.

``"\\n\\nHuman: a question\\n\\nAssistant: an answer"``: each turn begins with two line ends, a speaker and a colon.
"""

import re
from typing import Any

from ftlint.shapes.shape import Conversation, Message

START = re.compile(r"\s*Human: ?")
SPEAKER = re.compile(r"\n\n(Human|Assistant): ?")
ASKS = re.compile(r"\n\nAssistant:\s*\Z")
ROLES = {"Human": "user", "Assistant": "assistant"}


def read_transcript(text: Any) -> list[Message] | None:
    """The messages of a transcript that begins with the human and ends with the assistant; None for any other text."""
    start = START.match(text) if isinstance(text, str) else None
    if start is None:
        return None
    pieces = SPEAKER.split(text[start.end() :])
    contents, speakers = pieces[::2], ["Human", *pieces[1::2]]
    if speakers[-1] != "Assistant":
        return None
    return [
        {"role": ROLES[speaker], "content": content}
        for speaker, content in zip(speakers, contents, strict=True)
    ]


def read_transcripts(chosen: Any, rejected: Any) -> tuple[list[Message], list[Message]] | None:
    """Two answers that are both transcripts; None for any others."""
    wanted, other = read_transcript(chosen), read_transcript(rejected)
    return None if wanted is None or other is None else (wanted, other)


def with_transcript(conversation: Conversation) -> Conversation:
    """The conversation, with a prompt that is one transcript before its answer as the messages of that transcript."""
    before = len(conversation.messages) - conversation.answer
    asked = conversation.messages[before - 1] if before > 0 else {}
    text = asked.get("content")
    if asked.keys() != {"role", "content"} or asked["role"] != "user" or not isinstance(text, str):
        return conversation
    read = read_transcript(text) if ASKS.search(text) else None
    if read is not None:
        conversation.messages[before - 1 : before] = read[:-1]
    return conversation
