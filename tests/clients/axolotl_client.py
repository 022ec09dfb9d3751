"""Judge: axolotl's prompt strategies, with the chat template of Qwen 3.

Each row gets the type of dataset that axolotl's pages show for its layout: ``chat_template``, ``alpaca`` (with a
system prompt ``alpaca_w_system``), ``completion``,
``input_output``, ``stepwise_supervised`` or fields of one's own; for pairs and labels those of DPO and KTO.
"""

from collections.abc import Callable
from typing import Any

import datasets
from axolotl.prompt_strategies import load
from axolotl.prompt_strategies.dpo import load as load_pairs
from axolotl.prompt_strategies.kto import load as load_labelled
from axolotl.prompt_tokenizers import AlpacaPromptTokenizingStrategy
from axolotl.prompters import AlpacaPrompter
from axolotl.utils.dict import DictDefault
from byte_tokenizer import byte_tokenizer
from verdict import ROLES, Refused, all_texts, run

TOKENIZER = byte_tokenizer()
CONFIG = DictDefault(sequence_len=8192, train_on_inputs=False, chat_template="tokenizer_default")
TURNS = {"role": "from", "content": "value"}
# Columns under the names that a configuration would be told of.
INPUTS = ("prompt", "question", "query", "instruction", "input")
OUTPUTS = ("completion", "answer", "response", "output", "generation", "revision")


def judge(target: str, row: Any) -> str:
    """The tokens of the row, as text."""
    # It reads records as they come out of Arrow, where absent fields are null.
    read = datasets.Dataset.from_list([row], on_mixed_types="use_json")[0]
    if {"chosen", "rejected"} <= row.keys() or "answers" in row:
        return _transformed(load_pairs, *_pair_type(row), read)
    if "label" in row or "kto_tag" in row:
        return _transformed(load_labelled, "chatml.ultra", {}, read)
    return _tokenized(_recipe(row), read)


def _recipe(row: Any) -> dict[str, Any]:
    names = {key.strip().lower(): key for key in row}
    if "messages" in row:
        return {"type": "chat_template"}
    if "conversations" in row:
        first = row["conversations"][0] if row["conversations"] else {}
        keys = {} if isinstance(first, dict) and "role" in first else {"message_property_mappings": TURNS}
        return {"type": "chat_template", "field_messages": "conversations", **keys}
    if "segments" in row:
        return {"type": "input_output"}
    if {"completions", "labels"} <= row.keys():
        return {"type": "stepwise_supervised"}
    if {"instruction", "output"} <= row.keys():
        return {"type": "alpaca_w_system.load_instruct" if "system" in row else "alpaca"}
    if "text" in row:
        return {"type": "completion"}
    asked = next((names[key] for key in INPUTS if key in names), None)
    said = next((names[key] for key in OUTPUTS if key in names), None)
    if asked is None or said is None:
        raise Refused("no type of dataset reads these columns")
    columns = {"field_instruction": asked, "field_output": said, "field_input": names.get("context", "input")}
    return {
        "type": "user_defined",
        "format": "{instruction} {input}",
        "no_input_format": "{instruction}",
        **columns,
    }


def _tokenized(recipe: dict[str, Any], read: Any) -> str:
    settings = {
        key: value for key, value in recipe.items() if recipe["type"] != "user_defined" or key != "type"
    }
    # The type alpaca is no module of its own (axolotl/utils/data/wrappers.py).
    if recipe["type"] == "alpaca":
        prompter = AlpacaPrompter(None)
        strategy = AlpacaPromptTokenizingStrategy(prompter, TOKENIZER, False, CONFIG.sequence_len)
    else:
        strategy = load(recipe["type"], TOKENIZER, CONFIG, DictDefault(settings))
    if getattr(strategy, "supports_batched", False):
        read = {key: [value] for key, value in read.items()}
    made = strategy.tokenize_prompt(read)
    tokens = made["input_ids"]
    if tokens and isinstance(tokens[0], list):
        tokens = [token for part in tokens for token in part]
    return str(TOKENIZER.decode(tokens))


def _pair_type(row: Any) -> tuple[str, dict[str, Any]]:
    if "answers" in row:
        return "zephyr.nectar", {}
    field = next((key for key in ("messages", "prompt") if isinstance(row.get(key), list)), None)
    if field is not None:
        return "chat_template.default", {"field_messages": field}
    if isinstance(row["chosen"], list) and not {"prompt", "messages"} & row.keys():
        return "chat_template.argilla_chat", {}
    if isinstance(row["chosen"], list | dict):
        return "chat_template.default", {"field_messages": "prompt"}
    return "chatml", {}


def _transformed(loader: Callable[..., Any], kind: str, settings: dict[str, Any], read: Any) -> str:
    """The texts that a function for pairs or labels makes; some need the tokenizer."""
    config = DictDefault(CONFIG | {"datasets": [{"type": kind, **settings}]})
    transform = loader(kind, config, dataset_idx=0)
    if transform is None:
        raise Refused("no type of dataset reads these columns")
    transform = transform[0] if isinstance(transform, tuple) else transform
    made = transform(read, tokenizer=TOKENIZER) if kind.startswith("chat_template") else transform(read)
    return all_texts({key: made.get(key) for key in ("prompt", "chosen", "rejected", "completion")})


run(judge, roles=ROLES, reads_weights=False)
