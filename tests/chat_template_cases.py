"""Chat templates and conversations for the tests of rendering."""

import os
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

FOLDER = Path(__file__).parent / "chat_templates"
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather <now>.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
TEXTS = st.one_of(
    st.sampled_from(
        ["Hi", " Hi\n", "a", "<think>x</think>y", "", "</think>", "Zoë 🙂 {{ x }}", '"{"', "<|im_end|>"]
    ),
    st.text(st.characters(max_codepoint=0xFFFFF, exclude_categories=["Cs"]), max_size=12),
)


def templates() -> list[Path]:
    """The templates of the fixtures, and those in TRL's package where the clients are installed."""
    clients = os.environ.get("FTLINT_CLIENTS")
    found = Path(clients).rglob("trl/chat_templates/*.jinja") if clients else []
    return [*sorted(FOLDER.glob("*.jinja")), *sorted(found)]


def call(arguments: object, number: int = 1) -> dict[str, Any]:
    """A call of the tool."""
    return {
        "id": f"call{number:05}",
        "type": "function",
        "function": {"name": "get_weather", "arguments": arguments},
    }


@st.composite
def conversations(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """Messages as files have them, good and odd, with declared tools or none."""
    messages: list[dict[str, Any]] = []
    for role in draw(
        st.lists(st.sampled_from(["user", "assistant", "call", "system", "tool"]), min_size=1, max_size=6)
    ):
        message: dict[str, Any] = {"role": "assistant" if role == "call" else role}
        message["content"] = draw(st.one_of(TEXTS, st.none()) if role in ("assistant", "call") else TEXTS)
        if role == "call":
            arguments = draw(st.sampled_from([{"city": "Bonn"}, '{"city": "Bonn"}', {}]))
            message["tool_calls"] = [call(arguments, n) for n in range(draw(st.integers(1, 2)))]
        if role == "tool":
            message |= {"tool_call_id": "call00001", "name": "get_weather"}
        if draw(st.integers(0, 4)) == 0:
            message["reasoning_content"] = draw(TEXTS)
        messages.append(message)
    return messages, draw(st.sampled_from([None, [TOOL]]))
