"""Detect conversations about code by keywords, in which markup and escapes are no leftovers of scraping."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import Expr, Series

# Languages, formats and tools first, then common nouns of programming. Most languages use the English words, so a few
# translations are enough.
# fmt: off
CODE = (
    "html", "xml", "css", "svg", "json", "yaml", "javascript", "typescript", "jsx", "react", "angular", "php",
    "django", "jinja", "python", "java", "sql", "regex", "regular expression", "latex", "markdown", "markup",
    "bash", "powershell", "unicode", "utf-8", "ascii", "openpyxl", "xlsx", "csv", "c++", "kotlin", "golang",
    "source code", "the code", "this code", "a code", "code:", "coding", "programming", "compil", "snippet",
    "syntax", "a function", "the function", "a string", "string:", "template", "entities", " a tag", "the tag",
    " tags", "sanitiz", " parse", "scrape", "scraping", "web page", "webpage", "web dev", "website", "browser",
    "wordpress", "readme", "github", "newsletter", "newline", "new line", "line break", "backslash", "escape sequence",
    "escape character", "xmlns", "<!doctype", "<?", "```", "#include", "console.log", "();", ") {", "){",
    "printf", "</script", "代码", "代碼", "标签", "標籤", "网页", "網頁", "字符串", "换行", "コード", "タグ", "文字列",
    "改行", "코드", "태그", "문자열", "código", "etiqueta", "balise", "quelltext", "zeichenkette", " код", "тег",
    "шаблон", "برنامه‌نویسی", "کد ", "برمجة", "קוד", "कोड",
)
# fmt: on
CALLS = ("arguments", "call")
RESULTS = ("tool", "function")
INSTRUCTIONS = ("system", "developer")


def leftovers(pattern: str, sure: "Expr") -> "Expr":
    """Whether a text of the frame ``texts`` matches ``pattern`` and ``sure``, outside conversations about code.

    Excluded are the texts of calls and their results, and of records about code or with instructions that match the
    pattern. The scan for the pattern excludes nearly all texts before the other conditions are evaluated.
    """

    def outside_code_matches(columns: "Sequence[Series]") -> "Series":
        i, role, field, text = columns
        matches = text.str.contains(pattern).fill_null(False)
        if not matches.any():
            return matches
        frame = pl.DataFrame(
            {"i": i, "role": role, "field": field, "text": text, "hit": matches}
        ).with_row_index("nth")
        is_message_text = ~pl.col("field").is_in(CALLS) & ~pl.col("role").is_in(RESULTS).fill_null(False)
        leftover_rows = frame.filter("hit").filter(is_message_text)
        # The topic of a record comes last: all of its texts are searched for many words.
        leftover_rows = leftover_rows.filter(sure) if leftover_rows.height else leftover_rows
        if leftover_rows.height:
            same_records = frame.filter(pl.col("i").is_in(leftover_rows["i"].unique().implode()))
            excluded = same_records.filter(_is_code() | (pl.col("hit") & pl.col("role").is_in(INSTRUCTIONS)))[
                "i"
            ]
            leftover_rows = leftover_rows.filter(~pl.col("i").is_in(excluded.unique().implode()))
        return pl.select(
            pl.int_range(len(i), dtype=pl.UInt32).is_in(leftover_rows["nth"].implode())
        ).to_series()

    return pl.map_batches(["i", "role", "field", "text"], outside_code_matches, return_dtype=pl.Boolean())


def _is_code() -> "Expr":
    return pl.col("text").str.to_lowercase().str.contains_any(list(CODE)).fill_null(False)


FENCED = r"(?s:```.*?(?:```|\z)|~~~.*?(?:~~~|\z))|`[^`\n]*`"
CODE_SPANS = re.compile(FENCED.replace(r"\z", r"\Z"))


def without_code(text: "Expr") -> "Expr":
    """The texts without fenced blocks and inline code."""
    return text.str.replace_all(FENCED, " ")


def prose(text: str) -> str:
    """One text without fenced blocks and inline code."""
    return CODE_SPANS.sub(" ", text)


def in_prose(text: str, change: Callable[[str], str]) -> str:
    """Apply a change to a text except in fenced blocks and inline code."""
    changed, end = [], 0
    for code in CODE_SPANS.finditer(text):
        changed += [change(text[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*changed, change(text[end:])])
