"""What the old tool did with separators and stops, and with what is typed.

How the outcomes were measured, old_tool_cases tells.
"""

from old_tool_case import (
    ADD,
    NOTHING,
    QA,
    SPLIT,
    OldCase,
    Outcome,
    added,
    crash,
    declined,
    marked,
)

CLEAN = marked(QA)
SEPARATORS = (
    " ->",
    "\n\n###\n\n",
    "\n\n===\n\n",
    "\n\n---\n\n",
    "\n\n===>\n\n",
    "\n\n--->\n\n",
    "\n\n### =>\n\n",
)
STOPS = ("\n", ".", " END", "***", "+++", "&&&", "$$$", "@", "%%%", " [END]")
WRITTEN = (
    "differs: the file is written all the same, with its manifest, so that what comes next is always the same"
)
NO_FULL_STOP = "differs: a full stop ends sentences, not answers, and is never put there as a mark"


def taken(marks: tuple[str, ...], of_prompts: bool) -> list[tuple[str, str]]:
    """The usual rows and one more for each mark, which has it inside the prompt or the completion."""
    rows = [(f"row {n}a", f"one{mark}two {n}b") for n, mark in enumerate(marks)]
    return [*QA, *([(completion, prompt) for prompt, completion in rows] if of_prompts else rows)]


TALKED = [
    ("What is it", "it is an answer of some words"),
    ("Who is it", "nobody that anyone knows"),
    ("How so", "for no reason"),
]
BY_VOICE = [("painting", "a picture"), ("singing", "a song"), ("running", "some miles")]

SEPARATED = [
    OldCase(
        name="clean",
        content=CLEAN,
        old=Outcome(
            notes=("shared-separator", "shared-stop", "nothing-to-do"), separator=" ->", stop="\n", files=()
        ),
        expected=WRITTEN,
        new=Outcome(rows=CLEAN, separator=" ->", stop="\n"),
    ),
    *(
        OldCase(
            name=f"separator-{n}-taken",
            content=taken(SEPARATORS[:n], of_prompts=True),
            old=added(taken(SEPARATORS[:n], of_prompts=True), separator=SEPARATORS[n]),
        )
        for n in range(1, 7)
    ),
    OldCase(
        name="separator-of-several-lines",
        content=[("One\ntwo", "Three"), ("Four", "Five"), ("Six", "Seven men")],
        old=added([("One\ntwo", "Three"), ("Four", "Five"), ("Six", "Seven men")], separator="\n\n###\n\n"),
    ),
    OldCase(
        name="separator-very-long",
        content=marked(QA, "\n\nYour answer here:"),
        old=Outcome(
            notes=("shared-separator", "long-separator", "shared-stop", "nothing-to-do"),
            separator="\n\nYour answer here:",
            stop="\n",
            files=(),
        ),
        expected=WRITTEN,
        new=Outcome(rows=marked(QA, "\n\nYour answer here:"), separator="\n\nYour answer here:", stop="\n"),
    ),
    OldCase(
        name="separator-inside",
        content=marked([("a -> b", "x"), ("c", "y"), ("d", "z")]),
        old=Outcome(
            notes=("shared-separator", "separator-inside", "shared-stop", "nothing-to-do"),
            separator=" ->",
            stop="\n",
            files=(),
        ),
        expected=WRITTEN,
        new=Outcome(rows=marked([("a -> b", "x"), ("c", "y"), ("d", "z")]), separator=" ->", stop="\n"),
        says=("P002",),
    ),
    OldCase(
        name="separator-of-letters",
        content=BY_VOICE,
        old=Outcome(
            rows=marked(BY_VOICE, ""),
            remedies=("add-stop", "add-space"),
            notes=("shared-separator", "separator-inside"),
            separator="ing",
            stop="\n",
        ),
        expected="differs: letters that the prompts happen to end in are no separator",
        new=added(BY_VOICE),
    ),
    OldCase(
        name="separator-a-question-mark",
        content=[(p.rstrip("?") + "?", c) for p, c in QA],
        old=Outcome(
            rows=marked([(p.rstrip("?"), c) for p, c in QA], "?"),
            remedies=("add-stop", "add-space"),
            notes=("shared-separator",),
            separator="?",
            stop="\n",
        ),
    ),
    OldCase(
        name="separator-after-an-empty-prompt", content=[*QA, ("", "Yes")], old=added([*QA, ("", "Yes")])
    ),
    OldCase(
        name="open-ended",
        content=[("", c) for _, c in QA],
        old=Outcome(rows=[("", " " + c) for _, c in QA], remedies=("add-space",)),
    ),
    OldCase(
        name="prompts-all-equal",
        content=[("Say", c) for _, c in QA],
        old=declined("All prompts are identical: `Say`"),
        expected="differs: an error among the findings, with all others, not an end in the middle",
        says=("P009",),
    ),
]
STOPPED = [
    *(
        OldCase(
            name=f"stop-{n}-taken",
            content=taken(STOPS[:n], of_prompts=False),
            old=added(taken(STOPS[:n], of_prompts=False), stop=STOPS[n]),
            **(
                {"expected": NO_FULL_STOP, "new": added(taken(STOPS[:1], of_prompts=False), stop=" END")}
                if n == 1
                else {}
            ),
        )
        for n in range(1, 10)
    ),
    OldCase(
        name="stop-a-full-stop",
        content=[(p, c + ".") for p, c in QA],
        old=Outcome(
            rows=marked(QA, stop="."),
            remedies=("add-separator", "add-space"),
            notes=("shared-stop",),
            separator=" ->",
            stop=".",
        ),
        expected="differs: the same rows; that answers end in a full stop is their own, and is not told as a stop",
        new=Outcome(rows=marked(QA, stop="."), remedies=("add-separator", "add-space"), separator=" ->"),
    ),
    OldCase(
        name="stop-present",
        content=[(p, c + " END") for p, c in TALKED],
        old=Outcome(
            rows=marked(TALKED, stop=" END"),
            remedies=("add-separator", "add-space"),
            notes=("shared-stop",),
            separator=" ->",
            stop=" END",
        ),
    ),
    OldCase(
        name="stop-in-capitals",
        content=[(p, c + " END") for p, c in QA],
        old=Outcome(
            rows=marked([(p, c.lower()) for p, c in QA], stop=" end"),
            remedies=("lower-completions", "add-separator", "add-space"),
            notes=("shared-stop",),
            separator=" ->",
            stop=" end",
        ),
        expected="differs: the stop is no shouting, and is not lower-cased",
        new=Outcome(
            rows=marked(QA, stop=" END"),
            remedies=("add-separator", "add-space"),
            separator=" ->",
            stop=" END",
        ),
    ),
    OldCase(
        name="stop-very-long",
        content=[(p, c + "\n\nThat is all") for p, c in QA],
        old=Outcome(
            rows=marked(QA, stop="\n\nThat is all"),
            remedies=("add-separator", "add-space"),
            notes=("shared-stop", "long-stop"),
            separator=" ->",
            stop="\n\nThat is all",
        ),
    ),
    OldCase(
        name="stop-inside",
        content=[(p, c + "***") for p, c in [("a", "x *** y"), ("bc", "z"), ("d", "w")]],
        old=Outcome(
            rows=marked([("a", "x *** y"), ("bc", "z"), ("d", "w")], stop="***"),
            remedies=("add-separator", "add-space"),
            notes=("shared-stop", "stop-inside"),
            separator=" ->",
            stop="***",
        ),
        says=("P005",),
    ),
    OldCase(
        name="stop-of-letters",
        content=[(c, p) for p, c in BY_VOICE],
        old=Outcome(
            rows=marked([(c, p) for p, c in BY_VOICE], stop=""),
            remedies=("add-separator", "add-space"),
            notes=("shared-stop", "stop-inside"),
            separator=" ->",
            stop="ing",
        ),
        expected="differs: letters that the answers happen to end in are no stop",
        new=added([(c, p) for p, c in BY_VOICE]),
    ),
    OldCase(
        name="completions-all-equal",
        content=[(p, "Yes") for p, _ in QA[:3]],
        old=declined("All completions are identical: `Yes`"),
        expected="differs: an error among the findings, with all others, not an end in the middle",
        says=("P009",),
    ),
    OldCase(
        name="completions-all-equal-of-four",
        content=[(p, "Yes") for p, _ in QA],
        old=Outcome(
            rows=[(p + " ->", " Yes") for p, _ in QA],
            remedies=("add-separator", "add-space", "split"),
            notes=("classification",),
            separator=" ->",
            stop=" Yes",
            valid=(2,),
            files=SPLIT,
        ),
        expected="differs: it took this for a classification of one class; it is an error however many rows there are",
        says=("P009",),
    ),
]
TYPED = [
    OldCase(
        name="typed-no-to-all",
        content=QA,
        answers="n\nn\nn\n",
        old=Outcome(remedies=ADD, files=()),
        expected="differs: the file is written all the same, with its manifest, which says what was refused",
        new=Outcome(rows=QA, remedies=ADD),
    ),
    OldCase(
        name="typed-no-as-a-word",
        content=QA,
        answers="n\ny\nno\ny\n",
        old=Outcome(rows=[(p, f" {c}\n") for p, c in QA], remedies=ADD, stop="\n"),
        expected="differs: no is a no; it took all but n for a yes",
        new=Outcome(rows=[(p, f"{c}\n") for p, c in QA], remedies=ADD, stop="\n"),
    ),
    OldCase(
        name="typed-nothing",
        content=QA,
        answers="",
        old=crash("EOFError: EOF when reading a line", "add-separator"),
        expected="differs: nothing is written either, but without a traceback",
        new=NOTHING,
    ),
]
MARKS = [*SEPARATED, *STOPPED, *TYPED]
