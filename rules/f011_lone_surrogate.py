"""Half of a surrogate pair stands alone.

Characters beyond U+FFFF, like most emoji, are escaped as two halves. A text that was cut between them keeps one, such
as `\\ud83d`. It is no character and cannot be written as UTF-8: some readers refuse the line, tokenizers crash or put
a replacement character there.

The row is not used. The fix writes U+FFFD, the replacement character, for the half. The other half is lost already;
the text changes, so it is unsafe.
"""

from ftlint.rule import Case, FaultRule


class LoneSurrogate(FaultRule):
    """Escapes from D800 to DFFF without their pair."""

    code, name, severity, fix = "F011", "lone-surrogate", "error", "unsafe"
    fault = "surrogate"

    cases = (
        Case(
            why="an emoji that was cut",
            wrong=b'{"prompt": "a", "completion": "hi \\ud83d"}\n',
            found=[(1, "completion")],
            fixed=b'{"prompt": "a", "completion": "hi \\ufffd"}\n',
        ),
        Case(
            why="halves in the wrong order, after a pair",
            wrong=b'{"prompt": "\\ud83d\\ude00\\ude00\\ud83d", "completion": "b"}\n',
            found=[(1, "prompt")],
            fixed=b'{"prompt": "\\ud83d\\ude00\\ufffd\\ufffd", "completion": "b"}\n',
        ),
        Case(
            why="a pair, and a backslash before the letters",
            right=b'{"prompt": "\\ud83d\\ude00", "completion": "\\\\ud83d"}\n',
        ),
    )
