"""Judge: mlx-lm's data sets, with the chat template of Qwen 3."""

from types import SimpleNamespace
from typing import Any

from byte_tokenizer import byte_tokenizer
from mlx_lm.tuner.datasets import create_dataset
from verdict import ROLES, Refused, run

TOKENIZER = byte_tokenizer()


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    tokens, _ = create_dataset([row], TOKENIZER, SimpleNamespace()).process(row)
    if not all(isinstance(token, int) for token in tokens):
        raise Refused("no list of tokens: a batch of them cannot be made")
    return str(TOKENIZER.decode(tokens))


run(judge, roles=ROLES, reads_weights=False)
