"""The guide of chat templates shows what ftlint prints."""

import json
from pathlib import Path

import pytest
from chat_template_cases import FOLDER, call
from command_line import ftlint

GUIDE = (Path(__file__).parent.parent / "docs" / "chat-templates.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("template", "messages"),
    [
        (
            "no_system.jinja",
            [
                {"role": "system", "content": "Answer in one word."},
                {"role": "user", "content": "Capital of France?"},
                {"role": "assistant", "content": "Paris"},
            ],
        ),
        (
            "thinking.jinja",
            [
                {"role": "user", "content": "17 + 5?"},
                {"role": "assistant", "content": "<think>17 + 5 = 22</think>22"},
                {"role": "user", "content": "And 8 more?"},
                {"role": "assistant", "content": "<think>22 + 8 = 30</think>30"},
            ],
        ),
        (
            "thinking.jinja",
            [
                {"role": "user", "content": "Weather in Bonn?"},
                {"role": "assistant", "content": "", "tool_calls": [call('{"city": "Bonn"}')]},
            ],
        ),
    ],
)
def test_the_guide_shows_the_report(tmp_path: Path, template: str, messages: list[object]) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps({"messages": messages}) + "\n")
    ran = ftlint("check", str(path), "--chat-template", str(FOLDER / template), "--select", "M")
    block = ran.out.split("\n\n")[1]
    # How lines are broken depends on the width of the terminal.
    assert " ".join(block.split()) in " ".join(GUIDE.split())
