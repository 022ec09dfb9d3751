"""Judge: the data set of chats of NeMo Automodel, with the template of Qwen 2.5."""

import json
import tempfile
from pathlib import Path
from typing import Any

from byte_tokenizer import byte_tokenizer
from nemo_automodel.components.datasets.llm.chat_dataset import ChatDataset
from verdict import run

# It cuts the text where that of fewer turns ends, which the template of Qwen 3 does not keep.
TOKENIZER = byte_tokenizer("qwen2_5")
FILE = Path(tempfile.mkdtemp()) / "rows.jsonl"


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    FILE.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return str(TOKENIZER.decode(ChatDataset(str(FILE), TOKENIZER)[0]["input_ids"]))


run(judge, reads_weights=False)
