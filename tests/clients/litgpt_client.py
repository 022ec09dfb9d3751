"""Judge: litgpt's data set for supervised training, with its prompt style of Alpaca."""

from typing import Any

import torch
from litgpt.data import SFTDataset
from verdict import run


class Bytes:
    """A tokenizer with one token a byte."""

    def encode(self, text: str, max_length: int = -1, bos: bool = False, eos: bool = False) -> torch.Tensor:
        return torch.tensor(list(text.encode()), dtype=torch.int)


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    tokens = SFTDataset([row], Bytes(), "alpaca")[0]["input_ids"]
    return bytes(tokens.tolist()).decode()


run(judge)
