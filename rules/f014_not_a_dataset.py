"""The file is not what its name says.

A web page that was saved instead of the download, a zip archive, an old .xls, packed data whose name does not say so:
the upload fails, or a trainer reads rubbish. Packed data, workbooks and Parquet under a wrong name are read all the
same, and said, since other tools go by the name. A packed file that is cut off or damaged is read as far as it goes.

There is no fix. Give the file its right name, or get the data again.
"""

from ftlint.rule import Case, FaultRule


class NotADataset(FaultRule):
    """Content that belongs to another kind of file."""

    code, name, severity = "F014", "not-a-dataset", "error"
    fault = "not-data"

    cases = (
        Case(
            why="a web page",
            wrong=b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
            found=[(None, None)],
        ),
        Case(
            why="a zip archive", wrong=b"PK\x03\x04\x14\x00\x00\x00\x08\x00data.jsonl", found=[(None, None)]
        ),
        Case(
            why="JSON Lines named .csv",
            name="x.csv",
            wrong=b'{"prompt": "a", "completion": "b"}\n',
            found=[(None, None)],
        ),
        Case(
            why="named .gz but not packed",
            name="x.jsonl.gz",
            wrong=b'{"prompt": "a", "completion": "b"}\n',
            found=[(None, None)],
        ),
        Case(why="text about HTML", right=b'{"prompt": "<html>", "completion": "PK"}\n'),
    )
