"""What a local trainer needs to read a file (``--recipe``): an entry, a command or a script, as each takes it."""

import json
from collections.abc import Callable
from pathlib import Path

from ftlint.errors import UsageError
from ftlint.shapes.weights import DETAIL_FIELDS, WEIGHT_FIELDS
from ftlint.targets.trainer_commands import litgpt, mlx, openrlhf, oumi, swift, verl
from ftlint.targets.written_file import NoTrainerConfig, WrittenFile

# LLaMA-Factory (data/README.md, src/llamafactory/data/parser.py and converter.py).
TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "function",
    "system_tag": "system",
}
# LLaMA-Factory's name for a column → the field of the shape.
ALPACA = {"prompt": "instruction", "query": "input", "system": "system", "history": "history"}
TURNS = {"messages": "conversations", "system": "system", "tools": "tools"}
CHAT = {"messages": "messages", "system": "system", "tools": "tools"}
ANSWERS = {"chosen": "chosen", "rejected": "rejected"}
MEDIA = {"images": "images", "videos": "videos", "audios": "audios"}
COLUMNS: dict[str, dict[str, str]] = {
    "alpaca": {**ALPACA, "response": "output"},
    "alpaca-kto": {**ALPACA, "response": "output"},
    "alpaca-preference": {**ALPACA, **ANSWERS},
    "chat": CHAT,
    "chat-kto": CHAT,
    "chat-preference": {**CHAT, **ANSWERS},
    "sharegpt": TURNS,
    "sharegpt-kto": TURNS,
    "sharegpt-preference": {**TURNS, **ANSWERS},
    "text": {"prompt": "text"},
    # Its own messages (v1) are described by a file of their own.
    "factory-chat": {},
    "factory-preference": {},
}

# Axolotl (docs/dataset-formats, docs/rlhf.qmd, src/axolotl/utils/schemas/datasets.py and prompt_strategies/dpo):
# the settings before the datasets, and those of a dataset.
NAMES = "\n    message_property_mappings:\n      role: {}\n      content: {}"
CHAT_NAMES = NAMES.format("role", "content")
# Without them a message's weight is not read.
WEIGHTS = "\n    message_field_training: {}"
DETAILS = "\n    message_field_training_detail: {}"
PAIR = "\n    field_chosen: chosen\n    field_rejected: rejected"
INSTRUCTION = (
    '\n      system_prompt: ""\n      field_instruction: prompt\n      field_output: completion'
    '\n      format: "{instruction}"\n      no_input_format: "{instruction}"'
)
AXOLOTL: dict[str, tuple[str, str]] = {
    "chat": ("", f"chat_template\n    field_messages: messages{CHAT_NAMES}"),
    "sharegpt": ("", f"chat_template\n    field_messages: conversations{NAMES.format('from', 'value')}"),
    "alpaca": ("", "alpaca"),
    "alpaca, system": ("", "alpaca_w_system.load_instruct"),
    "completion": ("", INSTRUCTION),
    # The types for GRPO are functions of the user.
    "prompt": ("rl: grpo\n", "my_module.my_transform  # a function that returns the prompt"),
    "text": ("", "completion\n    field: text"),
    "segments": ("train_on_inputs: false\n", "input_output"),
    "stepwise": ("process_reward_model: true\n", "stepwise_supervised"),
    "chat-preference": (
        "rl: dpo\n",
        f"chat_template.default\n    field_messages: messages{PAIR}{CHAT_NAMES}",
    ),
    "trl-preference": ("rl: dpo\n", f"chat_template.default\n    field_messages: prompt{PAIR}{CHAT_NAMES}"),
    "trl-preference, no prompt": ("rl: dpo\n", "chat_template.argilla_chat"),
    "kto, texts": ("rl: kto\nremove_unused_columns: false\n", "chatml.ultra  # or llama3.ultra"),
    "ranked-preference, answers": ("rl: dpo\n", "zephyr.nectar"),
}

# TRL (docs/source/dataset_formats.md).
TRL = {"trl-sft": "SFTTrainer", "trl-dpo": "DPOTrainer", "trl-kto": "KTOTrainer"}
CONVERSATIONAL_FIELDS = ("prompt", "messages", "conversations", "chosen")
TYPES = {
    "chat": "language modeling",
    "sharegpt": "language modeling",
    "text": "language modeling",
    "completion": "prompt-completion",
    "trl-completion": "prompt-completion",
    "trl-preference": "preference",
    "kto": "unpaired preference",
    "prompt": "prompt-only",
    "stepwise": "stepwise supervision",
}


# The files that a recipe can name, where they are others than JSON lines and JSON.
ENDINGS = {
    "mlx-lm": (".jsonl",),
    "openrlhf": (".jsonl", ".json", ".parquet"),
    "verl": (".jsonl", ".json", ".parquet"),
}


def check_trainer_config(target: str, output: Path | None) -> None:
    """Refuse an impossible configuration before any processing. ``output`` is None for standard output."""
    if target not in RECIPES:
        raise UsageError(f"--recipe: there is none for {target}, only for {', '.join(RECIPES)}")
    endings = ENDINGS.get(target, (".jsonl", ".json"))
    if output is None or output.suffix.lower() not in endings:
        raise UsageError(f"--recipe names the new file: say -o FILE{' or FILE'.join(endings)}")


def trainer_config(target: str, written: WrittenFile) -> str:
    """The configuration, with a final newline. Raises NoTrainerConfig if the trainer does not read such records."""
    return RECIPES[target](target, written)


def _llamafactory(target: str, written: WrittenFile) -> str:
    if not COLUMNS[written.shape]:
        return f"{written.path.stem}:\n  path: {written.path}\n  source: local\n"
    shape, fields = written.shape, written.fields
    columns = {name: key for name, key in {**COLUMNS[shape], **MEDIA}.items() if key in fields}
    if shape.endswith("-kto"):
        columns["kto_tag"] = "kto_tag" if "kto_tag" in fields else "label"
    entry: dict[str, object] = {"file_name": written.path.name}
    if "messages" in columns:
        # Only this format reads tool_calls, and tools that are a list.
        calls = "messages[].tool_calls" in fields or "tools" in fields
        openai = columns["messages"] == "messages" and calls
        entry["formatting"] = "openai" if openai else "sharegpt"
    if "chosen" in columns:
        entry["ranking"] = True
    entry["columns"] = columns
    if columns.get("messages") == "messages":
        entry["tags"] = TAGS
    return json.dumps({written.path.stem: entry}, indent=2, ensure_ascii=False) + "\n"


def _axolotl(target: str, written: WrittenFile) -> str:
    shape = written.shape
    if shape == "sharegpt" and "tools" in written.fields:
        raise NoTrainerConfig(
            "Axolotl reads no calls in ShareGPT's turns; ftlint convert --to chat makes messages of them"
        )
    if shape == "trl-preference" and "prompt" not in written.fields:
        shape = "trl-preference, no prompt"
    elif shape == "alpaca" and "system" in written.fields:
        shape = "alpaca, system"
    elif shape == "kto" and written.are_texts("prompt") and written.are_texts("completion"):
        shape = "kto, texts"
    elif shape == "ranked-preference" and "answers" in written.fields:
        shape = "ranked-preference, answers"
    if shape not in AXOLOTL:
        raise NoTrainerConfig(f"Axolotl has no type of dataset that reads {shape} records like these")
    head, kind = AXOLOTL[shape]
    if shape in ("chat", "sharegpt"):
        kind += _axolotl_weights(written)
    path = json.dumps(str(written.path), ensure_ascii=False)
    return f"{head}datasets:\n  - path: {path}\n    ds_type: json\n    type: {kind}\n"


def _axolotl_weights(written: WrittenFile) -> str:
    """The settings that name the fields with the weights of messages, and of parts of them."""
    said = ""
    for setting, names in ((WEIGHTS, WEIGHT_FIELDS), (DETAILS, DETAIL_FIELDS)):
        used = [name for name in names if f"messages[].{name}" in written.fields]
        if len(used) > 1:
            raise NoTrainerConfig(
                f"Axolotl reads the weights of messages from one field, and these have {' and '.join(used)}"
            )
        said += "".join(map(setting.format, used))
    return said


def _trl(target: str, written: WrittenFile) -> str:
    trainer = TRL[target]
    spoken = any(name in written.fields and not written.are_texts(name) for name in CONVERSATIONAL_FIELDS)
    path = json.dumps(str(written.path), ensure_ascii=False)
    return (
        f"# dataset type: {TYPES[written.shape]}, {'conversational' if spoken else 'standard'} format\n"
        "from datasets import load_dataset\n"
        f"from trl import {trainer}\n\n"
        f'dataset = load_dataset("json", data_files={path}, split="train")\n'
        f"trainer = {trainer}(model=..., train_dataset=dataset)\n"
    )


RECIPES: dict[str, Callable[[str, WrittenFile], str]] = {
    "axolotl": _axolotl,
    "llamafactory": _llamafactory,
    "litgpt": litgpt,
    "mlx-lm": mlx,
    "ms-swift": swift,
    "openrlhf": openrlhf,
    "oumi": oumi,
    "verl": verl,
    **dict.fromkeys(TRL, _trl),
}
