"""What OpenAI's cookbook computes about chat data before it is uploaded, written anew: ``python cookbook.py FILE``.

The formats of all records, then the tokens of every conversation and of its answers, how they are spread, how many are
too long, and how many tokens and epochs would be billed. Like the cookbook's it stops at the first line that is no JSON.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(__file__).parents[2] / "ftlint" / "vocab")

import numpy
import tiktoken

ROLES = {"system", "user", "assistant", "function"}
KEYS = {"role", "content", "name", "function_call", "weight"}
EACH_MESSAGE = EACH_CONVERSATION = 3
MOST_TOKENS = 16_385
EPOCHS, MOST_EPOCHS = 3, 25
FEWEST_EXAMPLES, MOST_EXAMPLES = 100, 25_000

encode = tiktoken.get_encoding("cl100k_base").encode


def main() -> None:
    """Compute all of it and print it."""
    with Path(sys.argv[1]).open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    faults = Counter(fault for record in records for fault in _faults(record))
    print(len(records), "examples;", dict(faults) or "no errors found")
    talks = [record["messages"] for record in records]
    print(sum(all(said["role"] != "system" for said in talk) for talk in talks), "without system")
    print(sum(all(said["role"] != "user" for said in talk) for talk in talks), "without user")
    tokens = [_tokens(talk) for talk in talks]
    _print_spread("messages", [len(talk) for talk in talks])
    _print_spread("tokens", tokens)
    _print_spread("tokens of answers", [_answer_tokens(talk) for talk in talks])
    print(sum(count > MOST_TOKENS for count in tokens), "too long")
    epochs = _epochs(len(records))
    print(epochs, "epochs,", epochs * sum(min(MOST_TOKENS, count) for count in tokens), "tokens billed")


def _faults(record: Any) -> Iterator[str]:
    """What is wrong with the form of a record."""
    if not isinstance(record, dict):
        yield "not an object"
        return
    talk = record.get("messages")
    if not talk:
        yield "no messages"
        return
    for said in talk:
        if "role" not in said or "content" not in said:
            yield "missing key"
        if any(key not in KEYS for key in said):
            yield "unknown key"
        if said.get("role") not in ROLES:
            yield "unknown role"
        content, call = said.get("content"), said.get("function_call")
        if (not content and not call) or not isinstance(content, str):
            yield "no content"
    if all(said.get("role") != "assistant" for said in talk):
        yield "no answer"


def _tokens(talk: list[dict[str, Any]]) -> int:
    """The tokens of a whole conversation."""
    total = EACH_CONVERSATION
    for said in talk:
        total += EACH_MESSAGE + ("name" in said)
        total += sum(len(encode(value)) for value in said.values() if isinstance(value, str))
    return total


def _answer_tokens(talk: list[dict[str, Any]]) -> int:
    """The tokens of what the assistant says."""
    return sum(len(encode(said["content"])) for said in talk if said["role"] == "assistant")


def _print_spread(what: str, numbers: Sequence[int]) -> None:
    low, high = numpy.quantile(numbers, 0.05), numpy.quantile(numbers, 0.95)
    print(
        f"{what}: {min(numbers)} to {max(numbers)}, mean {numpy.mean(numbers)}, median {numpy.median(numbers)}, "
        f"p5 {low}, p95 {high}"
    )


def _epochs(examples: int) -> int:
    """How often the examples would be trained on."""
    if examples * EPOCHS < FEWEST_EXAMPLES:
        return min(MOST_EPOCHS, FEWEST_EXAMPLES // examples)
    if examples * EPOCHS > MOST_EXAMPLES:
        return max(1, MOST_EXAMPLES // examples)
    return EPOCHS


if __name__ == "__main__":
    main()
