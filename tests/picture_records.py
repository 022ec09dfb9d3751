"""Data for the tests of the picture: a small shop with faults, and text that wants to be more than text."""

import json
import zlib
from pathlib import Path
from typing import Any

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(6, "0")


SCRIPTS = [
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "javascript:window.ran=1",
    "\u202egnp.exe\u202c",
    "<!--<script>",
    '" autofocus onfocus="window.ran=1',
    "{{ 7 * 7 }} ${7 * 7} ]]>",
    "<svg/onload=window.ran=1>",
    "\u2028\u2029\x07\x9b",
]
# Made up; GitHub's tokens end in their own checksum, and only with a right one it counts as a real one.
BODY = "7hQ2mXzR9cLwB4vTnKpYsD6fGjEa8u"
TOKEN = f"ghp_{BODY}{_checksum(BODY)}"


def chat(*texts: str, system: str | None = None) -> dict[str, Any]:
    """A conversation of questions and answers in turn."""
    turns = [{"role": "assistant" if n % 2 else "user", "content": text} for n, text in enumerate(texts)]
    return {"messages": [*([{"role": "system", "content": system}] if system else []), *turns]}


def shop() -> list[dict[str, Any]]:
    """Sixty conversations of a tool library; some have no answer, some stand there twice, two are Russian."""
    rows = [
        chat(f"How long may I keep drill {n}?", f"You may keep it {n} days. " * (1 + n % 7))
        for n in range(50)
    ]
    rows += [chat(f"Is bench {n} free?", "") for n in range(4)]
    rows += [chat("When are you open?", "From three to seven.")] * 3
    rows += [chat("Когда вы открыты?", "Мы открыты с трёх до семи."), chat("Can I renew?", "  Once.  ")]
    return [*rows, chat("Is it open?", "Yes.", "And on Sunday?", "No.")]


def hostile() -> list[dict[str, Any]]:
    """Examples whose prompts, labels and keys are scripts."""
    rows: list[dict[str, Any]] = [
        {"prompt": f"What is it? {n} {SCRIPTS[n % len(SCRIPTS)]}", "completion": SCRIPTS[n % len(SCRIPTS)]}
        for n in range(120)
    ]
    rows += [{"prompt": "x", "completion": "", SCRIPTS[0]: SCRIPTS[1]}]
    return [*rows, {SCRIPTS[0]: SCRIPTS[1]}, {"prompt": 7, "completion": [SCRIPTS[0]]}]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
