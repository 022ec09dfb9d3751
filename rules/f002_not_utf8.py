"""Bytes that are not UTF-8.

JSON is UTF-8 by definition. Excel, Windows editors and PowerShell write other encodings, and what reads them either
stops at the first such byte or, worse, puts a replacement character in its place: the model then learns
`It\ufffds 5 \ufffd` and nobody is told. ftlint never decodes on a guess. It says which byte, at which offset and line,
and which encoding the line looks like. Such rows are not used. A file in UTF-16 is not read at all.

With `--encoding` the file is read in the encoding that you name, and that is a note. The fix writes it as UTF-8. It is
unsafe, because only you can know that the name is right: a wrong one gives wrong letters, and no error.
"""

from ftlint.rule import Case, FaultRule

ITS = "It\u2019s 5 \u20ac"


class NotUtf8(FaultRule):
    """What the reader could not decode, or decoded as it was told."""

    code, name, severity, fix = "F002", "not-utf8", "error", "unsafe"
    fault = "not-utf8"

    cases = (
        Case(
            why="one line in Windows-1252",
            wrong=b'{"prompt": "a", "completion": "b"}\n{"prompt": "a", "completion": "It\x92s 5 \x80"}\n',
            found=[(2, None)],
        ),
        Case(
            why="UTF-16, as PowerShell writes it",
            wrong='{"prompt": "a", "completion": "b"}\n'.encode("utf-16"),
            found=[(None, None)],
        ),
        Case(
            why="a table in Windows-1252",
            name="x.csv",
            wrong=b"prompt,completion\na,caf\xe9\nb,c\n",
            found=[(2, None)],
        ),
        Case(
            why="the encoding is named",
            wrong=f'{{"prompt": "a", "completion": "{ITS}"}}\n'.encode("cp1252"),
            found=[(None, None)],
            severity="info",
            fixed=f'{{"prompt": "a", "completion": "{ITS}"}}\n',
            settings={"encoding": "cp1252"},
        ),
        Case(why="any language in UTF-8", right='{"prompt": "\u4f60\u597d", "completion": "\U0001f600"}\n'),
        Case(
            why="a file that is UTF-8 already stays so, whatever was named",
            right='{"prompt": "a", "completion": "caf\u00e9"}\n',
            settings={"encoding": "cp1252"},
        ),
    )
