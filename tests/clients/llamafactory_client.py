"""Judge: LLaMA-Factory's converters and processors, with its template for Qwen.

Each row gets the entry of ``dataset_info.json`` that its README shows for the layout. A row that its processors
leave out with a warning is refused.
"""

import sys
import types
from importlib.machinery import ModuleSpec
from typing import Any

# Only audio needs it.
sys.modules["torchaudio"] = types.ModuleType("torchaudio")
sys.modules["torchaudio"].__spec__ = ModuleSpec("torchaudio", None)

import datasets  # noqa: E402
from byte_tokenizer import byte_tokenizer  # noqa: E402
from llamafactory.data.converter import get_dataset_converter  # noqa: E402
from llamafactory.data.parser import DatasetAttr  # noqa: E402
from llamafactory.data.processor import (  # noqa: E402
    FeedbackDatasetProcessor,
    PairwiseDatasetProcessor,
    PretrainDatasetProcessor,
    SupervisedDatasetProcessor,
)
from llamafactory.data.template import TEMPLATES  # noqa: E402
from llamafactory.hparams import DataArguments  # noqa: E402
from verdict import Refused, run  # noqa: E402

TOKENIZER = byte_tokenizer()
ARGUMENTS = DataArguments(template="qwen", cutoff_len=100_000)
OPENAI_TAGS = {
    "role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
    "observation_tag": "tool", "function_tag": "function", "system_tag": "system",
}  # fmt: skip


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    read = datasets.Dataset.from_list([row])[0]
    entry = _entry(row)
    example = get_dataset_converter(entry.formatting, entry, ARGUMENTS)(read)
    processor = _processor(row, entry)(TEMPLATES["qwen"], TOKENIZER, None, ARGUMENTS)
    made = processor.preprocess_dataset({key: [value] for key, value in example.items()})
    tokens = [
        made[key][0] for key in made if key.endswith("input_ids") and not key.startswith("kl_") and made[key]
    ]
    if not tokens:
        raise Refused("Skipping this abnormal example / Dropped invalid example")
    return "\n".join(TOKENIZER.decode(each) for each in tokens)


def _processor(row: Any, entry: DatasetAttr) -> Any:
    if entry.ranking:
        return PairwiseDatasetProcessor
    if entry.kto_tag:
        return FeedbackDatasetProcessor
    return PretrainDatasetProcessor if "text" in row else SupervisedDatasetProcessor


def _entry(row: Any) -> DatasetAttr:
    entry = DatasetAttr("file", "rows", formatting="alpaca", ranking="chosen" in row and "rejected" in row)
    columns = {key: key for key in ("system", "tools", "history", "chosen", "rejected") if key in row}
    if "kto_tag" in row or "label" in row:
        columns["kto_tag"] = "kto_tag" if "kto_tag" in row else "label"
    if "messages" in row or "conversations" in row:
        key = "messages" if "messages" in row else "conversations"
        first = row[key][0] if isinstance(row[key], list) and row[key] else {}
        tags = OPENAI_TAGS if isinstance(first, dict) and "role" in first else {}
        # The layout "openai" is the one that reads tool_calls.
        entry.formatting = "openai" if tags else "sharegpt"
        columns |= {"messages": key, **tags}
    elif "text" in row:
        columns |= {"prompt": "text", "query": None, "response": None}
    else:
        columns |= {
            "prompt": "instruction",
            "query": next((key for key in ("input", "context") if key in row), None),
            "response": next((key for key in ("output", "response") if key in row), "output"),
        }
    for field, value in columns.items():
        setattr(entry, field, value)
    return entry


run(judge, reads_weights=False)
