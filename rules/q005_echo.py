"""An answer repeats the question and adds nothing.

The model learns to say the question back. Mostly a column was mapped twice, or the model that wrote the answers was
a base model that went on with what it was given.

There is no fix: write the answers, or drop the examples.

An answer is an echo where it is the question once more, or several times, but for case, blanks and outer punctuation.

Silent for what is shorter than five words (ten if it ends in an exclamation mark, twelve characters in scripts without
blanks), for answers that quote the question before they answer, where a message before it asks to repeat, correct or
translate (lists of words in eleven languages), and where one in twenty answers or more (from 20 on, the option
`examples`) begins like its question but goes on otherwise: such data corrects or rewrites texts, and some need no
change. Silent too for answers that are not wanted or have weight 0.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Meta,
    RuleContext,
    pending,
    phrases,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

FEWEST_BYTES, FEWEST_WORDS, FEWEST_CHARACTERS = 24, 5, 12
FEWEST_LOUD = 10
SLACK = 16
"""Bytes of blanks and punctuation by which an echo may differ from the question."""
SIGNS = " \t\n\r\"'«»“”„‘’「」『』()[]*_#>-–—.,:;!?¿¡。，！？"
HEAD = 12
"""Characters by which an answer begins like its question."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
OUTER = re.compile(r"^[\W_]+|[\W_]+$")
GREETING = "Good evening to all of you who came here tonight"


class Echo(DatasetRule):
    """Compares each answer with the message before it; by length first, which rules out nearly all."""

    code, name, severity = "Q005", "echo", "warning"

    class Options(RuleOptions):
        """From how many answers on a habit can be reported."""

        examples: Annotated[
            int, Meta(ge=1, description="fewest answers to tell that texts are rewritten")
        ] = 20

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        turns = batch.assistant_turns
        text, prompt = pl.col("content"), pl.col("prompt")
        asked = turns.replies.filter((pl.col("asker") == "user") & (prompt.str.len_bytes() >= FEWEST_BYTES))
        alike = asked.filter(text.str.starts_with(prompt.str.head(HEAD)))
        same_size = (
            text.str.len_bytes().cast(pl.Int64) - prompt.str.len_bytes().cast(pl.Int64)
        ).abs() <= SLACK
        begins, question = (
            side.str.strip_chars(SIGNS).str.head(4).str.to_lowercase() for side in (text, prompt)
        )
        twins = asked.filter(same_size).filter(begins == question)
        likely = pl.concat([twins, alike]).unique("nth", maintain_order=True)
        echoes = [
            (i, at, "", f"the answer repeats the question: {quote(said.strip())}")
            for i, at, said, question in likely.select("i", "at", "content", "prompt").rows()
            if _is_echo(said, question)
        ]
        here = {(i, at) for i, at, _, _ in echoes}
        others = sum(1 for place in alike.select("i", "at").rows() if place not in here)
        asked_for = phrases.within(phrases.known("repeat", "rewrite"))
        apart = turns.records_mentioning((i for i, _, _, _ in echoes), asked_for) if echoes else set()
        reported = [note for note in echoes if note[0] not in apart]
        return pending.pending_frame(batch, reported, answers=turns.answers.height, alike=others)

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return pending.files_with_notes(group, self.observe(group.batch, context))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pending.merge_pending(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        answers, alike = pending.count(observed, "answers"), pending.count(observed, "alike")
        rewrites = answers >= self.options.examples and alike * 20 >= answers
        return Conclusion([] if rewrites else pending.to_violations(observed))

    cases = (
        Case(
            why="the same, but for case and blanks; several times; in a chat",
            wrong=[
                {
                    "prompt": "What is the capital of the country?",
                    "completion": " what is the capital of the country? ",
                },
                {
                    "instruction": "Write a poem about the sea.",
                    "input": "",
                    "output": "Write a poem about the sea.",
                },
                {"prompt": "Where does the river begin", "completion": "Where does the river begin\n" * 5},
                {
                    "messages": [
                        {"role": "user", "content": "请告诉我这座城市的历史是怎样的？"},
                        {"role": "assistant", "content": "请告诉我这座城市的历史是怎样的？"},
                        {"role": "user", "content": "И что же там было дальше?"},
                        {"role": "assistant", "content": "«И что же там было дальше?»"},
                    ]
                },
                {"prompt": "この町の歴史を教えてください。", "completion": "この町の歴史を教えてください"},
            ],
            found=[
                (1, "completion"),
                (2, "output"),
                (3, "completion"),
                (4, "messages[1].content"),
                (4, "messages[3].content"),
                (5, "completion"),
            ],
        ),
        Case(
            why="greetings, names, and questions that are quoted before the answer",
            right=[
                {"prompt": "Hello!", "completion": "Hello!"},
                {"prompt": "Good morning, everyone!", "completion": "Good morning, everyone!"},
                {
                    "prompt": "Guten Morgen, meine Damen und Herren!",
                    "completion": "Guten Morgen, meine Damen und Herren!",
                },
                {"prompt": "Arnold Schwarzenegger", "completion": "Arnold Schwarzenegger"},
                {"prompt": "早上好！", "completion": "早上好！"},
                {
                    "prompt": "What is the capital of the country?",
                    "completion": "What is the capital of the country? It is the town by the sea.",
                },
                {
                    "prompt": "What is the capital of the country?",
                    "completion": "What is the capital of the county?",
                },
                {"prompt": "a", "chosen": "b", "rejected": "a"},
                {
                    "prompt": "Where does the river begin at all?",
                    "chosen": "b",
                    "rejected": "Where does the river begin at all?",
                },
                {"text": GREETING},
            ],
        ),
        Case(
            why="tasks in which nothing may change",
            right=[
                {
                    "prompt": "Repeat what I say: the sea is blue.",
                    "completion": "Repeat what I say: the sea is blue.",
                },
                *(
                    {
                        "messages": [
                            {"role": "system", "content": task},
                            {"role": "user", "content": GREETING},
                            {"role": "assistant", "content": GREETING},
                        ]
                    }
                    for task in (
                        "Correct the grammar.",
                        "请纠正语法错误。",
                        "文法を直してください。",
                        "문법을 교정해 주세요.",
                        "Corrige la gramática.",
                        "Corrigez la grammaire.",
                        "Korrigiere die Grammatik.",
                        "Исправь ошибки.",
                        "صحح القواعد",
                        "You are an echo.",
                    )
                ),
            ],
        ),
        Case(
            why="data that corrects texts, though nobody says so",
            right=[
                *(
                    {
                        "prompt": f"They has been here for {n} years",
                        "completion": f"They has been here for {n} years, they say.",
                    }
                    for n in range(19)
                ),
                {"prompt": GREETING, "completion": GREETING},
            ],
        ),
    )


def _is_echo(said: str, question: str) -> bool:
    # Who is greeted greets back in the same words.
    loud = question.rstrip().endswith(("!", "！"))
    said, question = _bare(said), _bare(question)
    unspaced = len(UNSPACED.findall(question))
    words = len(question.split())
    if not question or (words < (FEWEST_LOUD if loud else FEWEST_WORDS) and unspaced < FEWEST_CHARACTERS):
        return False
    return said == question or (said.startswith(question) and not _bare(said.replace(question, " ")))


def _bare(text: str) -> str:
    """A text without outer blanks and punctuation, with single blanks, in lower case."""
    return OUTER.sub("", " ".join(text.casefold().split()))
