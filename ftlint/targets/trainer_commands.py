"""The commands with which trainers read a file (MLX LM, ms-swift, OpenRLHF, verl, LitGPT), and Oumi's YAML."""

import json
import re
import shlex
from pathlib import Path

from ftlint.targets.written_file import NoTrainerConfig, WrittenFile

# ms-swift's commands, by the end of a shape's name; all others are for swift sft.
SWIFT = {
    "-preference": "swift rlhf --rlhf_type dpo",
    "-kto": "swift rlhf --rlhf_type kto",
    "text": "swift pt",
}

# OpenRLHF 0.11.2 (openrlhf/cli and openrlhf/datasets): the commands up to the file; by shape the command, and its
# options for columns with the fields of the shape.
SFT = "deepspeed --module openrlhf.cli.train_sft --model.model_name_or_path MODEL --data.dataset"
DPO = "deepspeed --module openrlhf.cli.train_dpo --model.model_name_or_path MODEL --data.dataset"
PPO = "python -m openrlhf.cli.train_ppo_ray --actor.model_name_or_path MODEL --data.prompt_dataset"
ANSWERED = (SFT, {"input_key": "prompt", "output_key": "completion"})
OPENRLHF: dict[str, tuple[str, dict[str, str]]] = {
    "chat": (SFT, {"input_key": "messages"}),
    "completion": ANSWERED,
    "trl-completion": ANSWERED,
    "text": (SFT, {"input_key": "text"}),
    "trl-preference": (DPO, {"prompt_key": "prompt", "chosen_key": "chosen", "rejected_key": "rejected"}),
    "prompt": (PPO, {"input_key": "prompt", "label_key": "label", "image_key": "images"}),
}
SPLIT_AT = ",@"

# verl 0.9.1 (verl/trainer/config/data/legacy_data.yaml and sft_trainer_engine.yaml): keys for columns and their fields.
VERL = {"prompt_key": "prompt", "reward_fn_key": "data_source"}
VERL_MEDIA = {"image_key": "images", "video_key": "videos", "audio_key": "audios"}
VERL_CHAT = {"messages_key": "messages", "tools_key": "tools"}
HYDRA_PLAIN = re.compile(r"[\w/.+-]+")

# Oumi 0.9 (src/oumi/datasets and src/oumi/core/configs): the class of the data set, and the trainer.
OUMI = {
    "oumi-chat": ("text_sft", "TRL_SFT"),
    "alpaca": ("text_sft", "TRL_SFT"),
    "trl-preference": ("text_dpo_jsonl", "TRL_DPO"),
}
PAIR_FIELDS = ("prompt", "chosen", "rejected")


def mlx(target: str, written: WrittenFile) -> str:
    """The command of MLX LM, which reads a folder."""
    path, folder = written.path, written.path.parent
    lines = []
    if path.name != "train.jsonl":
        folder = folder / path.stem
        lines = [
            f"mkdir -p {shlex.quote(str(folder))}",
            f"cp {shlex.quote(str(path))} {shlex.quote(str(folder / 'train.jsonl'))}",
        ]
    return "\n".join(
        [
            "# beside train.jsonl: valid.jsonl, and test.jsonl for --test",
            *lines,
            f"mlx_lm.lora --model MODEL --train --data {shlex.quote(str(folder))}",
            "",
        ]
    )


def swift(target: str, written: WrittenFile) -> str:
    """ms-swift's command (swift/arguments and swift/dataset/preprocessor/core.py): columns are found by their names."""
    path = shlex.quote(str(written.path))
    training = next((command for end, command in SWIFT.items() if written.shape.endswith(end)), "swift sft")
    agent = " --agent_template hermes" if "tools" in written.fields else ""
    return f"{training} --model MODEL --dataset {path}{agent}\n"


def openrlhf(target: str, written: WrittenFile) -> str:
    """OpenRLHF's command. Texts of prompts and answers get the chat template, too; those of pairs stand as they are."""
    command, columns = OPENRLHF[written.shape]
    if any(sign in str(written.path) for sign in SPLIT_AT):
        raise NoTrainerConfig(
            "OpenRLHF takes a comma and @ in a path for separators; name the file without them"
        )
    options = [f"--data.{option} {name}" for option, name in columns.items() if name in written.fields]
    options += _openrlhf_form(written)
    return " \\\n  ".join([f"{command} {shlex.quote(str(written.path))}", *options]) + "\n"


def _openrlhf_form(written: WrittenFile) -> list[str]:
    """The options that say how the fields become a text."""
    if written.shape == "text":
        return ["--model.pretrain_mode_enable"]
    if written.shape == "trl-preference" and written.are_texts("chosen"):
        return []
    # Without multiturn the last answer alone is trained on.
    return ["--data.apply_chat_template", *(["--data.multiturn"] if written.shape == "chat" else [])]


def verl(target: str, written: WrittenFile) -> str:
    """verl's command, whose settings are those of Hydra."""
    is_chat = written.shape == "chat"
    if is_chat and written.path.suffix.lower() != ".parquet":
        raise NoTrainerConfig("verl reads conversations from Parquet files alone; write -o FILE.parquet")
    columns = VERL_CHAT if is_chat else VERL | VERL_MEDIA
    settings = [f"data.train_files={_hydra(written.path)}", *([] if is_chat else ["data.val_files=FILE"])]
    settings += [f"data.{key}={name}" for key, name in columns.items() if name in written.fields]
    if is_chat:
        head = "torchrun --nproc_per_node=1 -m verl.trainer.sft_trainer model.path=MODEL"
    else:
        head = (
            "python -m verl.trainer.main_ppo algorithm.adv_estimator=grpo actor_rollout_ref.model.path=MODEL"
        )
    return " \\\n  ".join([head, *map(shlex.quote, settings)]) + "\n"


def _hydra(path: Path) -> str:
    """A path as Hydra reads it: what is not plain stands in quotes."""
    text = str(path)
    return text if HYDRA_PLAIN.fullmatch(text) else '"' + text.replace('"', '\\"') + '"'


def litgpt(target: str, written: WrittenFile) -> str:
    """LitGPT's command (litgpt/data/json_data.py). Without mask_prompt it trains on the instruction, too."""
    path = shlex.quote(str(written.path))
    options = [f"--data.json_path {path}", "--data.val_split_fraction 0.05", "--data.prompt_style alpaca"]
    return (
        " \\\n  ".join(["litgpt finetune_lora MODEL --data JSON", *options, "--data.mask_prompt true"]) + "\n"
    )


def oumi(target: str, written: WrittenFile) -> str:
    """Oumi's configuration of the training data."""
    if written.shape not in OUMI:
        raise NoTrainerConfig(f"Oumi reads {written.shape} records from a file with a class of your own")
    is_pair = written.shape == "trl-preference"
    if is_pair and not all(map(written.are_texts, PAIR_FIELDS)):
        raise NoTrainerConfig(
            "Oumi reads pairs of messages from a file with a class of your own (BaseDpoDataset); "
            "text_dpo_jsonl takes texts to which the chat template has been applied"
        )
    if is_pair and written.path.suffix.lower() != ".jsonl":
        raise NoTrainerConfig("Oumi reads pairs as JSON lines alone; write -o FILE.jsonl")
    kind, trainer = OUMI[written.shape]
    path = json.dumps(str(written.path), ensure_ascii=False)
    return (
        f"model:\n  model_name: MODEL\ndata:\n  train:\n    datasets:\n      - dataset_name: {kind}\n"
        f"        dataset_path: {path}\ntraining:\n  trainer_type: {trainer}\n"
    )
