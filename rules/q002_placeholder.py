"""A placeholder stands where a text was to be written.

`<noinput>`, `TODO`, `[insert answer here]`, `N/A`, `null` as a whole answer, `{{article}}` or `{user_input}` in the
middle of a prompt: a template that was never filled in, an empty cell that a program wrote out, a row that nobody
finished. The model learns to answer so.

There is no fix: fill the places in, or drop the examples.

Words that can be an answer too (`N/A`, `None`, `null`, `nan`, `undefined`) are reported as info. Where more than a
tenth of the examples (from 20 on) hold places like `{{name}}`, that is reported once, for the whole. The option
`phrases` adds placeholders that are whole answers: each entry a phrase, or a file with one phrase a line if it ends in
`.txt`.

Silent where the answers are mostly short ones, such as labels, so that `TODO` or `None` is one of them; for `N/A` and
the like where a message before it says that word or talks of code. `{{name}}` is left alone in code and in
conversations about templates, and `[Your Name]` in a letter is always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

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
    Violation,
    pending,
    phrases,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

LONGEST, SHORT, TAIL = 80, 40, 12
"""Bytes of a text that can be a placeholder, of an answer that can be a label; characters at the end that tell."""
AROUND, OPEN, CLOSE = r"[\s\"'“”*_`.!…:。！：-]*", r"[<\[({#]*", r"[>\])}]*"
NAMED = r"\{\{\s*[A-Za-z_][A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+){0,3}\s*\}\}"
LOREM = "Lorem ipsum dolor sit amet"
NO_INPUT = r"(?i)(?:^|\n)\s*<no ?(?:in|out)put>\s*$"
LOST = r"^\s*(?:nan|NaN|null|undefined)\s*$"
CODE = re.compile(r"(?s)```.*?(?:```|\Z)|`[^`\n]*`|\$[^$\n]*\$")
LIKE_CODE = re.compile(
    r"[;{}] *\n|</|\\[a-z]+\{|\$\{|\{%|\{\{[#/&>!]|\{\{\{|=>|\bdef |\bfunction\b|\bimport |\bprint\(|\" ?:",
    re.I,
)
OF_CODE = re.compile(
    r"python|javascript|\bjs\b|typescript|\bjava\b|\bsql\b|json|yaml|excel|sheet|\bcode|print|return|function|query"
    r"|代码|コード|코드|código|quelltext|\bкод",
    re.I,
)
Places = Iterable[tuple[int, int, str, str]]


def _pairs(*texts: tuple[str, str]) -> list[dict[str, str]]:
    return [{"prompt": prompt, "completion": completion} for prompt, completion in texts]


LONG = _pairs(*((f"Say {n}.", f" It is the number {n}, and it goes on and on.") for n in range(30)))


@cache
def _whole(what: tuple[str, ...]) -> str:
    return f"^{AROUND}{OPEN}{AROUND}{phrases.anyone(what)}{AROUND}{CLOSE}{AROUND}$"


@cache
def _unfilled() -> str:
    return f"{NAMED}|{phrases.anyone(phrases.known('unfilled'))}|{LOREM}"


class Placeholder(DatasetRule):
    """Whole texts that are a listed phrase, and places in texts that a template should have filled."""

    code, name, severity = "Q002", "placeholder", "warning"

    class Options(RuleOptions):
        """More placeholders, and from how many examples on they can be a habit of the whole."""

        phrases: Annotated[
            tuple[str, ...], Meta(description="more placeholders, or files of them (.txt)")
        ] = ()
        examples: Annotated[int, Meta(ge=1, description="fewest examples to tell it once")] = 20

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        super().__init__(options)
        self.phrases = phrases.known("placeholder") + phrases.added(self.options.phrases)

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        turns = batch.assistant_turns
        notes = [*self._answers(turns), *self._questions(turns), *_in_texts(turns)]
        short = turns.answers["content"].str.len_bytes() <= SHORT
        return pending.pending_frame(
            batch,
            notes,
            answers=turns.answers.height - _of(notes, "word", "maybe"),
            short=int(short.sum()) - _of(notes, "word", "maybe"),
            examples=len(batch),
            unfilled=len({i for i, _, kind, _ in notes if kind == "unfilled"}),
        )

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pending.merge_pending(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        answers, short, examples, unfilled = (
            pending.count(observed, name) for name in ("answers", "short", "examples", "unfilled")
        )
        without: list[str] = []
        if context.task == "classification" or (answers and short * 2 >= answers):
            without += ["word", "maybe"]
        violations: list[Violation] = []
        if examples >= self.options.examples and unfilled * 10 > examples:
            without.append("unfilled")
            first = pending.to_violations(pending.of_kind(observed, "unfilled"))[0]
            violations.append(
                Violation(
                    f"{unfilled:,} of {examples:,} examples: {first.message}, the first at line {first.line:,}"
                )
            )
        return Conclusion(
            [*violations, *pending.to_violations(observed, without=without, severities={"maybe": "info"})]
        )

    def _answers(self, turns: AssistantTurns) -> Places:
        text, brief = pl.col("content"), pl.col("content").str.len_bytes() <= LONGEST
        sure, nothing = _whole(self.phrases), _whole(phrases.known("nothing"))
        for i, at, said in turns.select(brief, text.str.contains(sure)):
            kind = "word" if said.strip(" \n.").isalpha() else "sure"
            yield i, at, kind, f"the answer is a placeholder: {quote(said.strip())}"
        for i, at, said in turns.select(brief, text.str.contains(nothing)):
            if not any(_speaks_of(said, before) for _, before in turns.preceding(i, at)):
                yield i, at, "maybe", f"the answer may be a value that was missing: {quote(said.strip())}"

    def _questions(self, turns: AssistantTurns) -> Places:
        text = pl.col("content")
        brief = text.str.len_bytes() <= LONGEST
        may_end = brief | text.str.strip_chars_end().str.ends_with(">")
        ends = brief | text.str.tail(TAIL).str.strip_chars_end().str.ends_with(">")
        sure = text.str.contains(_whole(self.phrases)) | text.str.contains(NO_INPUT)
        for i, at, said in turns.select_questions(may_end, ends, sure):
            if not said.strip().isalpha():
                yield i, at, "sure", f"the question ends in a placeholder: {quote(said.strip()[-LONGEST:])}"
        for i, at, said in turns.select_questions(brief, text.str.contains(LOST)):
            yield i, at, "maybe", f"the question may be a value that was missing: {quote(said.strip())}"

    cases = (
        Case(
            why="whole answers and questions",
            wrong=[
                {
                    "instruction": "Write a poem about spring.",
                    "input": "<noinput>",
                    "output": "Snow is gone.",
                },
                *_pairs(
                    ("Tell me about the town.", " <nooutput>"),
                    ("Tell me about the river.", " TODO"),
                    ("Tell me about the hill.", "[Insert answer here]"),
                    ("请介绍一下这座城市。", "待补充"),
                    ("町について教えて。", "ここに回答を入力してください。"),
                    ("도시를 소개해 줘.", "(추후 작성)"),
                    ("Décris la ville.", "À compléter"),
                    ("Describe la ciudad.", "[Por completar]"),
                    ("Beschreibe die Stadt.", "<Antwort hier einfügen>"),
                    ("Describe the sea.", "Lorem ipsum dolor sit amet, consectetur adipiscing elit."),
                ),
                *LONG,
            ],
            found=[(1, "instruction"), *((n, "completion") for n in range(2, 12))],
        ),
        Case(
            why="values that were missing",
            wrong=[
                {"prompt": "Tell me about the town.", "completion": text}
                for text in ("N/A", " #N/A", "None", "null", "nan", "undefined", "暂无", "н/д")
            ]
            + [{"prompt": "nan", "completion": "It is a town by the sea, and it has been there for long."}],
            found=[*((n, "completion") for n in range(1, 9)), (9, "prompt")],
            severity="info",
        ),
        Case(
            why="places that were never filled in",
            wrong=[
                *_pairs(
                    ("Summarise this for me: {{article}}", "It is about a town by the sea."),
                    ("Answer politely. Question: {user_question}", "Good morning to you."),
                    ("Write a poem about [INSERT TOPIC] in four lines.", "The topic is a rose."),
                ),
                {
                    "messages": [
                        {"role": "system", "content": "You are {{ assistant_name }}, and you help."},
                        {"role": "user", "content": "Who are you?"},
                        {"role": "assistant", "content": "I am {{name}}, made by {{author}}."},
                    ]
                },
            ],
            found=[
                *((n, "prompt") for n in (1, 2, 3)),
                (4, "messages[0].content"),
                (4, "messages[2].content"),
            ],
        ),
        Case(
            why="a habit is reported once",
            wrong=[
                {"prompt": f"Where is order {n}?", "completion": f"{{{{Website URL}}}} has order {n}."}
                for n in range(20)
            ],
            found=[(None, None)],
        ),
        Case(
            why="labels and values",
            right=[
                {
                    "prompt": f"Which drug is named in note {n}?",
                    "completion": ("None", "Aspirin", "TODO", "N/A")[n % 4],
                }
                for n in range(20)
            ],
        ),
        Case(
            why="words that were asked for",
            right=[
                *_pairs(
                    ("Name the side effects, or say N/A if there are none.", "N/A"),
                    ("What does print(f()) show, if f returns nothing?", "None"),
                    ("In JavaScript, what is [][0]?", "undefined"),
                    ("Write some lorem ipsum.", "Lorem ipsum dolor sit amet, consectetur."),
                    ("¿Cuánto quieres?", "Todo"),
                    ("Give me all of it.", "The to-do list is N/A today, since null and void it is."),
                ),
                *LONG[:9],
            ],
        ),
        Case(
            why="code, LaTeX, workflows and talk about templates",
            right=[
                *_pairs(
                    ("How do I show a name in Jinja?", "Write {{ user_name }} where it goes."),
                    ("Write an email template for late orders.", "Dear {{customer_name}}, ..."),
                    ("Explain `{{name}}` to me.", "```\n<p>{{name}}</p>\n``` shows it."),
                    ("Halve it.", "\\frac{{ab}}{{cd}} is $x^{{ab}}$"),
                    ("Deploy it.", "env:\n  TOKEN: ${{ secrets.TOKEN }}"),
                    ("写一个模板，包含姓名。", "您好，{{姓名}}，{{name}}"),
                    ("Write a letter to my landlord.", "Dear [Landlord's Name],\n...\n[Your Name]"),
                    ("The set {{1, 2}, {3}} has {n} parts.", "The path /users/{user_id} is one."),
                ),
                {"text": "{{article}}"},
            ],
        ),
        Case(
            why="a placeholder of your own",
            wrong=[
                *_pairs(
                    ("Tell me about the town.", "<ask Bob>"),
                    ("Tell me about the hill.", "Ask Bob, who lives there since he was a child."),
                ),
            ],
            found=[(1, "completion")],
            options={"phrases": ["ask bob"]},
        ),
    )


def _in_texts(turns: AssistantTurns) -> Places:
    """Places left in texts, but for code and for conversations about templates."""
    likely = turns.select_any(pl.col("content").str.contains(_unfilled()))
    of_templates = phrases.within(phrases.known("template"))
    apart = turns.records_mentioning((i for i, _, _ in likely), of_templates, answers=True)
    for i, at, text in likely:
        if i in apart:
            continue
        prose = CODE.sub(" ", text)
        found = re.search(_unfilled(), prose)
        if found is None or LIKE_CODE.search(prose):
            continue
        if found.group() != LOREM:
            yield i, at, "unfilled", f"a place was never filled in: {quote(found.group())}"
        elif prose.lstrip(" *#\n").startswith(LOREM):
            yield i, at, "sure", f"the text is a placeholder: {quote(LOREM)}"


def _speaks_of(said: str, before: str) -> bool:
    """Whether an earlier text names this very value, or is about code."""
    return said.strip().strip(" .\"'`*#").casefold() in before.casefold() or bool(OF_CODE.search(before))


def _of(notes: list[tuple[int, int, str, str]], *kinds: str) -> int:
    return sum(1 for _, _, kind, message in notes if kind in kinds and message.startswith("the answer"))
