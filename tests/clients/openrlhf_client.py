"""Judge: OpenRLHF's data sets with --data.apply_chat_template, its columns named as the row has them, and the template of Qwen 3."""

from types import SimpleNamespace
from typing import Any

import datasets
from byte_tokenizer import byte_tokenizer
from openrlhf.datasets.prompts_dataset import PromptDataset
from openrlhf.datasets.reward_dataset import RewardDataset
from openrlhf.datasets.sft_dataset import SFTDataset
from verdict import ROLES, Refused, run

datasets.disable_progress_bars()
datasets.disable_caching()
TOKENIZER = byte_tokenizer()
LENGTH = 1_000_000


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text; of a pair of each answer."""
    data = _data(row)
    if "chosen" in row:
        prompt = next((name for name in ("prompt", "input") if name in row), None)
        is_chat = isinstance(row["chosen"], list)
        strategy = _strategy(
            prompt_key=prompt, chosen_key="chosen", rejected_key="rejected", apply_chat_template=is_chat
        )
        return _texts(
            RewardDataset(data, TOKENIZER, LENGTH, strategy, is_dpo=True, num_processors=None), 0, 2
        )
    if "messages" in row:
        return _trained(data, "messages", None, apply_chat_template=True)
    if "text" in row:
        return _trained(data, "text", None, pretrain=True)
    if "completion" in row or "output" in row:
        asked, answer = ("prompt", "completion") if "completion" in row else ("input", "output")
        return _trained(data, asked, answer, apply_chat_template=True)
    strategy = _strategy(input_key="prompt", apply_chat_template=isinstance(row["prompt"], list))
    return str(PromptDataset(data, TOKENIZER, strategy)[0][1])


def _data(row: Any) -> Any:
    try:
        return datasets.Dataset.from_list([row])
    except Exception:  # Arrow has many; the loader of JSON files then holds a field as JSON
        return datasets.Dataset.from_list([row], on_mixed_types="use_json")


def _trained(data: Any, asked: str, answer: str | None, *, pretrain: bool = False, **more: Any) -> str:
    strategy = _strategy(input_key=asked, output_key=answer, **more)
    return _texts(
        SFTDataset(data, TOKENIZER, LENGTH, strategy, pretrain_mode=pretrain, num_processors=None), 0
    )


def _texts(dataset: Any, *places: int) -> str:
    if not len(dataset):
        raise Refused("the row is left out")
    return "\n".join(TOKENIZER.decode(dataset[0][place][0]) for place in places)


def _strategy(**options: Any) -> Any:
    return SimpleNamespace(args=SimpleNamespace(data=SimpleNamespace(**options)), is_rank_0=lambda: False)


run(judge, roles=ROLES, reads_weights=False)
