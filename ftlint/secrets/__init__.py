"""Detect secrets in texts, and mask them wherever data is shown."""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from ftlint.secrets.patterns import FORMS, Form
from ftlint.secrets.validators import is_example, is_mixed

LITERALS: tuple[str, ...] = tuple(dict.fromkeys(form.literal for form in FORMS))
"""Every secret contains one of these literals."""
LIKELY = "|".join(map(re.escape, LITERALS)).replace("://", r"://[^\s/:@]*:[^\s/@]")
"""The same as a regular expression, for polars: the cheapest prefilter for many texts."""
MASK = "…(masked)"
# No letter precedes a secret, unless it ends an escape of JSON or of an address. Python only.
START = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9A-Fa-f]{2}))"
STOP = r"(?![A-Za-z0-9_])"
NAMED = re.compile(r"\(\?P<\w+>")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# What else may remain of a truncated secret.
BEGINNINGS = ("sk-proj-", "sk-svcacct-", "sk-admin-", "-----BEGIN ")
# For longer texts polars is faster, if it is loaded.
MIN_POLARS_LENGTH = 1_500
# A secret truncated before its form is certain; only for prefixes that nothing else has.
CUT = re.compile(
    rf"{START}(?P<head>sk-(?:ant|proj|svcacct|admin|or)-|gh[pousr]_|github_pat_|glpat-|xox[bpe]-|xapp-|AIza|GOCSPX-"
    r"|[sr]k_live_|npm_|pypi-AgE|hf_|SG\.|do[opr]_v1_|gsk_|xai-|pplx-|AGE-SECRET-KEY-1|eyJ"
    r"|-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\+[nrt])*)"
    r"(?P<body>[A-Za-z0-9_.+/=-]{10,})(?=…|\"?$)"
)


class Secret(Struct, frozen=True):
    """One secret in a text: its range, kind, replacement marker, and the part of it that may be shown."""

    start: int
    end: int
    kind: str
    mark: str
    head: str


def find(text: str, *, glued: bool = False) -> list[Secret]:
    """The secrets in a text, in order and without overlaps. Examples of secrets do not count.

    ``glued`` includes those directly followed by a letter or digit.
    """
    if not _may_have(text):
        return []
    found: list[Secret] = []
    for form in FORMS:
        if form.literal in text:
            found.extend(_of_form(form, _compiled(form, glued=glued), text))
    found.sort(key=lambda secret: (secret.start, -secret.end))
    apart: list[Secret] = []
    for secret in found:
        if not apart or secret.start >= apart[-1].end:
            apart.append(secret)
    return apart


def mask(text: str) -> str:
    """The text in a form safe to show: of each secret only the prefix remains, ``ghp_…(masked)``.

    A secret is detected even if it contains invisible characters, or if its end was truncated.
    """
    if not text.isascii() and (places := [found.start() for found in INVISIBLE.finditer(text)]):
        return _masked_between(text, places)
    if not _may_have(text):
        return text
    text = _replaced(
        text, [(secret.start, secret.end, secret.head + MASK) for secret in find(text, glued=True)]
    )
    return CUT.sub(_mask_cut, text)


def mask_from(text: str, at: int) -> str:
    """The text from an offset on, masked, also if the offset is inside a secret."""
    after = [secret for secret in find(text, glued=True) if secret.end > at]
    return mask(
        _replaced(
            text[at:], [(max(secret.start - at, 0), secret.end - at, secret.head + MASK) for secret in after]
        )
    )


def mask_all(value: Any) -> Any:
    """A JSON value with the secrets in all of its texts and keys masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask_all(key): mask_all(item) for key, item in value.items()}
    return [mask_all(item) for item in value] if isinstance(value, list | tuple) else value


@cache
def pattern() -> str:
    """One regular expression for all forms, in polars' syntax: it matches every secret, with false positives."""
    return "|".join(NAMED.sub("(?:", form.pattern) for form in FORMS if form.mark != "PRIVATE_KEY") + (
        "|-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY"
    )


def _may_have(text: str) -> bool:
    polars = sys.modules.get("polars") if len(text) > MIN_POLARS_LENGTH else None
    if polars is not None:
        try:
            return bool(polars.Series([text]).str.contains_any([*LITERALS, *BEGINNINGS]).item())
        except UnicodeEncodeError:
            # Half a surrogate pair, which polars cannot store.
            pass
    return any(literal in text for literal in (*LITERALS, *BEGINNINGS))


def _of_form(form: Form, compiled: re.Pattern[str], text: str) -> Iterator[Secret]:
    for match in compiled.finditer(text):
        if form.holds(match.groupdict()):
            start, end = match.span("body")
            if form.mark != "PASSWORD":
                start = match.start()
            head = match["head"] if start == match.start() else ""
            yield Secret(start, end, form.kind, form.mark, head)


@cache
def _compiled(form: Form, *, glued: bool) -> re.Pattern[str]:
    stop = "" if glued or form.mark in ("PRIVATE_KEY", "PASSWORD", "AZURE_STORAGE_KEY") else STOP
    return re.compile(f"{START}(?:{form.pattern}){stop}")


def _replaced(text: str, places: list[tuple[int, int, str]]) -> str:
    segments, done = [], 0
    for start, end, replacement in places:
        segments += [text[done:start], replacement]
        done = end
    return "".join([*segments, text[done:]]) if places else text


def _mask_cut(match: re.Match[str]) -> str:
    body = match["body"]
    return match["head"] + MASK if is_mixed(body) and not is_example(body) else match.group()


def _masked_between(text: str, places: list[int]) -> str:
    """Mask a text with invisible characters at ``places``, which are retained outside secrets."""
    plain = INVISIBLE.sub("", text)
    if not _may_have(plain):
        return text
    before = [place - k for k, place in enumerate(places)]

    def back(at: int) -> int:
        return at + bisect_right(before, at)

    secrets = [(back(s.start), back(s.end - 1) + 1, s.head + MASK) for s in find(plain, glued=True)]
    return CUT.sub(_mask_cut, _replaced(text, secrets))
