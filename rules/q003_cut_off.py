"""An answer stops before its end: an open code block, JSON that is not closed, a sentence without its end.

Answers that another model wrote end where its limit of tokens was. The model that learns from them stops in the
middle, or leaves the block open that a program wants to read.

There is no fix: let the answer be written to its end, or drop the example.

A code block is open where its fence has no other half. JSON is cut off where all of the answer is the beginning of
valid JSON. A sentence is cut off where the last answer of an example has 200 characters or more, and its last line
60 or more and ends with a comma, a hyphen, an opening bracket, or a word that ends no sentence (`and`, `the`, `und`,
`parce que`; a list in eight languages, more by the option `phrases`).

Silent for answers that only lack a full stop, for poems, lists, tables, signatures and code, where the question left
the code block open, for answers that are not wanted or have weight 0, and for plain texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import msgspec

from ftlint.rule import (
    Annotated,
    AssistantTurns,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Meta,
    RuleContext,
    pending,
    phrases,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

FENCE = r"(?m)^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?:```|~~~)"
FENCE_LINE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})([^\n]*)$")
JSON_BEGINS = r"^\s*(?:\{\s*\"|\[\s*[\[{\"])"
# What JSON may end in the middle of: a word or a number.
PART_OF_A_WORD = re.compile(r"(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-)?$")
FEWEST, LAST_LINE = 200, 60
# The end of an answer, as much of it as can tell.
TAIL = 24
STOPS = r"[,，、،(（\[「『“-]$"
QUOTED = 30
SENTENCE_END = re.compile(r"[.!?…][\"”’)]?\s+|[。！？]")
SENTENCE = (
    "The town lies by the sea. It is old, and it has been there for as long as anybody can remember. "
    "People live there, and they are content. In the winter it rains, and in the summer it does not. "
)


class CutOff(DatasetRule):
    """Cheap expressions pick the answers that may be cut off; Python tells whether they are."""

    code, name, severity = "Q003", "cut-off", "info"

    class Options(RuleOptions):
        """More words that no sentence ends with."""

        phrases: Annotated[tuple[str, ...], Meta(description="more last words, or files of them (.txt)")] = ()

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        super().__init__(options)
        self.phrases = phrases.known("unfinished") + phrases.added(self.options.phrases)

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        turns = batch.assistant_turns
        notes = [*_open_blocks(turns), *_open_json(turns)]
        here = {(i, at) for i, at, _, _ in notes}
        notes += [note for note in self._open_sentences(turns) if note[:2] not in here]
        return pending.pending_frame(batch, notes) if notes else None

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        return Conclusion(pending.to_violations(observed))

    def _open_sentences(self, turns: AssistantTurns) -> Iterable[pending.Note]:
        text = pl.col("content")
        words = rf"(?:^|\s){phrases.anyone(self.phrases)}$"
        end = text.str.tail(TAIL).str.strip_chars_end()
        long = pl.col("last") & (text.str.len_bytes() >= FEWEST)
        for i, at, said in turns.select(long, end.str.contains(STOPS) | end.str.contains(words)):
            line = said.rstrip().rsplit("\n", 1)[-1]
            if len(said) >= FEWEST and _is_prose(line, said):
                yield (
                    i,
                    at,
                    "",
                    f"the answer stops in the middle of a sentence: {quote('…' + line[-QUOTED:])}",
                )

    cases = (
        Case(
            why="open code blocks",
            wrong=[
                {"prompt": "a", "completion": "Here it is:\n\n```python\ndef add(a, b):\n    return a +"},
                {
                    "prompt": "a",
                    "completion": "1. First:\n   ```bash\n   ls\n   ```\n2. Then:\n   ```bash\n   rm -",
                },
                {
                    "messages": [
                        {"role": "user", "content": "请写一个函数"},
                        {"role": "assistant", "content": "好的：\n\n~~~js\nfunction f() {"},
                        {"role": "user", "content": "然后呢？"},
                        {"role": "assistant", "content": "没有了。"},
                    ]
                },
            ],
            found=[(1, "completion"), (2, "completion"), (3, "messages[1].content")],
        ),
        Case(
            why="JSON that ends early: in a value, a text, a word, behind a comma",
            wrong=[
                {"instruction": "a", "output": '{"name": "Ann", "tags": ["x", "y"'},
                {"instruction": "a", "output": '[{"name": "Ann"}, {"name": "Bo'},
                {"instruction": "a", "output": ' {"name": "Ann", "ok": tru'},
                {"instruction": "a", "output": '[\n  ["名前", "アン"],'},
            ],
            found=[(1, "output"), (2, "output"), (3, "output"), (4, "output")],
        ),
        Case(
            why="sentences without their end",
            wrong=[
                {"prompt": "a", "completion": SENTENCE + text}
                for text in (
                    "It has a harbour that was built two hundred years ago, and it is visited by many people because",
                    "Es hat einen Hafen, der vor zweihundert Jahren gebaut wurde und den heute viele Leute kennen und",
                    "Elle a un port construit il y a deux cents ans que beaucoup de gens connaissent, et aussi des",
                    "There are many ways to get there, by train or by boat, and some people go on foot from the next",
                    "在那里有一个两百年前建造的港口，今天有很多人来参观。此外还有一个古老的教堂和一个市场，每逢周末都有许多人从附近的村子赶来买菜，也有人从城里来，",
                    "The harbour is as old as the town, and from there the ships go to all of the neighbour-",
                )
            ],
            found=[
                (1, "completion"),
                (2, "completion"),
                (3, "completion"),
                (5, "completion"),
                (6, "completion"),
            ],
        ),
        Case(
            why="whole blocks, blocks in blocks, and one that the question opened",
            right=[
                {"prompt": "a", "completion": "```python\nprint(1)\n```"},
                {"prompt": "a", "completion": "````markdown\n```\nx\n```\n````\nUse ``` for code."},
                {
                    "prompt": "a",
                    "completion": "Fences are written ``` and end with ```; one ``` alone opens a block.",
                },
                {
                    "prompt": "Complete it:\n```python\ndef f():",
                    "completion": "    return 1\n```\nThat is it.",
                },
                {"prompt": "a", "completion": "    return 1\n```"},
                {"prompt": "a", "chosen": "b", "rejected": "```\nx"},
                {"text": "```\nx"},
            ],
        ),
        Case(
            why="what only looks like JSON, or is some",
            right=[
                {"prompt": "a", "completion": text}
                for text in (
                    '{"a": [1, 2, {"b": null}]}',
                    "[0, 1)",
                    "{x | x > 0",
                    "[1] A. Miller, 'On brackets (",
                    '{"a": "an open [ bracket ( {"}',
                    '{"a": 1}\n{"b": [2]}\n{"c": {"d": 3}}',
                    "{'a': [1, 2",
                    '{"open": "curly" is how this poem begins {{',
                    "[[wiki link",
                )
            ],
        ),
        Case(
            why="poems, lists, tables, signatures, and what only lacks a full stop",
            right=[
                {"prompt": "a", "completion": SENTENCE + text}
                for text in (
                    "and that is all there is to say about the town and about those who came to live in it",
                    "Yours sincerely,",
                    "\n\nWith many thanks for your patience and with the best wishes for the year,",
                    "\n\nThe rose is red,\nthe sea is blue,\nand I remember you and",
                    "\n- salt, pepper, and\n- sugar, with everything that your mother puts into a cake like this, and",
                    "\n| harbour | two hundred years old, with a lighthouse that was built | and |",
                    "\nhttps://example.org/a/long/path/to/a/page/that/ends/in/the/word/and/then/the",
                    "apples, pears, plums, figs, dates, nuts, oats, rice, corn, rye, beans, peas, leeks, kale,",
                    "เมืองนี้มีท่าเรือที่สร้างขึ้นเมื่อสองร้อยปีก่อนและมีผู้คนมากมายมาเยี่ยมชมทุกปีโดยเฉพาะในช่วงฤดูร้อน",
                    "The harbour is as old as the town, and this is what they call the place they come from: “The End”",
                )
            ],
        ),
        Case(
            why="only the last answer can be cut off in a sentence, and a short one is a style",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {
                            "role": "assistant",
                            "content": SENTENCE + "And then they came to the sea, where they saw the",
                        },
                        {"role": "user", "content": "b"},
                        {"role": "assistant", "content": "well, and"},
                    ]
                }
            ],
        ),
        Case(
            why="a last word of your own",
            wrong=[
                {
                    "prompt": "a",
                    "completion": SENTENCE
                    + "In the summer many people come to the harbour, as they always did, viz",
                }
            ],
            found=[(1, "completion")],
            options={"phrases": ["viz"]},
        ),
    )


def _open_blocks(turns: AssistantTurns) -> Iterable[pending.Note]:
    text = pl.col("content")
    has_fence = text.str.contains_any(["```", "~~~"])
    for i, at, said in turns.select(has_fence, text.str.count_matches(FENCE) % 2 == 1):
        opened = _opened(said)
        before = turns.preceding(i, at)[-1:]
        if opened and not (before and _opened(before[0][1])):
            yield i, at, "", f"the code block {quote(opened, QUOTED)} is never closed"


def _open_json(turns: AssistantTurns) -> Iterable[pending.Note]:
    text = pl.col("content")
    opening, closing = (text.str.count_matches(signs) for signs in (r"[\[{]", r"[\]}]"))
    for i, at, said in turns.select(text.str.contains(JSON_BEGINS), opening > closing):
        if _is_cut(said.strip()):
            yield i, at, "", "the JSON of the answer is cut off"


def _opened(text: str) -> str:
    """The line that opens a code block which is not closed, if something stands in it; else nothing."""
    fence, line_of_it, filled = "", "", False
    for line in text.split("\n"):
        found = FENCE_LINE.match(line)
        if found is None:
            filled = filled or bool(line.strip())
            continue
        signs, info = found.groups()
        if not fence:
            if signs[0] == "`" and "`" in info:
                continue
            fence, line_of_it, filled = signs, line.strip(), False
        elif signs[0] == fence[0] and len(signs) >= len(fence) and not info.strip():
            fence = ""
    return line_of_it if fence and filled else ""


def _is_cut(text: str) -> bool:
    """Whether a text is the beginning of valid JSON, and not all of it."""
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        return error.msg.startswith("Unterminated string") or bool(PART_OF_A_WORD.match(text[error.pos :]))
    except (RecursionError, ValueError):
        return False
    return False


def _is_prose(line: str, text: str) -> bool:
    """Whether the last line of a text is a sentence rather than code, a row of a table or a line of verse."""
    if len(line) < LAST_LINE or re.search(r"[|{}<>=;\\`\t]|https?:|^\s*(?:[-*+•#>]|\d+[.)])\s", line):
        return False
    sentence = SENTENCE_END.split(line)[-1]
    commas = len(re.findall(r"[,，、،]", sentence))
    # Scripts without blanks have fewer of them than words.
    words = max(len(sentence.split()), len(sentence) // 4)
    if sentence == line and commas == 1 and line.endswith(",") and text.rstrip().endswith("\n\n" + line):
        return False  # what stands above a signature
    letters = sum(sign.isalpha() for sign in line)
    return letters * 10 >= len(line) * 6 and words >= 5 and commas * 3 <= words and "```" not in text
