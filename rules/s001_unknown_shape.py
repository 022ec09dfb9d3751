"""The record fits no shape that ftlint knows.

A trainer looks for certain fields: `messages`, or `prompt` and `completion`, or `conversations`. A record that
has none of these sets is refused, or it stops the run with a KeyError long after the upload. The message
names the shape that comes nearest and the fields that are missing for it.

There is no fix: ftlint cannot know which field holds what. Where the fields are there under other names, say
so with `--map prompt=…`, or build the examples with `--prompt "{…}" --completion "{…}"`.

Silent for records that have the fields of a shape, in whatever case and under their common other names: what
is wrong inside them is reported by other rules.
"""

from ftlint.rule import Case, SchemaRule


class UnknownShape(SchemaRule):
    """Records that no shape recognises."""

    code, name, severity = "S001", "unknown-shape", "error"
    violation = "shape"

    cases = (
        Case(
            why="no field that anybody trains on",
            wrong=[{"prompt": "a", "completion": " b"}, {"title": "a", "score": 3}],
            found=[(2, None)],
        ),
        Case(why="half of a pair is no pair", wrong=[{"completion": "a"}], found=[(1, None)]),
        Case(
            why="common other names and other cases are known",
            right=[{"Question": "a", "Answer": "b"}, {" Prompt ": "a", "COMPLETION": "b"}],
        ),
        Case(
            why="a known shape with a fault inside is not unknown",
            right=[{"messages": "no list"}, {"messages": []}, {"prompt": None, "completion": 7}],
        ),
        Case(
            why="other fields beside do not matter",
            right=[{"text": "once upon a time", "source": "a book"}],
        ),
    )
