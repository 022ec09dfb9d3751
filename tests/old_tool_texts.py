"""What the old tool did with prefixes, capitals, spaces, scripts and classes, and with files in the way.

How the outcomes were measured, old_tool_cases tells.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from old_tool_case import QA, SPLIT, ZH, OldCase, Outcome, Pair, added, crash, marked

PREFIX = "differs: the instruction that all prompts share is said, and never removed without being asked"
SCRIPT = "differs: a script without spaces gets no leading space, which would be a token nobody expects"
STRATIFIED = (
    "differs: the same rows; the split keeps every class on both sides, and does not change with other rows"
)
THINGS = (
    "red apple",
    "blue sea",
    "old tree",
    "new car",
    "big dog",
    "hot tea",
    "wet cat",
    "raw egg",
    "shy boy",
    "oak",
)
CHOICES = [(f"{a} or else {b}", f"{b} is nicer than {a}") for a, b in pairwise((*THINGS, THINGS[0]))]
MEN = [("a", "One"), ("bc", "Two"), ("d", "six men")]
WORDS = [("a", "internal"), ("bc", "international"), ("d", "internet")]
TASKS = [("", "Traduis"), (": red", "rouge"), (": two", "deux")]
THAI = [("สวัสดี", "ลาก่อน"), ("แมว", "หมา"), ("น้ำ", "ไฟแดง")]
JAPANESE = [("犬", "わんわん"), ("猫は", "にゃあ"), ("牛", "もう")]
AGAIN = ("x_prepared_train (1).jsonl", "x_prepared_valid (1).jsonl")
FOUND = ("answer-prefix",)
MASHED = " 0       A colour\n1       The Nile\n2          Eight\n3    Jane Austen\nName: completion, dtype: object\n"
"""What release 1.109.1 made of every completion."""


def classes(n: int, *labels: str) -> list[Pair]:
    """That many rows, with the labels in turn."""
    return [(f"{THINGS[i % 10]} {i // 10}{'x' * (i % 3)}", labels[i % len(labels)]) for i in range(n)]


def classified(rows: list[Pair], valid: tuple[int, ...] | None = None, **more: Any) -> Outcome:
    """The usual outcome for classes: no stop is added, and the rows are split."""
    return replace(
        Outcome(
            rows=marked(rows, stop=""),
            remedies=("add-separator", "add-space", "split"),
            notes=("classification",),
            separator=" ->",
            valid=valid,
            files=SPLIT,
        ),
        **more,
    )


HALVES = classes(20, "good", "bad")
QUARTERS = classes(40, "north", "south", "east", "west")
RARE = [(p, "rare" if i == 7 else c) for i, (p, c) in enumerate(classes(40, "good", "wicked"))]
SENTENCES = classes(60, "I do not know that.", "Please ask a doctor.", "Have a look at the manual.")
LETTERS = classes(40, "A", "B")
FEW = classes(7, "yes", "yes", "no")
LABELS = classes(12, "Answer", "Answer B")
OF_40 = (7, 10, 14, 18, 20, 22, 28, 38)
"""Which of forty rows it takes for validation, whatever they are."""

PREFIXES = [
    OldCase(
        name="prefix-of-prompts-short",
        content=[("123456789012" + p, c) for p, c in QA],
        old=added([("123456789012" + p, c) for p, c in QA], notes=("shared-prefix",)),
    ),
    OldCase(
        name="prefix-of-prompts",
        content=[(f"long unique prompt number {n} is {p}", c) for n, (p, c) in enumerate(QA)],
        old=added(
            [(f"{n} is {p}", c) for n, (p, c) in enumerate(QA)],
            notes=("shared-prefix",),
            remedies=("add-separator", "drop-prefix", "add-stop", "add-space"),
        ),
        expected=PREFIX,
        new=added([(f"long unique prompt number {n} is {p}", c) for n, (p, c) in enumerate(QA)]),
    ),
    OldCase(
        name="prefix-is-a-whole-prompt",
        content=[("Translate this word" + p, c) for p, c in TASKS],
        old=added(
            TASKS,
            notes=("shared-prefix",),
            remedies=("add-separator", "drop-prefix", "add-stop", "add-space"),
        ),
        expected=PREFIX,
        new=added([("Translate this word" + p, c) for p, c in TASKS]),
    ),
    OldCase(
        name="prefix-of-answers-short",
        content=[(p, "A: " + c) for p, c in MEN],
        old=added([(p, "A: " + c) for p, c in MEN]),
    ),
    OldCase(
        name="prefix-of-answers",
        content=[(p, "Answer: " + c) for p, c in QA],
        old=added(QA, notes=FOUND, remedies=("add-separator", "drop-answer-prefix", "add-stop", "add-space")),
    ),
    OldCase(
        name="prefix-of-answers-after-a-space",
        content=[(p, " Answer: " + c) for p, c in QA],
        old=added(QA, notes=FOUND, remedies=("add-separator", "drop-answer-prefix", "add-stop")),
        later=Outcome(
            rows=[(p + " ->", MASHED) for p, _ in QA],
            remedies=("add-separator", "drop-answer-prefix", "add-stop", "split"),
            notes=FOUND,
            separator=" ->",
            stop=MASHED,
            valid=(2,),
            files=SPLIT,
        ),
    ),
    OldCase(
        name="prefix-of-answers-within-a-word",
        content=WORDS,
        old=added(
            [(p, c.removeprefix("intern")) for p, c in WORDS],
            notes=FOUND,
            remedies=("add-separator", "drop-answer-prefix", "add-stop", "add-space"),
        ),
        expected="differs: letters that the answers happen to begin with are no prefix, and words are not cut",
        new=added(WORDS),
    ),
    OldCase(
        name="prefix-is-a-whole-answer",
        content=LABELS,
        old=crash(
            "IndexError: string index out of range",
            "add-separator",
            "drop-answer-prefix",
            "add-space",
            notes=("classification", "answer-prefix"),
        ),
        expected="differs: it does not crash, and no answer is emptied",
        new=classified(LABELS),
        later=classified(
            [(p, c.removeprefix("Answer").strip()) for p, c in LABELS],
            (3, 6, 7),
            notes=("classification", "answer-prefix"),
            remedies=("add-separator", "drop-answer-prefix", "add-space", "split"),
        ),
    ),
]
LOOKS = [
    OldCase(
        name="capitals-in-prompts",
        content=[(p.upper(), c) for p, c in CHOICES],
        old=added(CHOICES, "lower-prompts"),
        expected="differs: short words in capitals may be abbreviations; a text is loud from five letters in a row on",
        new=added([(p.upper(), c) for p, c in CHOICES]),
    ),
    OldCase(
        name="capitals-in-completions",
        content=[(p, c.upper()) for p, c in CHOICES],
        old=added(CHOICES, "lower-completions"),
    ),
    OldCase(
        name="capitals-in-few-words",
        content=[(p, c.upper()) for p, c in QA],
        old=added([(p, c.lower()) for p, c in QA], "lower-completions"),
        expected="differs: fewer than a hundred letters tell nothing, and short answers are names as often as shouting",
        new=added([(p, c.upper()) for p, c in QA]),
    ),
    OldCase(
        name="capitals-a-third",
        content=[("Abc", "one"), ("Def", "two men")],
        old=added([("Abc", "one"), ("Def", "two men")]),
    ),
    OldCase(
        name="space-in-some",
        content=[("a", " One"), ("bc", "Two"), ("d", " six men")],
        old=added(MEN),
    ),
    OldCase(
        name="space-before-a-newline",
        content=[(p, "\n\n" + c) for p, c in MEN],
        old=added([(p, "\n\n" + c) for p, c in MEN], stop="."),
        expected="differs: a newline needs no space before it, and a full stop is never put there as a mark",
        new=Outcome(
            rows=marked([(p, "\n\n" + c) for p, c in MEN], stop=" END", space=""),
            remedies=("add-separator", "add-stop"),
            separator=" ->",
            stop=" END",
        ),
    ),
    *(
        OldCase(
            name=f"script-{script}",
            content=rows,
            old=added(rows),
            expected=SCRIPT,
            new=Outcome(
                rows=marked(rows, space=""),
                remedies=("add-separator", "add-stop"),
                separator=" ->",
                stop="\n",
            ),
        )
        for script, rows in (("chinese", ZH), ("thai", THAI), ("japanese", JAPANESE))
    ),
]
CLASSES = [
    OldCase(
        name="classes-two",
        content=HALVES,
        old=classified(HALVES, (6, 7, 10, 14), stop="d"),
        expected=STRATIFIED + "; the last letter of good and bad is no stop",
        new=classified(HALVES),
    ),
    OldCase(
        name="classes-four",
        content=QUARTERS,
        old=classified(QUARTERS, OF_40),
        expected=STRATIFIED,
        new=classified(QUARTERS),
    ),
    OldCase(
        name="classes-one-of-them-rare",
        content=RARE,
        old=classified(RARE, OF_40),
        expected=STRATIFIED + "; the only row of a class was in the validation file, and never trained on",
        new=classified(RARE),
    ),
    OldCase(
        name="classes-in-capitals",
        content=LETTERS,
        old=classified(
            [(p, c.lower()) for p, c in LETTERS],
            OF_40,
            remedies=("lower-completions", "add-separator", "add-space", "split"),
        ),
        expected=STRATIFIED + "; labels are names and stay as they are",
        new=classified(LETTERS),
    ),
    OldCase(
        name="classes-of-sentences",
        content=SENTENCES,
        old=classified(SENTENCES, (7, 10, 14, 18, 20, 22, 28, 38, 42, 49, 51, 59), stop="."),
        expected="differs: sentences are answers, however few they are, so this is no classification and is not split",
        new=Outcome(
            rows=marked(SENTENCES, stop=""), remedies=("add-separator", "add-space"), separator=" ->"
        ),
    ),
    OldCase(
        name="classes-of-seven-rows",
        content=FEW,
        old=classified(FEW, (3, 6)),
        expected="differs: seven rows do not tell a classification, and two to validate with tell nothing",
        new=added(FEW),
    ),
]
RUNS = [
    OldCase(
        name="files-in-the-way",
        content=QA,
        beside=("x_prepared.jsonl", "x_prepared (1).jsonl"),
        old=added(QA, files=("x_prepared (2).jsonl",)),
    ),
    OldCase(
        name="one-file-in-the-way-of-two",
        content=HALVES,
        beside=("x_prepared_valid.jsonl",),
        old=classified(
            HALVES,
            (6, 7, 10, 14),
            stop="d",
            files=AGAIN,
        ),
        expected=STRATIFIED,
        new=classified(HALVES, files=AGAIN),
    ),
]
TEXTS = [*PREFIXES, *LOOKS, *CLASSES, *RUNS]
