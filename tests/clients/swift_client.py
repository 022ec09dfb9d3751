"""Judge: ms-swift's preprocessor, as it is chosen for a data set of one's own.

A row that it cannot read is left out of the training with no more than a warning: that is its refusal.
"""

from typing import Any

import datasets
from swift.dataset import AutoPreprocessor
from verdict import Refused, all_texts, run

datasets.disable_progress_bars()
datasets.disable_caching()


def judge(target: str, row: Any) -> str:
    """The messages that it makes."""
    dataset = datasets.Dataset.from_list([row], on_mixed_types="use_json")
    made = AutoPreprocessor()(dataset, load_from_cache_file=False, strict=True, enable_auto_mapping=True)
    if not len(made) or not made[0].get("messages"):
        raise Refused("the row is left out")
    return all_texts(made[0])


run(judge)
