"""The file does not hold one JSON object a line.

JSON Lines is one object a line. A list of all records, an object spread over several lines, two objects on one line
or a wrapper like `{"data": [...]}` is valid JSON, so editors are content; what reads line by line finds nothing but
errors, or takes the first object and drops the others. A .json file with one object a line is the same mistake the
other way round: it is JSON Lines and should be called .jsonl.

A table by column is one object for all examples, under any name: a list for each column, as in `{"prompt": ["a", "b"],
"completion": ["c", "d"]}`, or what pandas writes unless told otherwise, `{"prompt": {"0": "a", "1": "b"}, ...}`
(`orient="records", lines=True` tells it). It is taken for one only where its columns are called as the texts of an
example are, where they hold texts, numbers and nulls, and where nothing else is in the file. A row's line is then that
of its value in the first column.

ftlint reads all of these as what they are.

The fix writes one object a line. No value changes, so it is safe. Name what it writes .jsonl.
"""

from ftlint.rule import Case, FaultRule

LINES = b'{"prompt":"a","completion":"b"}\n{"prompt":"c","completion":"d"}\n'


class NotOnePerLine(FaultRule):
    """Other layouts than the name of the file promises."""

    code, name, severity, fix = "F005", "not-one-per-line", "error", "safe"
    fault = "many-in-one"

    cases = (
        Case(why="nothing but a bracket is a broken line, not a document", right=b"{\n"),
        Case(
            why="a list",
            wrong=b'[{"prompt":"a","completion":"b"},\n {"prompt":"c","completion":"d"}]\n',
            found=[(1, None)],
            fixed=LINES,
        ),
        Case(
            why="objects over several lines",
            wrong=b'{\n "prompt": "a",\n "completion": "b"\n}\n{\n "prompt": "c",\n "completion": "d"\n}\n',
            found=[(1, None)],
            fixed=LINES,
        ),
        Case(
            why="a wrapper",
            wrong=b'{"data": [{"prompt":"a","completion":"b"}, {"prompt":"c","completion":"d"}]}\n',
            found=[(1, None)],
            fixed=LINES,
        ),
        Case(
            why="two objects on one line",
            wrong=b'{"prompt":"a","completion":"b"} {"prompt":"c","completion":"d"}\n',
            found=[(1, None)],
            fixed=LINES,
        ),
        Case(
            why="a table by column",
            name="x.json",
            wrong=b'{"prompt": ["a", "c"], "completion": ["b", "d"]}',
            found=[(1, None)],
            fixed=LINES,
        ),
        Case(
            why="a table as pandas writes it, on one line",
            wrong=b'{"prompt": {"0": "a", "1": "c"}, "completion": {"0": "b", "1": "d"}}\n',
            found=[(1, None)],
            fixed=LINES,
        ),
        Case(why="JSON Lines named .json", name="x.json", wrong=LINES, found=[(1, None)], fixed=LINES),
        Case(why="one object a line", right=LINES),
        Case(why="a list in a .json", name="x.json", right=b'[{"prompt":"a","completion":"b"}]'),
        Case(
            why="one chat is no wrapper",
            right=b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n',
        ),
        Case(why="words and their tags are no table", right=b'{"tokens":["a","b"],"labels":["c","d"]}\n'),
    )
