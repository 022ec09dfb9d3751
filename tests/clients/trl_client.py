"""Judge: what TRL's trainers make of a dataset before they train on it, with the chat template of Qwen 3."""

from types import SimpleNamespace
from typing import Any

import datasets
import torch
from byte_tokenizer import byte_tokenizer
from trl import DPOTrainer, KTOTrainer, SFTTrainer
from verdict import ROLES, run

datasets.disable_progress_bars()
datasets.disable_caching()
TOKENIZER = byte_tokenizer()
ARGS = SimpleNamespace(
    dataset_num_proc=None, dataset_text_field="text", assistant_only_loss=False, max_length=None, eos_token=None,
    completion_only_loss=None, truncation_mode="keep_start", shuffle_dataset=False,
)  # fmt: skip
TRAINER = SimpleNamespace(
    _tokenizer=TOKENIZER, processing_class=TOKENIZER, _is_vlm=False, chat_template=None, args=ARGS,
    completion_only_loss=True, calculate_KL=False,
)  # fmt: skip


def judge(target: str, row: Any) -> str:
    """The tokens of the prepared dataset, as text."""
    dataset = datasets.Dataset.from_list([row], on_mixed_types="use_json")
    match target:
        case "trl-sft":
            made = SFTTrainer._prepare_dataset(TRAINER, dataset, TOKENIZER, ARGS, False, None, "train")
        case "trl-dpo":
            made = DPOTrainer._prepare_dataset(TRAINER, dataset, TOKENIZER, ARGS, "train")
        case _:
            made = KTOTrainer._prepare_dataset(TRAINER, dataset, TOKENIZER, ARGS, "train")
            _labels(made)
    return "\n".join(TOKENIZER.decode(ids) for row in made for ids in _sequences(row))


def _sequences(row: dict[str, Any]) -> list[list[int]]:
    # A prompt and each of its answers are joined before they are trained on.
    prompt = row.get("prompt_ids")
    return [
        prompt + row[key] if prompt and key != "prompt_ids" else row[key]
        for key in sorted(row)
        if key.endswith("ids")
    ]


def _labels(made: datasets.Dataset) -> None:
    # The trainer adds them up, and the loss reads them as truth values.
    sum(made["label"])
    torch.as_tensor(made["label"], dtype=torch.bool)


run(judge, roles=ROLES, reads_weights=False)
