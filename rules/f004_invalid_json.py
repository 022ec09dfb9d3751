"""A line that is not JSON.

One such line and a provider refuses the whole file, often only after the upload and without saying where; some
trainers leave the line out and say nothing. ftlint says what is wrong and in which column: cut off in the middle, a
comma too many or missing, single quotes (Python's way to show a dict), a quote that is not escaped, a comment, a raw
newline in a string, a line of a table, nested too deep. Cells of a table that should hold messages are looked at in
the same way.

The fix mends only what needs no guess: a comma before a closing bracket or after the object, and a dict as Python
shows it. It is unsafe, because the line was meant to be something and only you know what. Other broken lines stay in
the file as they are.
"""

from ftlint.rule import Case, FaultRule

GOOD = b'{"prompt": "a", "completion": "b"}\n'


class InvalidJson(FaultRule):
    """Lines and elements that no JSON reader takes."""

    code, name, severity, fix = "F004", "invalid-json", "error", "unsafe"
    fault = "bad-json"

    cases = (
        Case(
            why="the last line is cut off",
            wrong=GOOD + b'{"prompt": "a", "comple',
            found=[(2, None)],
        ),
        Case(
            why="a comma too many",
            wrong=b'{"prompt": "a", "completion": "b",}\n' + GOOD.replace(b"}", b"},"),
            found=[(1, None), (2, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n' + GOOD,
        ),
        Case(
            why="Python's way to show a dict",
            wrong=b"{'prompt': 'it\\'s', 'completion': None}\n",
            found=[(1, None)],
            fixed=b'{"prompt": "it\'s", "completion": null}\n',
        ),
        Case(
            why="a quote that is not escaped, beside a good line",
            wrong=b'{"prompt": "say "hi"", "completion": "b"}\n' + GOOD,
            found=[(1, None)],
        ),
        Case(
            why="one element of a document",
            name="x.json",
            wrong=b'[\n {"prompt": "a" "completion": "b"},\n {"prompt": "c", "completion": "d"}\n]\n',
            found=[(2, None)],
        ),
        Case(
            why="escapes, blanks and nested values",
            right=b' { "prompt" : "\\"\\u00e9\\n" , "completion" : "" } \n',
        ),
    )
