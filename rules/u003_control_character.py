"""A text holds control characters.

NUL, backspace, escape sequences of terminals, form feeds: they come from logs, PDF files and broken
conversions. Nobody sees them, tokenizers spend several tokens on each, and some readers stop at a NUL. Those
from U+0080 to U+009F are mostly Windows-1252 that was read as Latin-1: U+0092 was meant to be ’, U+0096 to be
–.

The fix puts the meant sign in the place of those, if all of them in the text mean one, and removes all other
controls. The colour codes of terminals are removed as a whole, so that no `[31m` is left. It changes the text
that is trained on, so it is unsafe.

Silent for tabs, newlines and carriage returns. U+0085, which some readers take for a line end, is
raw-line-separator's. Where controls are part of UTF-8 that was read wrongly (`â\\x80\\x99` for ’), the line
is mojibake's, which repairs it as a whole.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, mojibake, pl

C1 = "[\x80-\x84\x86-\x9f]"
CONTROLS = f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f{C1[1:]}"
# A terminal's escape sequence, such as the one for red, or any other control character.
TO_REMOVE = re.compile(rf"(?:\x1b\[|\x9b(?=[0-9;]*[A-Za-z]))[0-?]*[ -/]*[@-~]|{CONTROLS}")
MEANT = {chr(byte): sign for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))}


def own_controls(text: str) -> list[int]:
    """Places of the controls that are not part of mojibake."""
    places = [match.start() for match in re.finditer(CONTROLS, text)]
    if not re.search(C1, text):
        return places
    garbled = mojibake.garbled_lines(text)
    return [at for at in places if text[at] < "\x80" or not garbled[text.count("\n", 0, at)]]


def meant(text: str) -> dict[str, str]:
    """Which sign stands for which control: none where any control means nothing in Windows-1252."""
    return MEANT if all(sign in MEANT for sign in re.findall(C1, TO_REMOVE.sub(_kept, text))) else {}


def _kept(match: re.Match[str]) -> str:
    """Only whole escape sequences are taken out."""
    return match.group() if len(match.group()) == 1 else ""


class ControlCharacter(TextRule):
    """Texts with C0 or C1 controls other than tab and line ends."""

    code, name, severity, fix = "U003", "control-character", "warning", "unsafe"
    frame = "unusual_texts"

    def when(self, context: RuleContext) -> pl.Expr:
        text = pl.col("text")
        with_c1 = pl.when(text.str.contains(C1)).then(text)
        own = with_c1.map_elements(lambda text: bool(own_controls(text)), return_dtype=pl.Boolean)
        return text.str.contains(CONTROLS) & own.fill_null(True)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        text = match["text"]
        first, *more = own_controls(text)
        message = f"control character U+{ord(text[first]):04X} at character {first + 1}"
        sign = meant(text).get(text[first])
        message += f", which is {sign} in Windows-1252" if sign else ""
        return f"{message}, and {len(more)} more" if more else message

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        signs = meant(text)
        lines = text.split("\n")
        garbled = mojibake.garbled_lines(text) if re.search(C1, text) else [False] * len(lines)
        return "\n".join(_mended(line, signs, left) for line, left in zip(lines, garbled, strict=True))

    cases = (
        Case(
            why="NUL, backspace, form feed and delete",
            wrong=[{"prompt": "a\x00b\x08", "completion": "c\x0cd\x7fe"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "ab", "completion": "cde"}],
        ),
        Case(
            why="colours of a terminal, in a part and in a tool's result",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": "\x1b[1;31mred\x1b[0m"}]},
                        {"role": "tool", "tool_call_id": "1", "content": "a\x1bb \x9b32mc"},
                    ]
                }
            ],
            found=[(1, "messages[0].content[0].text"), (1, "messages[1].content")],
            fixed=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": "red"}]},
                        {"role": "tool", "tool_call_id": "1", "content": "ab c"},
                    ]
                }
            ],
        ),
        Case(
            why="Windows-1252 read as Latin-1",
            wrong=[
                {
                    "prompt": "It\u0092s \u0093fine\u0094 \u0096 caf\u00e9",
                    "completion": "5 \u0080\u0085 \u0099\x00",
                },
                {"prompt": "L\u0092\u0153uvre d\u0092\u00c9mile", "completion": "Тире \u0097 это"},
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "completion"), (2, "prompt")],
            fixed=[
                {"prompt": "It’s “fine” – café", "completion": "5 €\u0085 ™"},
                {"prompt": "L’œuvre d’Émile", "completion": "Тире — это"},
            ],
        ),
        Case(
            why="controls of which one means nothing in Windows-1252",
            wrong=[{"prompt": "a\u0092b\u0081c", "completion": "d"}],
            found=[(1, "prompt")],
            fixed=[{"prompt": "abc", "completion": "d"}],
        ),
        Case(
            why="a line of its own beside a line of mojibake",
            wrong=[{"prompt": "It\u00e2\u0080\u0099s\nit\u0092s", "completion": "\u0093Ja\u0094"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "It\u00e2\u0080\u0099s\nit’s", "completion": "“Ja”"}],
        ),
        Case(
            why="tabs and line ends are text",
            right=[{"prompt": "a\tb\nc\r\nd", "completion": "e\u00a0f\u2028g\u0085"}],
        ),
        Case(
            why="controls in UTF-8 that was read as Latin-1 are mojibake's",
            right=[
                {"prompt": "It\u00e2\u0080\u0099s caf\u00c3\u00a9", "completion": "\u00c3\u0089t\u00c3\u00a9"}
            ],
        ),
    )


def _mended(line: str, signs: dict[str, str], garbled: bool) -> str:
    """A line without its controls; those of a garbled line from U+0080 on are left."""
    if garbled:
        return re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", line)
    return TO_REMOVE.sub(lambda match: signs.get(match.group(), ""), line)
