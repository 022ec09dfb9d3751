"""An answer of a chat starts or ends with blanks or line ends.

The chat template puts the answer between its own marks, so that a blank or a line end at its edge is a token
that the model learns to write: an answer that begins with an empty line, or goes on after its last word. They
come from splitting a transcript, from a reasoning part that was cut away, or from a template written by hand.

The fix strips them. It changes the text that is trained on, so it is unsafe.

Silent for shapes of one prompt and one answer (prompt–completion, Alpaca and the like), where a leading blank
may be advice, for plain texts, and for reasoning, arguments and prompts. Silent for an indented beginning
(two blanks or a tab and more, as code goes on, or an ideographic space, as Chinese and Japanese paragraphs
begin), for answers with weight 0, and for answers that say nothing at all, which are empty-answer's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.rule import BLANK, SHAPES, Case, Example, FrameRule, MatchedRow, RuleContext, pl

# Blank lines in front, or a single blank; not the indent of the first line.
FRONT = r"\A(?:[ \t\xa0]*[\r\n]+)+|\A[ \xa0](?=[^ \t\xa0])"
BLANKS = (" ", "\t", "\r", "\n", "\xa0")
# À at the end is UTF-8's C3 A0 where it was read wrongly: mojibake needs the second one to repair it.
HALVES = "À-ôВГРСΒΓΞΟĂÂ√├┬"
HALF_A_LETTER = re.compile(f"[{HALVES}]\xa0")
# The same for polars, whose regular expressions have no look-around. Something must be said beside the blanks.
SAID = r"[^\s\x{200B}-\x{200F}\x{FEFF}]"
AT_FRONT = rf"\A(?:[ \t\x{{A0}}]*[\r\n]\s*{SAID}|[ \x{{A0}}]{SAID})"
AT_BACK = rf"{SAID}[ \t\r\n\x{{A0}}]*[ \t\r\n]\z|[^\s{HALVES}]\x{{A0}}+\z"
CHATS = [name for name, shape in SHAPES.items() if shape.turns and not shape.raw_text]
NAMES = {"\n": "line end", "\r": "carriage return", "\t": "tab", " ": "blank", "\xa0": "no-break space"}


def stripped(text: str) -> str:
    """An answer without what stands around it."""
    return re.sub(FRONT, "", text[: len(text) - len(back(text))])


def back(text: str) -> str:
    """The white space at the end of a text."""
    bare = text.rstrip("".join(BLANKS))
    return text[len(bare) + (HALF_A_LETTER.match(text, len(bare) - 1) is not None) :] if bare else ""


class OuterWhitespace(FrameRule):
    """Answers in chat shapes that stripping makes shorter."""

    code, name, severity, fix = "U010", "outer-whitespace", "info", "unsafe"
    frame = "all_messages"
    columns = ("content",)

    def when(self, context: RuleContext) -> pl.Expr:
        text = pl.col("content")
        in_chat = pl.col("shape").is_in(CHATS) & (pl.col("role") == "assistant") & (pl.col("kind") == "text")
        trained = ~pl.col("weight").is_in(["0", "0.0"]).fill_null(False)
        edged = text.str.contains(AT_FRONT) | text.str.contains(AT_BACK)
        return in_chat & trained & edged & ~text.str.contains(BLANK)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        text = match["content"]
        front = re.search(FRONT, text)
        edges = (("starts", front.group() if front else ""), ("ends", back(text)))
        return f"the answer {' and '.join(f'{verb} with {_named(edge)}' for verb, edge in edges if edge)}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return bool(stripped(match["content"]) != match["content"])

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            text = example.text(match.location)
            if text is not None:
                example.set_text(match.location, stripped(text))

    cases = (
        Case(
            why="line ends and blanks in front and behind, before a call, in the answer that is not wanted",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": " a "},
                        {"role": "assistant", "content": "\n\nHello\n"},
                        {"role": "user", "content": "b\n"},
                        {"role": "assistant", "content": " Oui. "},
                    ]
                },
                {
                    "messages": [
                        {"role": "user", "content": "天气"},
                        {
                            "role": "assistant",
                            "content": "我查一下。\n\n",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "w", "arguments": " {}\n"},
                                }
                            ],
                        },
                    ]
                },
            ],
            found=[
                (1, "messages[1].content"),
                (1, "messages[3].content"),
                (2, "messages[1].content"),
            ],
            fixed=[
                {
                    "messages": [
                        {"role": "user", "content": " a "},
                        {"role": "assistant", "content": "Hello"},
                        {"role": "user", "content": "b\n"},
                        {"role": "assistant", "content": "Oui."},
                    ]
                },
                {
                    "messages": [
                        {"role": "user", "content": "天气"},
                        {
                            "role": "assistant",
                            "content": "我查一下。",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "w", "arguments": " {}\n"},
                                }
                            ],
                        },
                    ]
                },
            ],
        ),
        Case(
            why="ShareGPT; an indent behind empty lines stays",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "\n    b\n    c\n"},
                    ]
                },
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "Добрый день!\u00a0"},
                    ]
                },
            ],
            found=[(1, "conversations[1].value"), (2, "conversations[1].value")],
            fixed=[
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "    b\n    c"},
                    ]
                },
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "Добрый день!"},
                    ]
                },
            ],
        ),
        Case(
            why="completions and plain texts",
            right=[{"prompt": "a", "completion": " b\n"}, {"prompt": "\na", "completion": " c"}],
        ),
        Case(why="plain texts", right=[{"text": " a\n"}]),
        Case(
            why="indents, prompts, reasoning, untrained and empty answers",
            right=[
                {
                    "messages": [
                        {"role": "system", "content": "s\n"},
                        {"role": "user", "content": "\na "},
                        {"role": "assistant", "content": "    return x"},
                        {"role": "user", "content": "b"},
                        {"role": "assistant", "content": "　　从前有一座山。"},
                        {"role": "user", "content": "c"},
                        {"role": "assistant", "content": "d\n", "weight": 0},
                        {"role": "user", "content": "e"},
                        {"role": "assistant", "content": " \n", "reasoning_content": "\nr\n"},
                    ]
                }
            ],
        ),
    )


def _named(edge: str) -> str:
    """An edge in words: ``2 line ends``, ``a blank``, or white space of several kinds."""
    kinds = set(edge)
    if len(kinds) > 1:
        return f"{len(edge)} characters of white space"
    name = NAMES[edge[0]]
    return f"{len(edge)} {name}s" if len(edge) > 1 else f"a {name}"
