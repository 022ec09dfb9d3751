r"""A text holds escapes such as `\n` and `\u00e9` spelled out as characters.

A text that was written as JSON twice, or printed by a program and pasted, has a backslash and an n where a
line should end, and `caf\u00e9` for café. The model learns to write backslashes.

The fix puts in what is meant: line ends, tabs, quotation marks and letters. It changes the text that is
trained on, so it is unsafe.

Reported is only what is surely a mistake: `\n` behind the end of a sentence or twice in a row, in a text without
any real line end, and `\u00e9` beside a letter or beside another one of its kind.

Silent wherever the conversation talks about code, regular expressions, JSON or LaTeX, in fenced blocks and
backticks, in the arguments and results of tools, in texts with other backslashes (`\frac`, `\d+`, `C:\new`,
`\\`) and in texts that look like JSON or code. A lone `\n` within a sentence is left, and so is one in
quotation marks.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, code_topic, pl, quote

# A line end behind a sentence and before what can begin one, or two in a row. LaTeX has no such commands.
LINE_END = (
    r"(?:[.!?:;,…。！？：」』”»)\]*A-Za-z0-9\x{AA}-\x{2FFFF}]|^)(?:\\r)?\\n(?:\\r)?\\n"
    r"|[.!?:…。！？：」』”»)\]*](?:\\r)?\\n(?:[A-Z0-9*#•–\x{C0}-\x{2FFFF}-]|$)"
)
LETTER = (
    r"[A-Za-z]\\u0(?:0[a-fA-F]|1[0-9A-Fa-f])[0-9A-Fa-f]|[a-z]\\u201[89][a-z]"
    r"|\\u[0-9A-Fa-f]{4}\\u[0-9A-Fa-f]{4}|\\u0[01][c-fC-F][0-9A-Fa-f][a-z]"
)
# Escapes that JSON knows. Any other backslash says that backslashes mean something here.
KNOWN = r"\\(?:[nrt\"]|u[0-9A-Fa-f]{4})"
CODE = r"[`{}]|\\['/]|[\"']\\[nrtu]|\\[nt][\"']|\[\"|=\s*\"|//|\$|(?:^|[^A-Za-z])[A-Za-z]:\\"
# Commands of LaTeX that begin as line ends, tabs and returns do.
COMMANDS = (
    r"(?:u|abla|eq|eg|ot|otin|ewline|ewcommand|ewpage|oindent|olimits|ormalsize|onumber|i|mid|e)\b"
    r"|(?:ext|imes|heta|au|o|op|an|anh|ilde|frac|herefore|riangle|ag|itle|extbf|extit|exttt)\b"
    r"|(?:ho|ight|angle|ceil|floor|m|ef|aise)\b"
)
ESCAPE = re.compile(rf"\\(?:(?P<sign>[nrt\"])(?!{COMMANDS})|u(?P<code>[0-9A-Fa-f]{{4}}))")
SIGNS = {"n": "\n", "r": "\r", "t": "\t", '"': '"'}


def decoded(text: str) -> str:
    """The text with what its escapes mean. Controls, and halves of a pair of surrogates, are left as they are."""
    text = ESCAPE.sub(_meant, text.replace("\\r\\n", "\\n"))
    text = re.sub("[\ud800-\udbff][\udc00-\udfff]", _one, text)
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match.group()):04x}", text)


def _meant(escape: re.Match[str]) -> str:
    if escape["sign"]:
        return SIGNS[escape["sign"]]
    sign = chr(int(escape["code"], 16))
    return escape.group() if sign < " " and sign not in SIGNS.values() else sign


def _one(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16", "surrogatepass").decode("utf-16")


class LiteralEscape(TextRule):
    """Texts in which a line end or a letter is surely spelled out."""

    code, name, severity, fix = "U008", "literal-escape", "info", "unsafe"

    def when(self, context: RuleContext) -> pl.Expr:
        text = pl.col("text")
        other = text.str.replace_all(KNOWN, "").str.contains("\\", literal=True) | text.str.contains(CODE)
        line_end = text.str.contains(LINE_END) & ~text.str.contains("\n", literal=True)
        return code_topic.leftovers(r"\\[nu]", (line_end | text.str.contains(LETTER)) & ~other)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        first, *more = re.finditer(KNOWN, match["text"])
        message = f"{quote(first.group())} is spelled out at character {first.start() + 1}"
        return f"{message}, and {len(more)} more" if more else message

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        new = decoded(match["text"])
        return new != match["text"] and not re.search(LETTER, new)

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        return decoded(text)

    cases = (
        Case(
            why="line ends, tabs and quotation marks that were escaped twice",
            wrong=[
                {
                    "prompt": r"Dear Ann,\n\nThank you.\nSee you",
                    "completion": r"Yes.\r\nShe said: \"no\".\n- one\n\t- two",
                },
                {"prompt": r"你好。\n今天天气很好。", "completion": r"Привет!\nКак дела?"},
                {"prompt": r"Summarise: a b c\n\n###\n\n", "completion": r" fine\n\nEND"},
            ],
            found=[
                (1, "completion"),
                (1, "prompt"),
                (2, "completion"),
                (2, "prompt"),
                (3, "completion"),
                (3, "prompt"),
            ],
            fixed=[
                {
                    "prompt": "Dear Ann,\n\nThank you.\nSee you",
                    "completion": 'Yes.\nShe said: "no".\n- one\n\t- two',
                },
                {"prompt": "你好。\n今天天气很好。", "completion": "Привет!\nКак дела?"},
                {"prompt": "Summarise: a b c\n\n###\n\n", "completion": " fine\n\nEND"},
            ],
        ),
        Case(
            why="letters by their numbers, also of pairs",
            wrong=[
                {"prompt": r"caf\u00e9 d\u2019or", "completion": r"\u4f60\u597d \ud83d\ude00"},
                {"prompt": "two\nlines of \\u00e9t\\u00e9", "completion": r"don\u2019t"},
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "completion"), (2, "prompt")],
            fixed=[
                {"prompt": "café d’or", "completion": "你好 😀"},
                {"prompt": "two\nlines of été", "completion": "don’t"},
            ],
        ),
        Case(
            why="code, patterns, LaTeX, paths, JSON, and talk about them",
            right=[
                {"prompt": r"What does \n do in Python.\nExplain", "completion": r"It ends a line.\nSo"},
                {"prompt": r"Use $\nu$ and \nabla f.\neq", "completion": r"\frac{1}{2}.\nThen \times"},
                {"prompt": r"Open C:\new\notes.\nNow", "completion": r"\\server\new.\n\n"},
                {"prompt": r'{"text": "Hello.\nYou"}', "completion": r'print("Hi.\n\n")'},
                {"prompt": r"\d+\n\nx", "completion": "see `a.\\n\\nb`"},
                {"prompt": r"the regex a.\nB", "completion": "x"},
            ],
        ),
        Case(
            why="what may be meant so: within a sentence, beside real line ends, in quotation marks",
            right=[
                {"prompt": r"put a \n between them", "completion": "a.\\nB\nc"},
                {"prompt": r"separate with '\n' or “\n” please", "completion": r"and\nor"},
                {"prompt": r"the letter \u00e9", "completion": r"\user \unit"},
            ],
        ),
    )
