"""Judge: Oumi's data set of conversations and Alpaca records, and its base of preference data, with the template of Qwen 3."""

from typing import Any

import oumi.datasets  # noqa: F401  (it comes before oumi.core: they import each other)
from byte_tokenizer import byte_tokenizer
from oumi.core.datasets import BaseDpoDataset
from oumi.datasets.sft.sft_jsonlines import TextSftJsonLinesDataset
from verdict import run

TOKENIZER = byte_tokenizer()
TOKENIZER.model_max_length = 1_000_000


class Pairs(BaseDpoDataset):
    """Preference data from memory."""

    default_dataset = "pairs"

    def __init__(self, row: Any) -> None:
        self._tokenizer, self._row = TOKENIZER, row


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text; of a pair of each answer."""
    if isinstance(row, dict) and "chosen" in row and "messages" not in row:
        made = Pairs(row).transform(row)
        prompt = made["prompt_ids"]
        return "\n".join(TOKENIZER.decode(prompt + made[key]) for key in ("chosen_ids", "rejected_ids"))
    dataset = TextSftJsonLinesDataset(data=[row], tokenizer=TOKENIZER)
    return str(TOKENIZER.decode(dataset[0]["input_ids"]))


run(judge, reads_weights=False)
