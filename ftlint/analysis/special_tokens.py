"""Tokens that the chat templates and tokenizers of well-known models reserve."""

import re
from collections.abc import Sequence

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


def first_of(text: str, pattern: re.Pattern[str]) -> tuple[re.Match[str], int]:
    """The first token in a text that has one, and the number of further ones."""
    first, *more = [match for match in pattern.finditer(text) if not match.group(1)]
    return first, len(more)


def without_tokens(text: str, pattern: re.Pattern[str]) -> str:
    """The text without the tokens; with blanks in their place where the rest would make another one."""
    rest = pattern.sub(r"\1", text)
    if any(not match.group(1) for match in pattern.finditer(rest)):
        return pattern.sub(lambda match: match.group(1) or " ", text)
    return rest
