"""Tokens that the chat templates and tokenizers of well-known models reserve."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint._polars import pl
from ftlint.display import quote

WELL_KNOWN = (
    *("<|endoftext|>", "<|endofprompt|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"),
    *("<|im_start|>", "<|im_end|>", "<|startoftext|>", "<|start|>", "<|end|>", "<|message|>", "<|channel|>"),
    *("<|constrain|>", "<|return|>", "<|call|>", "<|system|>", "<|user|>", "<|assistant|>"),
    *("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>"),
    *("<|eot_id|>", "<|eom_id|>", "<|python_tag|>"),
    *("</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<start_of_turn>", "<end_of_turn>"),
    *("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>"),
)
# HTML's strikethrough, but not at the very start of a text, where <s> is a template's.
STRUCK_OUT = r"[\s\S](?:<s>[^<\[\n]*</s>)+"


def pattern_of(tokens: Sequence[str]) -> re.Pattern[str]:
    """An expression for the tokens; what only looks like one, such as struck-out text, is its first group."""
    longest_first = sorted(tokens, key=lambda token: (-len(token), token))
    return re.compile(f"({STRUCK_OUT})|{'|'.join(map(re.escape, longest_first))}")


def contains(text: pl.Expr, tokens: list[str]) -> pl.Expr:
    """Whether a text holds one of the tokens."""
    candidate = pl.when(text.str.contains_any(tokens)).then(text)
    return candidate.str.replace_all(pattern_of(tokens).pattern, "$1") != candidate


def is_template() -> pl.Expr:
    """Whether a text may have its template written out: alone, or in an answer that opens a conversation."""
    opens = (pl.col("at") == 0) & (pl.col("role") == "assistant")
    return opens.fill_null(False) | pl.col("bare")


def place_of(text: str, tokens: Sequence[str], about: str = "") -> str:
    """``token "</s>" at character 7, and 2 more`` of a text that has one; ``about`` follows the token."""
    first, *more = [match for match in pattern_of(tokens).finditer(text) if not match.group(1)]
    place = f"token {quote(first.group())}{about} at character {first.start() + 1}"
    return f"{place}, and {len(more)} more" if more else place


def without_tokens(text: str, tokens: Sequence[str]) -> str:
    """The text without the tokens; with blanks in their place where the rest would make another one."""
    pattern = pattern_of(tokens)
    rest = pattern.sub(r"\1", text)
    if any(not match.group(1) for match in pattern.finditer(rest)):
        return pattern.sub(lambda match: match.group(1) or " ", text)
    return rest
