"""Judge: ms-swift's preprocessor, as it is chosen for a data set of one's own, and its template for Qwen's chats.

A row that either cannot read is left out of the training with no more than a warning: that is its refusal.
"""

from types import SimpleNamespace
from typing import Any

import datasets
from byte_tokenizer import byte_tokenizer
from swift.dataset import AutoPreprocessor
from swift.dataset.preprocessor import RowPreprocessor
from swift.template import get_template
from verdict import Refused, run

datasets.disable_progress_bars()
datasets.disable_caching()

TOKENIZER = byte_tokenizer()
TOKENIZER.model_info = SimpleNamespace(
    model_dir="",
    max_model_len=100_000,
    config=None,
    torch_dtype=None,
    task_type="causal_lm",
    is_moe_model=False,
)
TOKENIZER.model_meta = SimpleNamespace(is_multimodal=False, is_reward=False, template="qwen", task_type=None)
TEMPLATE = get_template(TOKENIZER, template_type="qwen", agent_template="hermes", max_length=100_000)


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    dataset = datasets.Dataset.from_list([row], on_mixed_types="use_json")
    made = AutoPreprocessor()(dataset, load_from_cache_file=False, strict=True, enable_auto_mapping=True)
    made = RowPreprocessor.remove_useless_columns(made)
    if not len(made) or not made[0].get("messages"):
        raise Refused("the row is left out")
    read = {key: value for key, value in made[0].items() if value is not None}
    TEMPLATE.set_mode(_mode(read))
    tokens = TEMPLATE.encode(read)
    texts = [TOKENIZER.decode(tokens[key]) for key in tokens if key.endswith("input_ids") and tokens[key]]
    if not texts:
        raise Refused("nothing to train on")
    return "\n".join(texts)


def _mode(row: Any) -> str:
    if any(key.startswith("rejected_") for key in row):
        return "rlhf"
    return "kto" if isinstance(row.get("label"), bool) else "train"


run(judge, reads_weights=False, weight_field="loss")
