"""Explanations of text that is not JSON: the fault as text, its column, and the probable intention."""

import json
import re
from collections.abc import Callable

from msgspec import Struct

from ftlint.display import MAX_SECRET_LENGTH, escape, quote
from ftlint.secrets import mask_from

STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
# A line of a private key must not be quoted.
BASE64 = re.compile(
    r"(?=[^\s]*[a-z])(?=[^\s]*[A-Z])(?=[^\s]*[0-9+/])(?:[A-Za-z0-9+/]{24,}={0,2}|[A-Za-z0-9+/]{8,}={1,2})"
)
PYTHON_WORDS = re.compile(r"\b(?:None|True|False)\b")
CURLY_QUOTES = "“”„‟‘’«»＂"
INVISIBLE = {
    "\ufeff": "a byte order mark",
    "\u200b": "a zero-width space",
    "\u00a0": "a no-break space",
    "\u2060": "a word joiner",
    "\u200e": "a direction mark",
    "\u200f": "a direction mark",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
    "\u0085": "a next-line control (U+0085)",
    "\u3000": "an ideographic space",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\x1e": "a record separator (U+001E)",
}


class JSONSyntaxError(Struct, frozen=True):
    """A text that is not JSON: the position where it stops being JSON, and the error of Python's decoder."""

    text: str
    pos: int
    msg: str

    def column(self, pos: int | None = None) -> str:
        """`` (column 14)``, counted in the line of the position."""
        pos = self.pos if pos is None else pos
        return f" (column {pos - self.text.rfind(chr(10), 0, pos)})"

    @property
    def lines_down(self) -> int:
        """The number of line feeds in the text before the position."""
        return self.text.count("\n", 0, self.pos)

    @property
    def rest(self) -> str:
        """The text from the position on."""
        return self.text[self.pos : self.pos + 200]

    @property
    def message(self) -> str:
        """The rest of the text with secrets masked. The position may be inside a secret."""
        start = max(0, self.pos - MAX_SECRET_LENGTH)
        return mask_from(self.text[start : self.pos + 200 + MAX_SECRET_LENGTH], self.pos - start)[:200]

    @property
    def before(self) -> str:
        """The text before the position, without trailing blanks."""
        return self.text[max(0, self.pos - 200) : self.pos].rstrip()


def explain(broken: JSONSyntaxError, *, inside: bool = False) -> str:
    """Why the text is not one JSON value, with the column. ``inside``: it is not a line, but a text in a record."""
    for cause in CAUSES:
        if inside and cause in OF_LINES:
            continue
        words = cause(broken)
        if words:
            return words
    at = f"; there stands {quote(broken.message, 30)}" if broken.rest.strip() else ""
    return f"not JSON: {broken.msg[:1].lower()}{broken.msg[1:]}{broken.column()}{at}"


def diagnose(text: str) -> JSONSyntaxError:
    """Locate where a text that is not one JSON value stops being JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return JSONSyntaxError(text, error.pos, error.msg)
    except RecursionError:
        return JSONSyntaxError(text, 0, "nested too deep")
    except ValueError:
        return JSONSyntaxError(text, 0, "a number is too long")
    # Other decoders need more stack for the same text.
    return JSONSyntaxError(text, 0, "nested too deep")


def _too_much(broken: JSONSyntaxError) -> str | None:
    if broken.msg == "nested too deep":
        return "nested too deep: hundreds of brackets inside each other; no reader takes it"
    if broken.msg == "a number is too long":
        return "a number of thousands of digits: no reader takes it"
    return None


def _other_language(broken: JSONSyntaxError) -> str | None:
    """The explanation of a line that was never intended as JSON."""
    text = broken.text.strip()
    if "\0" in text:
        count = text.count("\0")
        return f"not text: {count} NUL characters; a crash or a full disk damages files like this"
    if re.match(r"<(?:!|/)?[A-Za-z?]", text):
        return f"not JSON but HTML or XML: {quote(text, 40)}"
    if re.match(r"(?:data|event|id):\s", text):
        return "not JSON: a line of an event stream; take away what stands before the object"
    if BASE64.fullmatch(text):
        return "not JSON but a line of base64, as keys and pictures have them"
    if text in ("[", "]", "{", "}", "},", "],", "[{", "}]"):
        return f"a piece of a JSON document over several lines ({text}); write one object a line"
    if text.startswith(("#", "//", "/*")):
        return "a comment: JSON has none; leave the line out"
    if re.match(r"<{7}|={7}|>{7}", text):
        return "a mark of an unresolved merge conflict"
    return None


def _python(broken: JSONSyntaxError) -> str | None:
    if broken.text[broken.pos : broken.pos + 1] == "'":
        words = ", ".join(sorted(set(PYTHON_WORDS.findall(broken.text))))
        what = f"single quotes and {words}" if words else "single quotes"
        return f"{what}: Python's way to show a dict, not JSON{broken.column()}; write it with json.dumps"
    found = re.match(r"None|True|False|undefined", broken.rest)
    if found:
        right = {"None": "null", "True": "true", "False": "false"}.get(found.group(), "null")
        return f"{found.group()} is not JSON{broken.column()}: write {right}"
    return None


def _cut_off(broken: JSONSyntaxError) -> str | None:
    if broken.text.strip()[:1] not in ("{", "["):
        return None
    if broken.msg.startswith("Unterminated string"):
        return f"cut off in the middle of a string that begins here{broken.column()}"
    length = len(broken.text.rstrip())
    if broken.pos >= length or ("\\u" in broken.msg and broken.pos + 6 >= length):
        what = "an object" if _innermost(broken.text) == "{" else "a list"
        if broken.text.rstrip().endswith(","):
            return f"cut off after a comma, in the middle of {what}{broken.column(length)}"
        return f"cut off in the middle of {what}{broken.column(length)}"
    return None


def _innermost(text: str) -> str:
    """The bracket that is still open at the end."""
    stack: list[str] = []
    for found in re.finditer(STRING + r"|[{}\[\]]", text):
        bracket = found.group()
        if bracket in ("{", "["):
            stack.append(bracket)
        elif stack and bracket in ("}", "]"):
            stack.pop()
    return stack[-1] if stack else "{"


def _commas(broken: JSONSyntaxError) -> str | None:
    if "Illegal trailing comma" in broken.msg or (
        broken.before[-1:] == "," and re.match(r"\s*[}\]]", broken.rest)
    ):
        place = broken.text.rfind(",", 0, broken.pos + 1)
        closing = broken.text[place + 1 :].lstrip()[:1]
        return f'a comma too many before "{closing}"{broken.column(place)}'
    if broken.msg == "Extra data":
        if broken.rest.strip() == ",":
            return f"a comma after the object{broken.column()}: JSON Lines has none between its lines"
        if re.match(r"\s*[}\]]", broken.rest):
            return f'a "{broken.rest.strip()[0]}" too many{broken.column()}'
    if broken.msg.startswith("Expecting ','") and _key_or_value_follows(broken):
        return f"a comma is missing{broken.column()} before {quote(broken.message, 30)}"
    return None


def _key_or_value_follows(broken: JSONSyntaxError) -> bool:
    if broken.before[-1:] in ("}", "]"):
        return broken.rest[:1] in ('"', "{", "[")
    return re.match(STRING + r"\s*(?::|,|\]|\})", broken.rest) is not None


def _quotes(broken: JSONSyntaxError) -> str | None:
    if (
        broken.msg.startswith("Expecting")
        and broken.before[-1:] == '"'
        and broken.rest[:1] not in ("", "}", "]")
    ):
        place = broken.text.rfind('"', 0, broken.pos)
        missing_colon = "':'" in broken.msg and not broken.rest[0].isalpha()
        if "property name" not in broken.msg and not missing_colon:
            return f'a double quote inside a string is not escaped{broken.column(place)}: write \\" for it'
    if broken.rest[:1] and broken.rest[0] in CURLY_QUOTES:
        return f'a typographic quote {broken.rest[0]} where " must stand{broken.column()}'
    if "property name" in broken.msg and (found := re.match(r"[\w$-]+(?=\s*:)", broken.rest)):
        return f"the key {quote(found.group())} stands without double quotes{broken.column()}"
    return None


def _in_a_string(broken: JSONSyntaxError) -> str | None:
    if broken.msg.startswith("Invalid control character"):
        code = ord(broken.text[broken.pos])
        name = {9: "tab", 13: "carriage return", 10: "newline"}.get(code, "control character")
        how = {9: "\\t", 13: "\\r", 10: "\\n"}.get(code, f"\\u{code:04x}")
        return f"a raw {name} in a string{broken.column()}: write {how} for it"
    if broken.msg.startswith("Invalid \\escape"):
        shown = escape(broken.text[broken.pos : broken.pos + 2])
        return f"{shown} is no escape of JSON{broken.column()}: write \\\\ for a backslash"
    if "\\u" in broken.msg:
        return f"\\u without four hexadecimal digits{broken.column()}"
    return None


def _numbers(broken: JSONSyntaxError) -> str | None:
    if re.search(r"(?<![\w.\"])-?0$", broken.before) and re.match(r"[0-9]", broken.rest):
        return f"a number begins with 0{broken.column()}; if it is a code or an id, write it as text"
    if re.search(r"(?<![\w.\"])0$", broken.before) and re.match(r"[xXoObB][0-9a-fA-F]", broken.rest):
        return f"a hexadecimal, octal or binary number is not JSON{broken.column()}"
    if re.match(r"\+\d|\.\d|-\.\d", broken.rest):
        return f"a number must begin with a digit or a minus and a digit{broken.column()}"
    if re.search(r"\d$", broken.before) and re.match(
        r"\.(?!\d)|[eE](?![+-]?\d)|,\d{3}\b(?!\s*:)", broken.rest
    ):
        return f"an unfinished number{broken.column()}"
    return None


def _strangers(broken: JSONSyntaxError) -> str | None:
    rest = broken.rest
    if rest.lstrip(" \t").startswith(("//", "/*", "#")):
        return f"a comment{broken.column()}: JSON has none"
    if rest[:1] in INVISIBLE:
        return f"{INVISIBLE[rest[0]]}, an invisible character, outside a string{broken.column()}"
    if rest[:1] and ord(rest[0]) < 32 and rest[0] not in "\t\r\n":
        return f"a control character \\x{ord(rest[0]):02x} outside a string{broken.column()}"
    if broken.msg.startswith("Expecting ':'"):
        return f"a colon is missing after the key{broken.column()}"
    if broken.msg == "Extra data":
        return f"something follows the value{broken.column()}: {quote(broken.message, 30)}"
    return None


def _table(broken: JSONSyntaxError) -> str | None:
    text = broken.text.strip()
    if text[:1] in ("{", "["):
        return None
    delimiter = next(
        (name for mark, name in (("\t", "tab"), (";", "semicolon"), (",", "comma")) if mark in text), None
    )
    if delimiter and re.match(r"[\w\" ]", text):
        return f"not JSON but, it seems, a line of a {delimiter}-separated table: {quote(text, 40)}"
    if re.match(r"[\w\"']", text) and broken.pos == 0:
        return f"not JSON but plain text: {quote(text, 40)}"
    return None


CAUSES: tuple[Callable[[JSONSyntaxError], str | None], ...] = (
    _too_much,
    _other_language,
    _python,
    _cut_off,
    _commas,
    _in_a_string,
    _numbers,
    _quotes,
    _table,
    _strangers,
)
OF_LINES = (_other_language, _table)
