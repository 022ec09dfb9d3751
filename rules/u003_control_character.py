"""A text holds control characters.

NUL, backspace, escape sequences of terminals, form feeds: they come from logs, PDF files and broken
conversions. Nobody sees them, tokenizers spend several tokens on each, and some readers stop at a NUL.

The fix removes them. The colour codes of terminals are removed as a whole, so that no `[31m` is left. It changes
the text that is trained on, so it is unsafe.

Silent for tabs, newlines and carriage returns. U+0085, which some readers take for a line end, is
raw-line-separator's.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, Found, Job, TextRule, pl

CONTROLS = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u0084\u0086-\u009f]"
# A terminal's escape sequence, such as the one for red, or any other control character.
TO_REMOVE = re.compile(rf"\x1b\[[0-?]*[ -/]*[@-~]|{CONTROLS}")


class ControlCharacter(TextRule):
    """Texts with C0 or C1 controls other than tab and line ends."""

    code, name, severity, fix = "U003", "control-character", "warning", "unsafe"
    frame = "unusual_texts"

    def when(self, job: Job) -> pl.Expr:
        return pl.col("text").str.contains(CONTROLS)

    def say(self, found: Found, job: Job) -> str:
        first, *more = re.finditer(CONTROLS, found["text"])
        told = f"control character U+{ord(first.group()):04X} at character {first.start() + 1}"
        return f"{told}, and {len(more)} more" if more else told

    def mend_text(self, text: str, found: Found, job: Job) -> str:
        return TO_REMOVE.sub("", text)

    cases = (
        Case(
            why="NUL, backspace, form feed, delete and a C1 control",
            wrong=[{"prompt": "a\x00b\x08", "completion": "c\x0cd\x7fe\u0092"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "ab", "completion": "cde"}],
        ),
        Case(
            why="colours of a terminal, in a part and in a tool's result",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": "\x1b[1;31mred\x1b[0m"}]},
                        {"role": "tool", "tool_call_id": "1", "content": "a\x1bb"},
                    ]
                }
            ],
            found=[(1, "messages[0].content[0].text"), (1, "messages[1].content")],
            fixed=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": "red"}]},
                        {"role": "tool", "tool_call_id": "1", "content": "ab"},
                    ]
                }
            ],
        ),
        Case(
            why="tabs and line ends are text",
            right=[{"prompt": "a\tb\nc\r\nd", "completion": "e\u00a0f\u2028g\u0085"}],
        ),
    )
