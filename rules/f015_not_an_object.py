"""A line that is JSON, but no object.

Every record must be one object, such as `{"messages": [...]}`. A list of messages on each line or the rows of a table
as lists lack the names that say what is what. A table stored column by column is read as its rows (see F005), but not
where its columns are not called like a prompt and an answer, hold more than texts, numbers and nulls, or differ in
length.

The row is not used. There is no fix: ftlint does not guess names.
"""

from ftlint.rule import Case, FaultRule


class NotAnObject(FaultRule):
    """Numbers, strings, lists and null in place of records."""

    code, name, severity = "F015", "not-an-object", "error"
    fault = "not-object"

    cases = (
        Case(
            why="a number, a string, a list, null",
            wrong=b'1\n"a"\n["a", "b"]\nnull\n{"prompt": "a", "completion": "b"}\n',
            found=[(1, None), (2, None), (3, None), (4, None)],
        ),
        Case(
            why="a table by column",
            name="x.json",
            wrong=b'{"word": ["a", "b"], "tag": ["c", "d"]}',
            found=[(1, None)],
        ),
        Case(
            why="a table by column that is cut off",
            name="x.json",
            wrong=b'{"prompt": ["a", "b"], "completion": ["c"]}',
            found=[(1, None)],
        ),
        Case(why="an object that holds a list", right=b'{"messages": []}\n'),
        Case(why="one record as a document", name="x.json", right=b'{"prompt": "a", "completion": "b"}'),
    )
