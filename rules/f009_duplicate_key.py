"""The same key stands twice in one object.

Most readers take the last value and forget the first without a word, some take the first, some refuse the file. So
what is trained on depends on the tool. ftlint goes on with the last value.

There is no fix: only you know which value is right. Until then no other fix changes the record, because it would be
written with the last value only, and nothing would tell of the first. A conversion writes the last value, says so, and
keeps the row as it is in `….lost.jsonl`.
"""

from ftlint.rule import Case, FaultRule


class DuplicateKey(FaultRule):
    """Keys that stand twice, at any depth."""

    code, name, severity = "F009", "duplicate-key", "error"
    fault = "twin-key"

    cases = (
        Case(
            why="at the top",
            wrong=b'{"prompt": "a", "completion": "b", "prompt": "c"}\n',
            found=[(1, "prompt")],
        ),
        Case(
            why="in the second message",
            wrong=b'{"messages": [{"role": "user", "content": "a"},'
            b' {"role": "assistant", "content": "b", "content": "c"}]}\n',
            found=[(1, "messages[1].content")],
        ),
        Case(
            why="spelled with an escape",
            wrong=b'{"prompt": "a", "completion": "b", "pr\\u006fmpt": "c"}\n',
            found=[(1, "prompt")],
        ),
        Case(
            why="the same key in different objects, and text that looks like a key",
            right=b'{"messages": [{"role": "user", "content": "\\"a\\": 1, \\"a\\": 2"},'
            b' {"role": "assistant", "content": ": b"}]}\n',
        ),
    )
