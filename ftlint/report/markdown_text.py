"""Text from data as it is to be read in Markdown: no table, link, mention or tag can come of it."""

import re

from ftlint.report.colour import shown

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "\\": "&#92;", "`": "&#96;"}
SPELLED = str.maketrans(ENTITIES | {mark: f"\\{mark}" for mark in "*_{}[]#!~$^"})
# Code hosts look for these in what is left after the Markdown was read, so that no backslash helps: names of people
# and issues, addresses. A space without width parts them.
REFERENCE = re.compile(
    r"(?<=[@#!~%$^&])(?=[\w\"])|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bGH)(?=-\d)", re.IGNORECASE | re.ASCII
)
GAP = "&#8203;"


def plain(text: str, most: int = 300) -> str:
    """At most ``most`` characters of the text, on one line, that read as what they are.

    ``a|b`` is ``a&#124;b``, ``@ann`` is ``@&#8203;ann``.
    """
    text = shown(text)
    if len(text) > most:
        text = f"{text[: most - 1]}…"
    pieces = []
    done = 0
    for gap in REFERENCE.finditer(text):
        pieces.append(text[done : gap.start()].translate(SPELLED))
        done = gap.start()
    return GAP.join([*pieces, text[done:].translate(SPELLED)])
