"""Judge: axolotl's prompt strategies ``chat_template``, ``alpaca`` and ``completion``, with the chat template of Qwen 3."""

from typing import Any

import datasets
from axolotl.prompt_strategies import load
from axolotl.utils.dict import DictDefault
from byte_tokenizer import byte_tokenizer
from verdict import Refused, run

TOKENIZER = byte_tokenizer()
CONFIG = DictDefault(sequence_len=8192, train_on_inputs=False, chat_template="tokenizer_default")
TURNS = {"role": "from", "content": "value"}
RECIPES = {
    "messages": {"type": "chat_template"},
    "conversations": {
        "type": "chat_template",
        "field_messages": "conversations",
        "message_property_mappings": TURNS,
    },
    "instruction": {"type": "alpaca"},
    "text": {"type": "completion"},
}
STRATEGIES = {
    key: load(recipe["type"], TOKENIZER, CONFIG, DictDefault(recipe)) for key, recipe in RECIPES.items()
}


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    # It reads records as they come out of Arrow, where absent fields are null.
    read = datasets.Dataset.from_list([row], on_mixed_types="use_json")[0]
    strategy = next((STRATEGIES[key] for key in RECIPES if key in row), None)
    if strategy is None:
        raise Refused("no strategy reads these columns")
    if strategy.supports_batched:
        read = {key: [value] for key, value in read.items()}
    made = strategy.tokenize_prompt(read)
    tokens = made["input_ids"]
    if tokens and isinstance(tokens[0], list):
        tokens = [token for part in tokens for token in part]
    return str(TOKENIZER.decode(tokens))


run(judge)
