"""Recipes: what a trainer has to be told of a file that was just written for it."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import ran
from examples import few_quick

import ftlint
from ftlint.targets.target import load_target
from ftlint.targets.trainer_commands import OPENRLHF
from ftlint.targets.trainer_config import AXOLOTL, COLUMNS, RECIPES, TRL, TYPES

USER, ANSWER = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}
CALL = {"id": "call_1_0", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
CHAT = {"messages": [USER, ANSWER]}
CALLED = {
    "messages": [
        USER,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "1", "tool_call_id": "call_1_0"},
        ANSWER,
    ],
    "tools": [TOOL],
}
TURNS = {
    "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello"}],
    "system": "s",
}
PAIR = {
    "conversations": [{"from": "human", "value": "hi"}],
    "chosen": {"from": "gpt", "value": "a"},
    "rejected": {"from": "gpt", "value": "b"},
}
ALPACA = {"instruction": "hi", "input": "", "output": "a"}
CHAT_PAIR = {"messages": [USER], "chosen": ANSWER, "rejected": {"role": "assistant", "content": "b"}}


def convert(tmp_path: Path, record: dict[str, Any], to: str, name: str = "train.jsonl"):
    """The report on the record, converted with a recipe."""
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return ftlint.convert(source, tmp_path / name, to, recipe=True).files[0]


OPENAI_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "function",
    "system_tag": "system",
}
DATASETS = {
    "alpaca": (ALPACA, {"columns": {"prompt": "instruction", "query": "input", "response": "output"}}),
    "alpaca with history": (
        {**ALPACA, "system": "s", "history": [["a", "b"]]},
        {"columns": {"prompt": "instruction", "query": "input", "system": "system", "history": "history", "response": "output"}},
    ),
    "alpaca with a label": (
        {**ALPACA, "kto_tag": True},
        {"columns": {"prompt": "instruction", "query": "input", "response": "output", "kto_tag": "kto_tag"}},
    ),
    "alpaca with two answers": (
        {"instruction": "hi", "input": "", "chosen": "a", "rejected": "b"},
        {"ranking": True, "columns": {"prompt": "instruction", "query": "input", "chosen": "chosen", "rejected": "rejected"}},
    ),
    "turns": (TURNS, {"formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system"}}),
    "turns with a label": (
        {**TURNS, "kto_tag": False},
        {"formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system", "kto_tag": "kto_tag"}},
    ),
    "turns with two answers": (
        PAIR,
        {"formatting": "sharegpt", "ranking": True, "columns": {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"}},
    ),
    "messages": (CHAT, {"formatting": "sharegpt", "columns": {"messages": "messages"}, "tags": OPENAI_TAGS}),
    "messages with calls": (
        CALLED,
        {"formatting": "openai", "columns": {"messages": "messages", "tools": "tools"}, "tags": OPENAI_TAGS},
    ),
    "messages with a label": (
        {**CHAT, "label": True},
        {"formatting": "sharegpt", "columns": {"messages": "messages", "kto_tag": "label"}, "tags": OPENAI_TAGS},
    ),
    "messages with two answers": (
        CHAT_PAIR,
        {"formatting": "sharegpt", "ranking": True, "columns": {"messages": "messages", "chosen": "chosen", "rejected": "rejected"}, "tags": OPENAI_TAGS},
    ),
    "texts": ({"text": "a"}, {"columns": {"prompt": "text"}}),
}  # fmt: skip


@pytest.mark.parametrize(("record", "entry"), few_quick(DATASETS.values(), 4), ids=DATASETS)
def test_llamafactory_gets_its_dataset_info(tmp_path: Path, record: dict, entry: dict) -> None:
    made = json.loads(convert(tmp_path, record, "llamafactory").recipe)
    assert made == {"train": {"file_name": "train.jsonl", **entry}}


TYPED = {
    "messages": (CHAT, "", "chat_template\n    field_messages: messages\n"),
    "turns": (TURNS, "", "chat_template\n    field_messages: conversations\n"),
    "alpaca": (ALPACA, "", "alpaca\n"),
    "alpaca with a system prompt": ({**ALPACA, "system": "s"}, "", "alpaca_w_system.load_instruct\n"),
    "texts": ({"text": "a"}, "", "completion\n    field: text\n"),
    "segments": ({"segments": [{"text": "a", "label": True}]}, "train_on_inputs: false\n", "input_output\n"),
    "two answers": (CHAT_PAIR, "rl: dpo\n", "chat_template.default\n    field_messages: messages\n"),
    "two answers to a prompt": (PAIR, "rl: dpo\n", "chat_template.default\n    field_messages: prompt\n"),
    "steps": (
        {"prompt": "a", "completions": ["b"], "labels": [True]},
        "process_reward_model: true\n",
        "stepwise_supervised\n",
    ),
}


@pytest.mark.parametrize(("record", "head", "kind"), TYPED.values(), ids=TYPED)
def test_axolotl_gets_its_datasets(tmp_path: Path, record: dict, head: str, kind: str) -> None:
    made = convert(tmp_path, record, "axolotl").recipe
    path = json.dumps(str(tmp_path / "train.jsonl"))
    assert made.startswith(f"{head}datasets:\n  - path: {path}\n    ds_type: json\n    type: {kind}")


def test_axolotl_is_told_where_weights_are(tmp_path: Path) -> None:
    asked, answered = CHAT["messages"]
    weighted = {"messages": [asked, {**answered, "weight": 0}, asked, answered]}
    assert "message_field_training: weight\n" in convert(tmp_path, weighted, "axolotl").recipe
    assert "weight" not in convert(tmp_path, CHAT, "axolotl", "plain.jsonl").recipe


def test_axolotl_is_told_of_the_field_that_turns_have(tmp_path: Path) -> None:
    turns = [*TURNS["conversations"], *TURNS["conversations"]]
    turns = [turns[0], {**turns[1], "train": False}, *turns[2:]]
    made = convert(tmp_path, {"conversations": turns}, "axolotl").recipe
    assert made.endswith("    message_field_training: train\n")
    two = {"conversations": [*turns[:3], {**turns[3], "training": True}]}
    assert any("from one field" in note for note in convert(tmp_path, two, "axolotl", "two.jsonl").notes)


def test_axolotl_is_told_what_turns_call_their_parts(tmp_path: Path) -> None:
    made = convert(tmp_path, TURNS, "axolotl").recipe
    assert made.endswith("    message_property_mappings:\n      role: from\n      content: value\n")


def test_a_file_that_a_trainer_has_no_type_for_has_no_recipe_and_the_report_says_why(tmp_path: Path) -> None:
    asked = [{"role": "system", "content": "s"}, *CHAT["messages"]]
    report = convert(tmp_path, {"messages": asked, "label": True}, "axolotl")
    assert report.recipe is None
    assert any(note.startswith("no recipe: Axolotl has no type") for note in report.notes)


@pytest.mark.parametrize(
    ("target", "record", "kind", "trainer"),
    [
        ("trl-sft", CHAT, "language modeling, conversational format", "SFTTrainer"),
        ("trl-sft", TURNS, "language modeling, conversational format", "SFTTrainer"),
        ("trl-sft", {"text": "a"}, "language modeling, standard format", "SFTTrainer"),
        ("trl-sft", {"prompt": "a", "completion": "b"}, "prompt-completion, standard format", "SFTTrainer"),
        ("trl-dpo", PAIR, "preference, conversational format", "DPOTrainer"),
        ("trl-kto", {**CHAT, "label": True}, "unpaired preference, conversational format", "KTOTrainer"),
    ],
)
def test_trl_gets_the_type_the_loading_and_the_trainer(
    tmp_path: Path, target: str, record: dict, kind: str, trainer: str
) -> None:
    made = convert(tmp_path, record, target).recipe
    path = json.dumps(str(tmp_path / "train.jsonl"))
    assert made.splitlines()[0] == f"# dataset type: {kind}"
    assert f'load_dataset("json", data_files={path}, split="train")' in made
    assert f"trainer = {trainer}(" in made
    compile(made, "recipe", "exec")


def test_mlx_gets_its_folder(tmp_path: Path) -> None:
    made = convert(tmp_path, CHAT, "mlx-lm").recipe
    assert f"--train --data {tmp_path}\n" in made
    assert "cp " not in made
    made = convert(tmp_path, CHAT, "mlx-lm", "my chats.jsonl").recipe
    assert f"cp '{tmp_path}/my chats.jsonl' '{tmp_path}/my chats/train.jsonl'\n" in made


@pytest.mark.parametrize(
    ("record", "command"),
    [
        (CHAT, "swift sft --model MODEL --dataset {}\n"),
        (CALLED, "swift sft --model MODEL --dataset {} --agent_template hermes\n"),
        (CHAT_PAIR, "swift rlhf --rlhf_type dpo --model MODEL --dataset {}\n"),
        ({**CHAT, "label": True}, "swift rlhf --rlhf_type kto --model MODEL --dataset {}\n"),
        ({"text": "a"}, "swift pt --model MODEL --dataset {}\n"),
    ],
)
def test_swift_gets_its_command(tmp_path: Path, record: dict, command: str) -> None:
    assert convert(tmp_path, record, "ms-swift").recipe == command.format(tmp_path / "train.jsonl")


ASKED = {"prompt": [USER], "label": "19"}
VERL = {
    "data_source": "openai/gsm8k",
    "prompt": [USER],
    "reward_model": {"style": "rule", "ground_truth": "19"},
}
TEXT_PAIR = {"prompt": "hi", "chosen": "a", "rejected": "b"}
COMMANDS = {
    "OpenRLHF, a chat": (
        "openrlhf", CHAT, "train.jsonl",
        "deepspeed --module openrlhf.cli.train_sft --model.model_name_or_path MODEL --data.dataset {} --data.input_key messages"
        " --data.apply_chat_template --data.multiturn",
    ),
    "OpenRLHF, prompts for a grader": (
        "openrlhf", ASKED, "train.jsonl",
        "python -m openrlhf.cli.train_ppo_ray --actor.model_name_or_path MODEL --data.prompt_dataset {} --data.input_key prompt"
        " --data.label_key label --data.apply_chat_template",
    ),
    "OpenRLHF, prompts and answers": (
        "openrlhf", {"prompt": "a", "completion": "b"}, "my train.parquet",
        "deepspeed --module openrlhf.cli.train_sft --model.model_name_or_path MODEL --data.dataset '{}' --data.input_key prompt"
        " --data.output_key completion --data.apply_chat_template",
    ),
    "OpenRLHF, pairs of texts": (
        "openrlhf", TEXT_PAIR, "train.jsonl",
        "deepspeed --module openrlhf.cli.train_dpo --model.model_name_or_path MODEL --data.dataset {} --data.prompt_key prompt"
        " --data.chosen_key chosen --data.rejected_key rejected",
    ),
    "OpenRLHF, texts": (
        "openrlhf", {"text": "a"}, "train.jsonl",
        "deepspeed --module openrlhf.cli.train_sft --model.model_name_or_path MODEL --data.dataset {} --data.input_key text"
        " --model.pretrain_mode_enable",
    ),
    "verl, prompts for a grader": (
        "verl", VERL, "my train.jsonl",
        "python -m verl.trainer.main_ppo algorithm.adv_estimator=grpo actor_rollout_ref.model.path=MODEL 'data.train_files=\"{}\"'"
        " data.val_files=FILE data.prompt_key=prompt data.reward_fn_key=data_source",
    ),
    "verl, a chat": (
        "verl", CALLED, "train.parquet",
        "torchrun --nproc_per_node=1 -m verl.trainer.sft_trainer model.path=MODEL data.train_files={} data.messages_key=messages"
        " data.tools_key=tools",
    ),
    "LitGPT": (
        "litgpt", ALPACA, "train.json",
        "litgpt finetune_lora MODEL --data JSON --data.json_path {} --data.val_split_fraction 0.05 --data.prompt_style alpaca"
        " --data.mask_prompt true",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("target", "record", "name", "command"), few_quick(COMMANDS.values(), 4), ids=COMMANDS
)
def test_a_command_names_the_file_and_its_columns(
    tmp_path: Path, target: str, record: dict, name: str, command: str
) -> None:
    made = convert(tmp_path, record, target, name).recipe
    assert " ".join(made.replace("\\\n", " ").split()) == command.format(tmp_path / name)


@pytest.mark.parametrize(
    ("record", "kind", "trainer"),
    [
        (CHAT, "text_sft", "TRL_SFT"),
        (ALPACA, "text_sft", "TRL_SFT"),
        (TEXT_PAIR, "text_dpo_jsonl", "TRL_DPO"),
    ],
)
def test_oumi_gets_its_configuration(tmp_path: Path, record: dict, kind: str, trainer: str) -> None:
    made = convert(tmp_path, record, "oumi").recipe
    path = json.dumps(str(tmp_path / "train.jsonl"))
    assert f"      - dataset_name: {kind}\n        dataset_path: {path}\n" in made
    assert made.endswith(f"training:\n  trainer_type: {trainer}\n")


@pytest.mark.parametrize(
    ("target", "record", "name", "why"),
    [
        ("openrlhf", CHAT, "a,b.jsonl", "a comma and @ in a path"),
        ("verl", CHAT, "train.jsonl", "from Parquet files alone"),
        ("oumi", {"text": "a"}, "train.jsonl", "with a class of your own"),
        ("oumi", {"prompt": [USER], "chosen": [ANSWER], "rejected": [USER]}, "train.jsonl", "BaseDpoDataset"),
        ("oumi", TEXT_PAIR, "train.json", "as JSON lines alone"),
    ],
)
def test_a_file_that_a_command_cannot_name_has_no_recipe(
    tmp_path: Path, target: str, record: dict, name: str, why: str
) -> None:
    report = convert(tmp_path, record, target, name)
    assert report.recipe is None
    assert any(note.startswith("no recipe: ") and why in note for note in report.notes)


def test_every_shape_of_a_target_with_a_recipe_is_thought_of() -> None:
    assert set(load_target("llamafactory").shapes) == set(COLUMNS)
    assert set(load_target("axolotl").shapes) == {name.partition(",")[0] for name in AXOLOTL}
    assert {shape for name in TRL for shape in load_target(name).shapes} <= set(TYPES)
    assert set(load_target("openrlhf").shapes) == set(OPENRLHF)
    assert [load_target(name).name for name in RECIPES] == list(RECIPES)


def run(*arguments: str, capfd) -> tuple[int, str, str]:
    """ftlint with arguments: exit code, standard output and error."""
    return ran(capfd, "convert", "in.jsonl", "--isolated", *arguments)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a chat, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text(json.dumps(CHAT) + "\n", encoding="utf-8")
    return tmp_path


def test_it_is_printed_below_the_report(here: Path, capfd) -> None:
    _, out, _ = run("-o", "x.jsonl", "--to", "trl-sft", "--recipe", capfd=capfd)
    assert out.endswith("\ntrainer = SFTTrainer(model=..., train_dataset=dataset)\n")


def test_it_is_written_to_a_file(here: Path, capfd) -> None:
    _, out, _ = run("-o", "x.jsonl", "--to", "llamafactory", "--recipe", "dataset_info.json", capfd=capfd)
    assert "file_name" not in out
    assert set(json.loads((here / "dataset_info.json").read_text(encoding="utf-8"))) == {"x"}


def test_it_is_a_part_of_the_json_report(here: Path, capfd) -> None:
    _, out, _ = run("-o", "x.jsonl", "--to", "trl-sft", "--recipe", "--output-format", "json", capfd=capfd)
    assert "SFTTrainer" in json.loads(out)["files"][0]["recipe"]
    _, out, _ = run("-o", "y.jsonl", "--to", "trl-sft", "--output-format", "json", capfd=capfd)
    assert "recipe" not in json.loads(out)["files"][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "x.jsonl", "--to", "openai-chat", "--recipe"), "llamafactory"),
        (("-o", "x.jsonl", "--to", "chat", "--recipe"), "none for chat"),
        (("-o", "-", "--to", "trl-sft", "--recipe"), "-o FILE.jsonl"),
        (("-o", "x.csv", "--to", "trl-sft", "--recipe"), "-o FILE.jsonl or FILE.json"),
        (("-o", "x.json", "--to", "mlx-lm", "--recipe"), "-o FILE.jsonl"),
        (("-o", "x.jsonl", "--to", "trl-sft", "--recipe", "x.jsonl"), "for something else"),
        (("-o", "x.jsonl", "--to", "trl-sft", "--recipe", "in.jsonl"), "is the input itself"),
        (("-o", "x.jsonl", "--to", "trl-sft", "--recipe", "--output-format", "concise"), "name a file"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_before_anything_is_written(
    here: Path, capfd, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments, capfd=capfd)
    assert (code, out) == (2, "")
    assert said in err
    assert [path.name for path in here.iterdir()] == ["in.jsonl"]
