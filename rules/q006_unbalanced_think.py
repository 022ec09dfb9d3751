"""A think block is opened and not closed, closed and not opened, or there in only some of the answers.

`<think>` without `</think>` makes all of the answer a thought: whoever hides thoughts shows nothing. `</think>`
without `<think>`, or one block in another, leaves thoughts in the answer. Where some answers think and others do not,
and nothing tells which is wanted, the model thinks by chance.

There is no fix: close the block where the thought ends, or drop the example.

Tags are `<think>`, `<thinking>`, `<thought>`, `<reasoning>` and `[THINK]`, each with its closing one. An empty block is
one, and so is a field `reasoning_content`. The mixture is reported from 20 examples on (the option `examples`), by their
last answers.

Silent for tags in code and in the middle of a line, which talk of them; where the question ends in the opening tag; for
a mixture that the messages tell apart (`/think`, `/no_think`, `detailed thinking off`, `<think>` in an instruction).
Where most blocks are only closed, as data for a template that opens them is, that is reported once, as info. Silent too
for answers that are not wanted or have weight 0, and for plain texts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

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
    pending,
    pl,
)
from ftlint.rule import Options as RuleOptions

NAMES = ("think", "thinking", "thought", "reasoning")
OPENING = (*(f"<{name}>" for name in NAMES), "[THINK]")
CLOSING = (*(f"</{name}>" for name in NAMES), "[/THINK]")
TAG = re.compile("|".join(map(re.escape, (*OPENING, *CLOSING))))
CODE = re.compile(r"(?s)```.*?(?:```|\Z)|`[^`\n]*`")
# Words by which a message says whether the answer is to think.
TOLD = (
    "/think",
    "/no_think",
    "/nothink",
    "<think",
    "thinking on",
    "thinking off",
    "enable_thinking",
    "hinking mode",
)
TOLD_ANY = "|".join(TOLD)
ASKED = [{"role": "user", "content": "How many are there?"}]


class UnbalancedThink(DatasetRule):
    """Counts tags as literals; only answers that are not one block and then the rest are looked at in Python."""

    code, name, severity = "Q006", "unbalanced-think", "warning"

    class Options(RuleOptions):
        """From how many examples on a mixture can be reported."""

        examples: Annotated[int, Meta(ge=2, description="fewest examples to tell a mixture")] = 20

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        turns = batch.assistant_turns
        text = pl.col("content")
        notes: list[pending.Note] = []
        tagged: list[tuple[int, int]] = []
        for i, at, said in turns.select(text.str.contains_any([*OPENING, *CLOSING])):
            opened = at > 0 and turns.preceding(i, at)[-1][1].rstrip().endswith(OPENING)
            kind, words = _fault(said, opened=opened)
            if words:
                notes.append((i, at, kind, words))
            if kind or opened or said.lstrip().startswith(OPENING):
                tagged.append((i, at))
        reasoning = pl.col("beyond").str.contains("reasoning_content", literal=True).any()
        odd = batch.odd_messages if batch.all_messages.select(reasoning).item() else ()
        thought = {(i, at) for i, at, message in odd if message.get("reasoning_content")}
        last = turns.answers.filter(pl.col("last")).select("i", "at")
        ends = set(last.filter(pl.col("i").is_in([i for i, _ in (*thought, *tagged)])).rows())
        thinking = {i for i, _ in ends & (thought | set(tagged))}
        apart = {
            i for i, _, _ in turns.select_any(pl.col("role") != "assistant", text.str.contains(TOLD_ANY))
        }
        return pending.pending_frame(
            batch,
            notes,
            thinking=len(thinking - apart),
            plain=last.filter(~pl.col("i").is_in(list(thinking | apart))).height,
            blocks=len(tagged),
            unopened=sum(1 for note in notes if note[2] == "unopened"),
        )

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        observed = self.observe(group.batch, context)
        mixed = observed is not None and pending.count(observed, "thinking") > 0
        many = group.with_records(self.options.examples) if mixed else set()
        return many | pending.files_with_notes(group, observed)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pending.merge_pending(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        thinking, plain, blocks, unopened = (
            pending.count(observed, name) for name in ("thinking", "plain", "blocks", "unopened")
        )
        fewest, violations, without = self.options.examples, list[Violation](), list[str]()
        if thinking and plain and thinking + plain >= fewest:
            words = f"{thinking:,} of {thinking + plain:,} answers have a think block, the others have none"
            violations.append(Violation(words))
        if unopened >= fewest and unopened * 2 > blocks:
            without.append("unopened")
            words = f"{unopened:,} answers close a think block that the chat template is left to open"
            violations.append(Violation(words, severity="info"))
        return Conclusion([*violations, *pending.to_violations(observed, without=without)])

    cases = (
        Case(
            why="never closed, never opened, one in another, in the wrong order",
            wrong=[
                {
                    "messages": [
                        *ASKED,
                        {"role": "assistant", "content": "<think>\nThere are two.\n\nTwo."},
                        {"role": "user", "content": "Sure?"},
                        {"role": "assistant", "content": "Let me see.\n</think>\n\nYes."},
                    ]
                },
                {"prompt": "a", "completion": "<think>\nOne.\n<think>\nTwo.\n</think>\nTwo."},
                {"prompt": "a", "completion": "</think>\nTwo.\n<think>\nThere are two."},
                {"instruction": "a", "output": "<reasoning>There are two. Two."},
                {"prompt": "a", "completion": "[THINK]二つある。\n二つです。"},
                {"prompt": "a", "completion": "<think>\n有两个。\n</think>\n两个。\n<think>\n还有吗？"},
            ],
            found=[
                (1, "messages[1].content"),
                (1, "messages[3].content"),
                (2, "completion"),
                (3, "completion"),
                (4, "output"),
                (5, "completion"),
                (6, "completion"),
            ],
        ),
        Case(
            why="only some answers think, and nothing tells which",
            wrong=[
                {
                    "prompt": f"How many are {n}?",
                    "completion": ("", "<think>\n\n</think>\n\n")[n % 4 > 0] + f"{n}.",
                }
                for n in range(20)
            ],
            found=[(None, None)],
            severity="warning",
        ),
        Case(
            why="a field for thoughts counts as a block",
            wrong=[
                *(
                    {
                        "messages": [
                            *ASKED,
                            {"role": "assistant", "content": f"{n}", "reasoning_content": "I count."},
                        ]
                    }
                    for n in range(19)
                ),
                {"messages": [*ASKED, {"role": "assistant", "content": "20"}]},
            ],
            found=[(None, None)],
        ),
        Case(
            why="a template opens the blocks",
            wrong=[{"prompt": f"{n}", "completion": f"I count.\n</think>\n\n{n}"} for n in range(20)],
            found=[(None, None)],
            severity="info",
        ),
        Case(
            why="whole blocks, empty ones, several, and one that the question opens",
            right=[
                {"prompt": "a", "completion": "<think>\nThere are two.\n</think>\n\nTwo."},
                {"prompt": "a", "completion": "<think>\n\n</think>\n\nTwo."},
                {"prompt": "a", "completion": "<think>One.</think>One.\n<think>Two.</think>Two."},
                {"prompt": "a", "completion": "<thinking>\nI <think> so.\n</thinking>\nTwo."},
                {"prompt": "a\n<think>\n", "completion": "There are two.\n</think>\n\nTwo."},
                {"prompt": "a", "chosen": "<think>a</think>b", "rejected": "<think>a"},
                {"text": "<think>\nThere are two."},
            ],
        ),
        Case(
            why="talk about tags",
            right=[
                {"prompt": "a", "completion": text}
                for text in (
                    "Models write `<think>` before they answer.",
                    "```\n<think>\nthoughts\n```\nis how it begins.",
                    "The tag <think> opens a block, and the tag </think> closes it.",
                    "标签 <think> 表示思考的开始。",
                    "End it with </think> when you are done.",
                )
            ],
        ),
        Case(
            why="the messages tell which answers think",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": f"How many are {n}? {('/no_think', '/think')[n % 2]}"},
                        {
                            "role": "assistant",
                            "content": ("", "<think>\nI count.\n</think>\n")[n % 2] + f"{n}.",
                        },
                    ]
                }
                for n in range(20)
            ]
            + [
                {
                    "messages": [
                        {"role": "system", "content": f"detailed thinking {('off', 'on')[n % 2]}"},
                        *ASKED,
                        {
                            "role": "assistant",
                            "content": ("", "<think>\nI count.\n</think>\n")[n % 2] + f"{n}.",
                        },
                    ]
                }
                for n in range(20)
            ],
        ),
        Case(
            why="few examples",
            right=[
                {"prompt": f"{n}", "completion": ("", "<think>a</think>")[n % 2] + "b"} for n in range(10)
            ],
        ),
    )


def _fault(text: str, *, opened: bool) -> tuple[str, str]:
    """The kind of what a text has of think blocks, and what is wrong: nothing and nothing where there is none."""
    prose = CODE.sub(lambda found: " " * len(found.group()), text)
    kind, inside, mentioned = "", "<think>" if opened else "", ""
    for tag, place, alone in _tags(prose):
        if tag in OPENING:
            if not alone:
                mentioned = tag
            elif inside == tag:
                return "nested", f"{tag} at character {place + 1} stands in a block that {tag} opened"
            elif not inside:
                kind, inside = "block", tag
            continue
        own = OPENING[CLOSING.index(tag)]
        if own == inside:
            kind, inside = "block", ""
        elif own == mentioned:
            mentioned = ""
        elif alone and not inside:
            return "unopened", f"{tag} at character {place + 1} closes what {own} never opened"
    return (
        ("unclosed", f"{inside} is never closed by {CLOSING[OPENING.index(inside)]}")
        if inside
        else (kind, "")
    )


def _tags(text: str) -> Iterable[tuple[str, int, bool]]:
    """The tags in a text, where they stand, and whether at the beginning or, if they close, the end of a line."""
    for found in TAG.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        begins, ends = not line.strip(), text[found.end() : found.end() + 1] in ("", "\n")
        yield found.group(), found.start(), begins or (ends and found.group() in CLOSING)
