"""Judge: verl's data sets of prompts and of conversations, from a file, with the template of Qwen 3.

What a reward function gets is looked at as its reward manager does it. Positions of images are left out: their code
asks for another version of transformers.
"""

import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import datasets
from byte_tokenizer import byte_tokenizer
from omegaconf import OmegaConf
from verdict import ROLES, Refused, all_texts, run

POSITIONS = ModuleType("verl.models.transformers.qwen2_vl")
POSITIONS.get_rope_index = None
sys.modules[POSITIONS.__name__] = POSITIONS

from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset  # noqa: E402
from verl.utils.dataset.rl_dataset import RLHFDataset  # noqa: E402

datasets.disable_progress_bars()
datasets.disable_caching()
TOKENIZER = byte_tokenizer()
FOLDER = Path(tempfile.mkdtemp())
LENGTH = 1_000_000


def judge(target: str, row: Any) -> str:
    """The tokens of a conversation, as text; of a prompt with the truth that it is graded by."""
    if "messages" in row:
        file = FOLDER / "row.parquet"
        datasets.Dataset.from_list([row]).to_parquet(file)
        config = OmegaConf.create(
            {
                "max_length": LENGTH,
                "pad_mode": "no_padding",
                "truncation": "error",
                "ignore_input_ids_mismatch": True,
            }
        )
        made = MultiTurnSFTDataset([str(file)], TOKENIZER, config)[0]
        return str(TOKENIZER.decode(made["input_ids"]))
    file = FOLDER / "row.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    config = OmegaConf.create(
        {"cache_dir": str(FOLDER), "max_prompt_length": LENGTH, "filter_overlong_prompts_workers": None}
    )
    dataset = RLHFDataset([str(file)], TOKENIZER, config)
    if not len(dataset):
        raise Refused("the prompt is left out")
    made = dataset[0]
    _ = made["data_source"]
    truth = made["reward_model"]["ground_truth"]
    return TOKENIZER.apply_chat_template(made["raw_prompt"], tokenize=False) + all_texts([truth])


run(judge, roles=ROLES, reads_weights=False)
