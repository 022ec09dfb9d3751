"""A text holds escapes that Excel writes, such as `_x000D_` for a carriage return.

A workbook's XML spells control characters as `_x000D_`. Programs that read the workbook without decoding them
leave them in the text, mostly at the end of every line of a cell.

The fix puts in what is meant: one line end for `_x000D_`, also where a real one follows it, a tab for
`_x0009_`. Other controls (`_x0007_`) are removed, as nobody sees them. It changes the text that is trained
on, so it is unsafe.

Silent for escapes of anything but controls, such as `_x0020_` in the names of SharePoint's fields; where the
escape itself is escaped (`_x005F_x000D_`: the cell showed these very characters); in code, and where the
escape stands alone between blanks or quotation marks, as in talk about it.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, code_topic, pl, quote

CONTROL = r"_x(?:00[01][0-9A-Fa-f]|007[Ff]|[Ff]{3}[EeFf])_"
# What is no leftover, matched first: there is no look-around in polars' regular expressions.
SPOKEN_OF = (
    rf"_x005[Ff]_x[0-9A-Fa-f]{{4}}_"
    rf"|(?:[ \t\"'“‘«「(]|\A)(?:{CONTROL}[ \t\"'”’»」),.?:]+)+"
)
LEFT = re.compile(rf"(?P<spoken>{SPOKEN_OF})|\r?{CONTROL}\n?")
MEANT = {"09": "\t", "0a": "\n", "0d": "\n"}


def meant(match: re.Match[str]) -> str:
    """What Excel wrote as an escape, with a line end that stands behind it."""
    if match["spoken"]:
        return match.group()
    escape, end = match.group().strip("\r\n"), match.group().endswith("\n")
    sign = MEANT.get(escape[4:6].lower(), "")
    return "\n" if sign == "\n" else sign + "\n" * end


class ExcelEscape(TextRule):
    """Texts with a control character as Office Open XML spells it."""

    code, name, severity, fix = "U009", "excel-escape", "warning", "unsafe"

    def when(self, context: RuleContext) -> pl.Expr:
        text = pl.col("text")
        candidate = pl.when(text.str.contains_any(["_x00", "_xFFF", "_xfff"])).then(text)
        rest = code_topic.without_code(candidate).str.replace_all(SPOKEN_OF, " ")
        return rest.str.contains(CONTROL)

    def message_for(self, found: MatchedRow, context: RuleContext) -> str:
        prose = code_topic.prose(found["text"])
        first, *more = [match.group() for match in LEFT.finditer(prose) if not match["spoken"]] or [""]
        message = f"{quote(first.strip())} is how Excel spells a control character"
        return f"{message}, and {len(more)} more" if more else message

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return bool(self.fix_text(match["text"], match, context) != match["text"])

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        return code_topic.in_prose(text, lambda prose: LEFT.sub(meant, prose))

    cases = (
        Case(
            why="carriage returns at the ends of lines, within words, in an empty line, tabs and others",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "Dear Ann,_x000D_\n_x000D_\nthank you._x000d_"},
                        {"role": "assistant", "content": "one_x000D_two _x000D_\nthree_x0009_four_x0007_"},
                    ]
                },
                {"prompt": "你好_x000D_\n世界", "completion": "Привет,_x000A_мир"},
            ],
            found=[(1, "messages[0].content"), (1, "messages[1].content"), (2, "completion"), (2, "prompt")],
            fixed=[
                {
                    "messages": [
                        {"role": "user", "content": "Dear Ann,\n\nthank you.\n"},
                        {"role": "assistant", "content": "one\ntwo \nthree\tfour"},
                    ]
                },
                {"prompt": "你好\n世界", "completion": "Привет,\nмир"},
            ],
        ),
        Case(
            why="code beside a leftover stays as it is",
            wrong=[{"prompt": "a_x000D_\nb", "completion": "c_x000D_ `d_x000D_`"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "a\nb", "completion": "c\n `d_x000D_`"}],
        ),
        Case(
            why="talk about it, names, escaped escapes, code",
            right=[
                {
                    "prompt": "How do I remove _x000D_ from a cell?",
                    "completion": 'Replace "_x000D_" and “_x000A_”.',
                },
                {"prompt": "My_x0020_Field Order_x0020_Date", "completion": "a_x005F_x000D_b _x005F_x000D_"},
                {"prompt": "`a_x000D_` is odd", "completion": "```python\ns.replace(a_x000D_, '')\n```"},
                {"prompt": "reg_x1234_y and _x00_ and _x000D", "completion": "_x000D_ is a carriage return"},
            ],
        ),
    )
