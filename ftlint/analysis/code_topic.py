"""What a conversation is about, as far as a few words tell: in talk about code, signs of code are no leftovers."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import Expr, Series

# Languages, formats and tools first; then what people call the things in them. Programming says the same words in
# most languages, so a few translations are enough.
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
    """The texts of the frame ``texts`` that hold ``pattern`` and of which ``sure`` is true, by what they are about.

    Not those of calls and their results, nor those of records that talk about code, or whose instructions hold the
    pattern themselves. Nearly all texts are spared by the one look for the pattern.
    """

    def look(columns: "Sequence[Series]") -> "Series":
        i, role, field, text = columns
        hit = text.str.contains(pattern).fill_null(False)
        if not hit.any():
            return hit
        frame = pl.DataFrame({"i": i, "role": role, "field": field, "text": text, "hit": hit}).with_row_index(
            "nth"
        )
        own = ~pl.col("field").is_in(CALLS) & ~pl.col("role").is_in(RESULTS).fill_null(False)
        found = frame.filter("hit").filter(own)
        # What a record is about is asked last: for that, all of its texts are searched for many words.
        found = found.filter(sure) if found.height else found
        if found.height:
            near = frame.filter(pl.col("i").is_in(found["i"].unique().implode()))
            apart = near.filter(_of_code() | (pl.col("hit") & pl.col("role").is_in(INSTRUCTIONS)))["i"]
            found = found.filter(~pl.col("i").is_in(apart.unique().implode()))
        return pl.select(pl.int_range(len(i), dtype=pl.UInt32).is_in(found["nth"].implode())).to_series()

    return pl.map_batches(["i", "role", "field", "text"], look, return_dtype=pl.Boolean())


def _of_code() -> "Expr":
    return pl.col("text").str.to_lowercase().str.contains_any(list(CODE)).fill_null(False)


FENCED = r"(?s:```.*?(?:```|\z)|~~~.*?(?:~~~|\z))|`[^`\n]*`"
PIECES = re.compile(FENCED.replace(r"\z", r"\Z"))


def without_code(text: "Expr") -> "Expr":
    """The texts without fenced blocks and code in backticks."""
    return text.str.replace_all(FENCED, " ")


def prose(text: str) -> str:
    """The same of one text."""
    return PIECES.sub(" ", text)


def in_prose(text: str, change: Callable[[str], str]) -> str:
    """The text changed everywhere but in fenced blocks and code in backticks."""
    changed, end = [], 0
    for code in PIECES.finditer(text):
        changed += [change(text[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*changed, change(text[end:])])
