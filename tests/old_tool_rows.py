"""What the old tool did with columns, values and rows: what it dropped, and what it let through.

How the outcomes were measured, old_tool_cases tells.
"""

from dataclasses import replace

from old_tool_case import (
    CONVERTED,
    DONE,
    NOTHING,
    QA,
    OldCase,
    Outcome,
    added,
    crash,
    lacking,
    record,
    table,
    unreadable,
    unspaced,
)

RECORDS = [record(pair) for pair in QA]
LONG = ("Tell all", "word " * 2100 + "end")  # 10,000 characters and more, about 2,100 tokens
LONGER = ("Tell all", "word " * 17000 + "end")  # more tokens than the models take
BY_TOKENS = "differs: what is too long is told by the model's tokens, and 2,100 of them are not"
LEFT_OUT = "differs: what is no text is refused with a finding, not written as Python shows it"
GENERATED = [(f"Number {n}", f"{n * n} it is{'!' * (n % 2)}") for n in range(100)]
HINTS = ("warm", "in Africa", "7 + 1", "an Englishwoman")
WORDS = [("NA", "Namibia"), ("Null island", "null"), ("None", "NA"), ("n/a", "nan of it")]
SIGNS = [("a 😀", "x 👍🏽"), ("b/c\td", "é"), ("d", "y\u2028z")]
SIMILAR = ("similar-columns",)

COLUMNS = [
    OldCase(
        name="columns-in-capitals",
        file="x.csv",
        content=table(QA, "Prompt,COMPLETION"),
        old=added(QA, "convert", "rename-columns"),
        says=("F021",),
    ),
    OldCase(
        name="columns-with-blanks",
        file="x.csv",
        content=table(QA, " prompt,completion "),
        old=lacking("prompt"),
        expected="differs: blanks around a name do no harm, and are told",
        new=added(QA, "convert", "rename-columns"),
        says=("F021",),
    ),
    OldCase(
        name="columns-by-other-names",
        file="x.csv",
        content=table(QA, "question,answer"),
        old=lacking("prompt"),
        expected="differs: the usual other names are understood, and are told",
        new=added(QA, "convert", "rename-columns"),
        says=("F021",),
    ),
    OldCase(
        name="columns-unknown",
        file="x.csv",
        content=table(QA, "first,second"),
        old=lacking("prompt"),
        says=("S001",),
    ),
    OldCase(
        name="columns-more",
        content=[{"id": n, **row} for n, row in enumerate(RECORDS)],
        old=added(QA, "drop-columns", notes=SIMILAR),
        says=("S006",),
    ),
    OldCase(
        name="columns-twice",
        file="x.csv",
        content=table([(p, c, "x") for p, c in QA], "prompt,completion,completion"),
        old=added(QA, "convert", "drop-columns", notes=SIMILAR),
        says=("F022",),
    ),
    OldCase(
        name="columns-twice-by-case",
        content=[{"Prompt": "x", **row} for row in RECORDS],
        old=added(QA, "drop-columns", notes=SIMILAR),
        says=("S006",),
    ),
    OldCase(
        name="chat",
        content=[
            {"messages": [{"role": "user", "content": p}, {"role": "assistant", "content": c}]} for p, c in QA
        ],
        old=lacking("prompt"),
        expected="differs: other shapes are converted",
        new=CONVERTED,
    ),
    OldCase(
        name="cell-too-many",
        file="x.csv",
        content=table([*QA, ("a", "b", "c")]),
        old=unreadable("CSV"),
        expected="differs: one ragged row does not spoil the file: it is named and left out",
        new=CONVERTED,
        says=("F016",),
    ),
    OldCase(
        name="cell-too-few",
        file="x.csv",
        content=table([*QA, ("a",)]),
        old=added(QA, "convert", "drop-empty", named=(4,)),
        expected="differs: the same rows, but the one with a missing cell is told as such, with its line",
        new=CONVERTED,
        says=("F016",),
    ),
    OldCase(
        name="cell-too-many-everywhere",
        file="x.csv",
        content=table([(*pair, hint) for pair, hint in zip(QA, HINTS, strict=True)]),
        old=added([(c, hint) for (_, c), hint in zip(QA, HINTS, strict=True)], "convert"),
        expected="differs: it took the completions for prompts without a word; every such row is named and left out",
        new=NOTHING,
        says=("F016",),
    ),
]
VALUES = [
    OldCase(
        name="words-for-nothing-in-csv",
        file="x.csv",
        content=table(WORDS),
        old=Outcome(
            rows=[("", " Namibia"), ("", " nan of it")],
            remedies=("convert", "drop-empty", "add-space"),
            named=(1, 2),
        ),
        expected="differs: words for nothing are words and stay, in prompts and in completions",
        new=added(WORDS, "convert"),
    ),
    OldCase(name="words-for-nothing-in-json", content=WORDS, old=added(WORDS)),
    OldCase(
        name="null-in-json",
        content=[*QA, {"prompt": "a", "completion": None}, {"prompt": "b"}, ("c", "")],
        old=added([*QA, ("a", "None"), ("b", "nan")], "drop-empty", named=(6,)),
        expected='differs: null and a missing field are empty and dropped, not trained on as "None" and "nan"',
        new=replace(DONE, remedies=("drop-empty", *DONE.remedies)),
    ),
    OldCase(
        name="null-prompt-in-json",
        content=[*QA, {"prompt": None, "completion": "x"}, {"completion": "y"}],
        old=added([*QA, ("None", "x"), ("nan", "y")]),
        expected='differs: no prompt "None" and "nan" is made up; such rows are named',
    ),
    OldCase(
        name="numbers-in-json",
        content=b'{"prompt": 1, "completion": 7}\n{"prompt": 2, "completion": 1.50}\n{"prompt": 3, "completion": true}\n'
        b'{"prompt": 4, "completion": "007"}\n',
        old=added([("1", "7"), ("2", "1.5"), ("3", "True"), ("4", "007")]),
        expected="differs: true and 1.50 are written as in the file, not as Python shows them; and it is reported",
        new=unspaced(added([("1", "7"), ("2", "1.50"), ("3", "true"), ("4", "007")])),
    ),
    OldCase(
        name="big-number-in-json",
        content=b'{"prompt": "a", "completion": 12345678901234567890123}\n{"prompt": "bc", "completion": 1}\n',
        old=unreadable("JSONL"),
        expected="differs: numbers of any length are read, digit by digit",
        new=unspaced(
            replace(
                added([("a", "12345678901234567890123"), ("bc", "1")]), remedies=("add-separator", "add-stop")
            )
        ),
    ),
    OldCase(
        name="list-as-completion",
        content=[("a", ["x"]), ("bc", ["y", "z"])],
        old=Outcome(
            rows=[("a ->", " ['x']"), ("bc ->", " ['y', 'z']")],
            remedies=("add-separator", "add-space"),
            notes=("shared-stop",),
            separator=" ->",
            stop="']",
        ),
        expected="differs: a list of texts is read as the text that it says",
        new=Outcome(
            rows=[("a ->", " x END"), ("bc ->", " y\nz END")],
            remedies=("add-separator", "add-space", "add-stop"),
            separator=" ->",
            stop=" END",
        ),
    ),
    OldCase(
        name="object-as-prompt",
        content=[({"k": 1}, "x"), ({"k": 2}, "yy")],
        old=Outcome(
            rows=[("{'k': 1}", " x\n"), ("{'k': 2}", " yy\n")],
            remedies=("add-stop", "add-space"),
            notes=("shared-separator", "shared-prefix"),
            separator="}",
            stop="\n",
        ),
        expected=LEFT_OUT,
        new=NOTHING,
        says=("S005",),
    ),
    OldCase(
        name="lone-surrogate",
        content=b'{"prompt": "a \\ud83d", "completion": "x"}\n{"prompt": "b", "completion": "yy"}\n',
        old=added([("a ", "x"), ("b", "yy")]),
        expected="differs: half a character is not lost without a word",
        new=added([("a \ufffd", "x"), ("b", "yy")]),
        says=("F011",),
    ),
    OldCase(name="emoji-and-separators", content=SIGNS, old=added(SIGNS)),
]
DROPPED = [
    OldCase(
        name="few-but-a-hundred", content=GENERATED, old=added(GENERATED, notes=("shared-prefix",), few=False)
    ),
    OldCase(name="few-by-one", content=GENERATED[:99], old=added(GENERATED[:99], notes=("shared-prefix",))),
    OldCase(
        name="empty-in-csv",
        file="x.csv",
        content=table([*QA[:2], ("Say nothing", ""), *QA[2:]]),
        old=added(QA, "convert", "drop-empty", named=(2,)),
        expected="differs: the same rows; the dropped one is named by its line",
        new=added(QA, "convert", "drop-empty", named=(4,)),
    ),
    OldCase(
        name="empty-but-for-a-blank",
        content=[*QA, ("a", " ")],
        old=added([*QA, ("a", "")]),
        expected="differs: a completion of blanks says nothing either",
        new=added(QA, "drop-empty", named=(5,)),
    ),
    OldCase(
        name="duplicates",
        content=[*QA, QA[1], QA[0], QA[1]],
        old=added(QA, "drop-duplicates", named=(4, 5, 6)),
        expected="differs: the same rows; the dropped ones are named by their lines",
        new=added(QA, "drop-duplicates", named=(5, 6, 7)),
    ),
    OldCase(
        name="duplicates-but-for-blanks",
        content=[*QA, ("What is red? ", " A colour")],
        old=added([*QA, ("What is red? ", "A colour")]),
    ),
    OldCase(
        name="duplicates-after-an-empty-one",
        content=[("a", ""), *QA, QA[1]],
        old=added(QA, "drop-empty", "drop-duplicates", named=(0, 4)),
        expected="differs: the same rows; it named a good row, as it counted what was left; lines are lines of the file",
        new=added(QA, "drop-empty", "drop-duplicates", named=(1, 6)),
    ),
    OldCase(
        name="long",
        content=[*QA, LONG],
        old=added(QA, "drop-long", named=(4,)),
        expected=BY_TOKENS,
        new=added([*QA, LONG]),
    ),
    OldCase(name="long-but-for-one", content=[*QA, ("p", "x" * 9999)], old=added([*QA, ("p", "x" * 9999)])),
    OldCase(
        name="long-beyond-the-models",
        content=[*QA, LONGER],
        old=added(QA, "drop-long", named=(4,)),
        expected="differs: the same rows; the dropped one is named by its line",
        new=added(QA, "drop-long", named=(5,)),
    ),
    OldCase(
        name="long-and-open-ended",
        content=[("", "A colour"), ("", LONG[1])],
        old=Outcome(rows=[("", " A colour"), ("", " " + LONG[1])], remedies=("add-space",)),
    ),
    OldCase(
        name="long-after-a-duplicate",
        content=[*QA, QA[0], LONGER],
        old=crash(
            "KeyError: '[4] not found in axis'",
            "drop-duplicates",
            "drop-long",
            notes=("moved-rows",),
            named=(4, 5),
        ),
        expected="differs: it does not crash",
        new=added(QA, "drop-duplicates", "drop-long", named=(5, 6)),
    ),
    OldCase(
        name="long-kept-for-another",
        content=[QA[0], QA[0], QA[1], LONGER, *QA[2:]],
        old=added(
            [QA[0], LONGER, *QA[2:]], "drop-duplicates", "drop-long", notes=("moved-rows",), named=(1, 3)
        ),
        expected="differs: it dropped a good row in place of the long one, without a word",
        new=added(QA, "drop-duplicates", "drop-long", named=(2, 4)),
    ),
    OldCase(
        name="long-after-an-empty-one",
        content=[("a", ""), LONGER, *QA],
        old=crash("KeyError: '[0] not found in axis'", "drop-empty", "drop-long", named=(0, 0)),
        expected="differs: it does not crash",
        new=added(QA, "drop-empty", "drop-long", named=(1, 2)),
    ),
]
ROWS = [*COLUMNS, *VALUES, *DROPPED]
