"""Rows for tests of tokens and costs, made for this project, with figures that can be reckoned by hand."""

import json
from typing import Any

from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.run import stats_of
from ftlint.config.settings import from_python
from ftlint.io.source import Source

# Of cl100k_base and o200k_base " word" is one token, and so are "word" and each of the roles.
WORD = "word"


def words(n: int) -> str:
    """A text of so many tokens."""
    return " ".join([WORD] * n)


def said(role: str, n: int, **more: Any) -> dict[str, Any]:
    """A message of so many tokens."""
    return {"role": role, "content": words(n), **more}


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A record of the chat shape."""
    return {"messages": list(messages), **more}


def pair(prompt: int, completion: int) -> dict[str, str]:
    """A prompt and a completion of so many tokens; the completion begins with a space."""
    return {"prompt": words(prompt), "completion": f" {words(completion)}"}


def lines(rows: list[Any]) -> bytes:
    """Rows as JSON lines; a text is a line as it is."""
    return b"".join(
        (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)).encode() + b"\n"
        for row in rows
    )


def measured(*files: list[Any], terms: CostOptions | None = None, **settings: Any) -> Stats:
    """The figures of some files of rows, each read as a whole file is."""
    sources = [Source(f"{n}.jsonl", None, lines(rows)) for n, rows in enumerate(files, 1)]
    return stats_of(sources, from_python(**settings), terms)


def figures(rows: list[Any], terms: CostOptions | None = None, **settings: Any) -> Figures:
    """The figures of one file of rows."""
    return measured(rows, terms=terms, **settings).all
