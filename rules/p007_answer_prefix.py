"""All completions begin with the same text.

The model has to write it before every answer, and you pay for it each time, though it says nothing. For labels
it is worse: with `max_tokens=1` every answer is the first token of that text. If you want it, put it at the end
of the prompt (`… Answer:`), where it is read and not written.

The fix takes the text off the completions of the completion shape, so it is unsafe; the space that a completion
begins with stays. In other shapes the finding is a note: there the text may be a manner of speaking that you want.

Silent for less than five characters (the option `characters`); for the beginning of JSON, markup, code, lists and
programs, and the name of the first of several fields (`Thought: …`, `Action: …`), which are part of the form; where
all completions are the same or one has nothing more; and below ten examples (the option `examples`) unless the text
ends as a label does, with a colon or an arrow: two sentences may well begin alike.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Meta,
    RuleContext,
    Violation,
    common_prefix,
    legacy_markers,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions


class AnswerPrefix(DatasetRule):
    """Keeps the least and the greatest completion: what they begin with, all begin with."""

    code, name, severity, fix = "P007", "answer-prefix", "warning", "unsafe"
    fix_prompt = "Take {prefix} off every completion?"

    class Options(RuleOptions):
        """How much is too much, and from how many examples on it is no chance."""

        characters: Annotated[int, Meta(ge=1, description="shortest shared text that is reported")] = 5
        examples: Annotated[int, Meta(ge=2, description="fewest examples, if the text is no label")] = 10

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return common_prefix.observe(batch.exchanges, "completion")

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return common_prefix.files_sharing(group, "completion", self.options.characters)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return common_prefix.combine(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        violations, decision = [], None
        for form in common_prefix.FORMS:
            shared = common_prefix.conclude(observed, form)
            by_chance = shared.n < self.options.examples and not shared.is_label
            if len(shared.text) < self.options.characters or by_chance:
                continue
            if form == "completion":
                violations.append(Violation(f"all {shared.n:,} completions begin with {quote(shared.text)}"))
                decision = {"apply": True, "rows": shared.n, "prefix": shared.text}
            else:
                said = f"all {shared.n:,} answers begin with {quote(shared.text)}"
                violations.append(Violation(said, fixable=False, severity="info"))
        return Conclusion(violations, decision=decision)

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr]:
        begins, blanks, rest = common_prefix.split("completion", decision["prefix"])
        rest = rest.str.strip_chars_start(" ")
        # A word that stood behind a sign begins the completion now, and wants its space.
        wants = (blanks == "") & legacy_markers.lacks_space(rest) & context.requires_markers
        new = pl.when(wants).then(" " + rest).otherwise(blanks + rest)
        return {"completion": pl.when(begins).then(new).otherwise(pl.col("completion"))}

    cases = (
        Case(
            why="a label before labels; the space stays",
            wrong=[
                {"prompt": "a ->", "completion": " Sentiment: positive"},
                {"prompt": "b ->", "completion": " Sentiment: poor"},
            ],
            found=[(None, None)],
            fixed=[{"prompt": "a ->", "completion": " positive"}, {"prompt": "b ->", "completion": " poor"}],
            severity="warning",
        ),
        Case(
            why="some with a space before it, and an empty completion beside them",
            wrong=[
                {"prompt": "a ->", "completion": "答案：甲"},
                {"prompt": "b ->", "completion": " 答案：乙 END"},
                {"prompt": "c ->", "completion": ""},
            ],
            options={"characters": 3},
            found=[(None, None)],
            fixed=[
                {"prompt": "a ->", "completion": "甲"},
                {"prompt": "b ->", "completion": " 乙 END"},
                {"prompt": "c ->", "completion": ""},
            ],
        ),
        Case(
            why="a word behind a Chinese label gets the space that words want",
            wrong=[{"prompt": f"{c} ->", "completion": f"正确答案：{c}"} for c in "ABC"],
            found=[(None, None)],
            fixed=[{"prompt": f"{c} ->", "completion": f" {c}"} for c in "ABC"],
            settings={"target": "openai-completions"},
        ),
        Case(
            why="a phrase, cut where a word ends",
            wrong=[{"prompt": f"{n} ->", "completion": f" The answer is w{n}"} for n in range(10)],
            found=[(None, None)],
            fixed=[{"prompt": f"{n} ->", "completion": f" w{n}"} for n in range(10)],
        ),
        Case(
            why="a heading that is a label",
            wrong=[
                {"prompt": "a ->", "completion": "### Response:\nOne"},
                {"prompt": "b ->", "completion": "### Response:\nTwo"},
            ],
            found=[(None, None)],
            fixed=[{"prompt": "a ->", "completion": " One"}, {"prompt": "b ->", "completion": " Two"}],
            settings={"target": "openai-completions"},
        ),
        Case(
            why="in a chat it is a note",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": text},
                        {"role": "assistant", "content": f"Answer: {text}"},
                    ]
                }
                for text in ("a", "b")
            ],
            found=[(None, None)],
            severity="info",
        ),
        Case(
            why="JSON",
            right=[
                {"prompt": f"{n} ->", "completion": text}
                for n, text in enumerate(['{"answer": "one"}', '{"answer": "two"}'] * 6)
            ],
        ),
        Case(
            why="markup",
            right=[{"prompt": f"{n} ->", "completion": f"<answer value='{n}'>"} for n in range(12)],
        ),
        Case(
            why="code",
            right=[{"prompt": f"{n} ->", "completion": f"```python\nprint({n})\n```"} for n in range(12)],
        ),
        Case(
            why="queries",
            right=[{"prompt": f"{n} ->", "completion": f" SELECT * FROM table{n}"} for n in range(12)],
        ),
        Case(
            why="addresses",
            right=[{"prompt": f"{n} ->", "completion": f" https://example.com/{n}"} for n in range(12)],
        ),
        Case(
            why="fields",
            right=[
                {"prompt": f"{n} ->", "completion": f" Thought: {n} it is\nAction: look up {n}"}
                for n in range(12)
            ],
        ),
        Case(
            why="numbers and times",
            right=[{"prompt": f"{n} ->", "completion": f" 1000.{n} at 12:{n}"} for n in range(12)],
        ),
        Case(
            why="a few sentences that begin alike",
            right=[
                {"prompt": "a ->", "completion": " There is a cat."},
                {"prompt": "b ->", "completion": " There is a dog."},
            ],
        ),
        Case(
            why="parts of words",
            right=[{"prompt": f"{n} ->", "completion": f" category{n}"} for n in range(12)],
        ),
        Case(
            why="all the same", right=[{"prompt": f"{n} ->", "completion": " Answer: yes"} for n in range(12)]
        ),
        Case(
            why="nothing behind it in one of them",
            right=[
                {"prompt": "a ->", "completion": " Answer: "},
                {"prompt": "b ->", "completion": " Answer: b"},
            ],
        ),
    )
