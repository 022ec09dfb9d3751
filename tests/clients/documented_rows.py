"""Rows of the forms that each client documents, or has tests for, with what its documentation rules out."""

from typing import Any

Row = dict[str, Any]

LIGHT = {
    "type": "function",
    "function": {
        "name": "control_light",
        "description": "Switches the lights of a room",
        "parameters": {
            "type": "object",
            "properties": {"room": {"type": "string"}, "state": {"type": "string", "enum": ["on", "off"]}},
            "required": ["room", "state"],
        },
    },
}
BARE = {
    "name": "get_time",
    "description": "The time of day",
    "parameters": {"type": "object", "properties": {}},
}
DARK = {"role": "user", "content": "It is dark in the kitchen."}
DONE = {"role": "assistant", "content": "The kitchen is lit now."}
NOT_DONE = {"role": "assistant", "content": "Buy a candle."}
SYSTEM = {"role": "system", "content": "You run a house."}
QUESTION = {"role": "user", "content": "Which bird sings at night?"}
ANSWER = {"role": "assistant", "content": "The nightingale does."}
WRONG = {"role": "assistant", "content": "The ostrich does."}
KITCHEN = {"room": "kitchen (north)", "state": "on"}
RESULT = {"role": "tool", "name": "control_light", "content": "lamps: lit"}
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _call(arguments: Any, name: str = "control_light", **more: Any) -> Row:
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **more}


def _calls(*calls: Row) -> Row:
    return {"role": "assistant", "tool_calls": list(calls)}


def _text(text: str) -> Row:
    return {"type": "text", "text": text}


def _content(role: str, *parts: Any) -> Row:
    return {"role": role, "parts": [part if isinstance(part, dict) else {"text": part} for part in parts]}


def _turn(who: str, value: str) -> Row:
    return {"from": who, "value": value}


DOCUMENTED: dict[str, dict[str, Row]] = {
    # dataset_formats.md and the chat templates of TRL 1.16; LORA.md of MLX LM 0.32.
    "template-chat": {
        "a call without an id": {"messages": [DARK, _calls(_call(KITCHEN)), RESULT, DONE], "tools": [LIGHT]},
        "two calls at once": {
            "messages": [DARK, _calls(_call(KITCHEN), _call({"room": "hall (east)", "state": "off"})), RESULT, {**RESULT, "content": "lamps: out"}, DONE],
            "tools": [LIGHT],
        },
        "two rounds of calls": {
            "messages": [DARK, _calls(_call(KITCHEN)), RESULT, _calls(_call({"room": "hall (east)", "state": "on"})), {**RESULT, "content": "lamps: out"}, DONE],
            "tools": [LIGHT],
        },
        "a call at the end": {"messages": [DARK, _calls(_call(KITCHEN))], "tools": [LIGHT]},
        "a call of nothing": {"messages": [DARK, _calls(_call({}, "get_time")), {"role": "tool", "name": "get_time", "content": "21:40"}, DONE], "tools": [{"type": "function", "function": BARE}]},
        "a question after a result": {"messages": [DARK, _calls(_call(KITCHEN)), RESULT, DONE, QUESTION, ANSWER], "tools": [LIGHT]},
        "tools and no call": {"messages": [SYSTEM, QUESTION, ANSWER], "tools": [LIGHT, {"type": "function", "function": BARE}]},
        "a bare tool": {"messages": [QUESTION, ANSWER], "tools": [BARE]},
        "an undeclared function": {"messages": [DARK, _calls(_call({"door": "kitchen (north)"}, "open_door")), RESULT, DONE], "tools": [LIGHT]},
        "arguments that the schema rules out": {"messages": [DARK, _calls(_call({"room": "kitchen (north)", "state": "dim"})), RESULT, DONE], "tools": [LIGHT]},
        "a type of another language": {"messages": [DARK, _calls(_call(KITCHEN)), RESULT, DONE], "tools": [{"type": "function", "function": {**LIGHT["function"], "parameters": {"type": "dict", "properties": {"room": {"type": "str"}, "state": {"type": "str"}}}}}]},  # type: ignore[dict-item]
        "one tool twice": {"messages": [DARK, _calls(_call(KITCHEN)), RESULT, DONE], "tools": [LIGHT, LIGHT]},
        "a result alone": {"messages": [DARK, RESULT, DONE]},
        "options of the template": {"messages": [QUESTION, ANSWER], "chat_template_kwargs": {"reasoning_effort": "low"}},
        "thinking inside the answer": {"messages": [QUESTION, {**ANSWER, "content": "<think>\nOwls hoot.\n</think>\n\nThe nightingale does."}]},
        "weights in decimals": {"messages": [{**QUESTION, "weight": 0.0}, {**ANSWER, "weight": 1.0}]},
        "a weight of a half": {"messages": [QUESTION, {**ANSWER, "weight": 0.5}]},
        "fields of padding": {"messages": [{**QUESTION, "name": None, "tool_calls": None}, {**ANSWER, "tool_calls": None, "tool_call_id": None}], "tools": None},
        "a time beside the content": {"messages": [{**QUESTION, "timestamp": "2026-05-02"}, ANSWER]},
        "lines and signs": {"messages": [{**QUESTION, "content": "Which of \"a\" < b & c?\n\n\t- {{x}}\n- {% raw %}"}, {**ANSWER, "content": "None:\n```\n{'a': 1}\n```"}]},
        "one word": {"messages": [QUESTION, {**ANSWER, "content": "None"}]},
        "a question twice": {"messages": [QUESTION, DARK, ANSWER]},
        "many turns": {"messages": [SYSTEM, QUESTION, ANSWER, DARK, DONE, {"role": "user", "content": "Thank you."}, {"role": "assistant", "content": "With pleasure."}]},
        "blanks for an answer": {"messages": [QUESTION, {**ANSWER, "content": "  "}]},
        "no system text": {"messages": [{**SYSTEM, "content": ""}, QUESTION, ANSWER]},
        "an empty question": {"messages": [{**QUESTION, "content": ""}, ANSWER]},
        "roles in capitals": {"messages": [{**QUESTION, "role": "USER"}, {**ANSWER, "role": "ASSISTANT"}]},
        "a blank behind the role": {"messages": [QUESTION, {**ANSWER, "role": "assistant "}]},
    },
    "trl-answers": {
        "a prompt of several turns": {"prompt": [SYSTEM, QUESTION, ANSWER, DARK], "completion": [DONE]},
        "a call in the completion": {"prompt": [DARK], "completion": [_calls(_call(KITCHEN))], "tools": [LIGHT]},
        "a call, its result and an answer": {"prompt": [DARK], "completion": [_calls(_call(KITCHEN)), RESULT, DONE], "tools": [LIGHT]},
        "texts": {"prompt": "The nightingale", "completion": " sings at night."},
        "an empty prompt": {"prompt": "", "completion": "The nightingale sings at night."},
        "an empty list for a prompt": {"prompt": [], "completion": [ANSWER]},
        "two answers": {"prompt": [QUESTION], "completion": [ANSWER, DARK, DONE]},
        "the user's words for a completion": {"prompt": [QUESTION], "completion": [DARK]},
    },
    "trl-pairs": {
        "a prompt of several turns": {"prompt": [SYSTEM, QUESTION, ANSWER, DARK], "chosen": [DONE], "rejected": [NOT_DONE]},
        "implicit, of several turns": {"chosen": [SYSTEM, QUESTION, ANSWER, DARK, DONE], "rejected": [SYSTEM, QUESTION, ANSWER, DARK, NOT_DONE]},
        "calls": {"prompt": [DARK], "chosen": [_calls(_call(KITCHEN))], "rejected": [NOT_DONE], "tools": [LIGHT]},
        "answers of several turns": {"prompt": [QUESTION], "chosen": [ANSWER, DARK, DONE], "rejected": [WRONG, DARK, NOT_DONE]},
        "texts with what they share": {"chosen": "The sky is blue.", "rejected": "The sky is green."},
        "a list beside a text": {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": "The ostrich does."},
        "no rejected answer": {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": []},
        "the same": {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [ANSWER]},
        "roles of ShareGPT": {"prompt": [{**QUESTION, "role": "human"}], "chosen": [{**ANSWER, "role": "gpt"}], "rejected": [{**WRONG, "role": "gpt"}]},
        "turns of ShareGPT": {"prompt": [_turn("human", "Which bird sings?")], "chosen": [_turn("gpt", "The nightingale.")], "rejected": [_turn("gpt", "The ostrich.")]},
    },
    "trl-labels": {
        "a prompt of several turns": {"prompt": [SYSTEM, QUESTION, ANSWER, DARK], "completion": [DONE], "label": True},
        "calls": {"prompt": [DARK], "completion": [_calls(_call(KITCHEN))], "label": True, "tools": [LIGHT]},
        "an unwanted answer": {"prompt": [QUESTION], "completion": [WRONG], "label": False},
        "no label": {"prompt": [QUESTION], "completion": [ANSWER]},
        "null for a label": {"prompt": [QUESTION], "completion": [ANSWER], "label": None},
        "a decimal label": {"prompt": [QUESTION], "completion": [ANSWER], "label": 0.5},
        "an empty completion": {"prompt": [QUESTION], "completion": [{**ANSWER, "content": ""}], "label": True},
    },
    # The basics of torchtune 0.6's documentation, and the data sets in torchtune.datasets.
    "torchtune-docs": {
        "input and output": {"input": "this are a cat", "output": "This is a cat."},
        "dialogue and summary": {"dialogue": "A: Hello. B: Good day.", "summary": "They greet each other."},
        "alpaca": {"instruction": "Name a bird.", "input": "It sings at night.", "output": "The nightingale."},
        "alpaca without an input": {"instruction": "Name a bird.", "output": "The nightingale."},
        "turns": {"conversations": [_turn("system", "Be brief."), _turn("human", "Which bird?"), _turn("gpt", "The nightingale.")]},
        "messages": {"messages": [SYSTEM, QUESTION, ANSWER]},
        "a pair of conversations": {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, WRONG]},
        "a text": {"text": "The nightingale sings at night."},
        "an image in parts": {"messages": [{"role": "user", "content": [_text("What is it?"), {"type": "image_url", "image_url": {"url": PIXEL}}]}, {"role": "assistant", "content": "A dot."}]},
        "ends with a question": {"messages": [QUESTION, ANSWER, DARK]},
        "two questions": {"messages": [QUESTION, DARK, ANSWER]},
        "a question alone": {"messages": [QUESTION]},
        "a system message in the middle": {"messages": [QUESTION, SYSTEM, ANSWER]},
        "a result": {"messages": [DARK, {**DONE, "content": "control_light()"}, RESULT, DONE]},
        "begins with the answer": {"messages": [ANSWER, DARK, DONE]},
        "tools": {"messages": [DARK, DONE], "tools": [LIGHT]},
    },
    # README.md of mistral-finetune, and the tests of mistral-common's validators.
    "mistral-docs": {
        "an instruction": {"messages": [SYSTEM, QUESTION, ANSWER]},
        "interactions": {"interactions": [QUESTION, ANSWER]},
        "texts for contents": {"messages": [{"role": "user", "text": "Which bird?"}, {"role": "assistant", "text": "The nightingale."}]},
        "weights": {"messages": [QUESTION, {**ANSWER, "weight": 0}, DARK, {**DONE, "weight": 1}]},
        "weights in decimals": {"messages": [{**QUESTION, "weight": 0.0}, {**ANSWER, "weight": 1.0}]},
        "truth values for weights": {"messages": [QUESTION, {**ANSWER, "weight": False}, DARK, {**DONE, "weight": True}]},
        "a call and its result": {"messages": [DARK, _calls(_call('{"room": "kitchen (north)", "state": "on"}', id="Ab3dE6gH9")), {**RESULT, "tool_call_id": "Ab3dE6gH9"}, DONE], "tools": [LIGHT]},
        "a call at the end": {"messages": [DARK, _calls(_call('{"room": "kitchen (north)", "state": "on"}', id="Ab3dE6gH9"))], "tools": [LIGHT]},
        "two calls": {"messages": [DARK, _calls(_call('{"room": "kitchen (north)", "state": "on"}', id="Ab3dE6gH9"), _call('{"room": "hall", "state": "on"}', id="Zz3dE6gH9")), {**RESULT, "tool_call_id": "Ab3dE6gH9"}, {**RESULT, "tool_call_id": "Zz3dE6gH9"}, DONE], "tools": [LIGHT]},
        "a call at the end, then a question": {"messages": [DARK, _calls(_call('{"room": "kitchen (north)", "state": "on"}', id="Ab3dE6gH9")), QUESTION, ANSWER], "tools": [LIGHT]},
        "a prompt for the system": {"system_prompt": "You run a house.", "messages": [QUESTION, ANSWER]},
        "a text": {"text": "The nightingale sings at night."},
        "a content": {"content": "The nightingale sings at night."},
        "parts for a question": {"messages": [{**QUESTION, "content": [_text("Which bird?")]}, ANSWER]},
        "available tools": {"messages": [QUESTION, ANSWER], "available_tools": [LIGHT]},
        "a tool without a description": {"messages": [QUESTION, ANSWER], "tools": [{"type": "function", "function": {"name": "get_time", "parameters": {}}}]},
        "a tool without parameters": {"messages": [QUESTION, ANSWER], "tools": [{"type": "function", "function": {"name": "get_time", "description": "The time"}}]},
        "ends with a question": {"messages": [QUESTION, ANSWER, DARK]},
        "an id of a call that is too long": {"messages": [DARK, _calls(_call("{}", "get_time", id="call_0123456789")), {"role": "tool", "tool_call_id": "call_0123456789", "content": "21:40"}, DONE], "tools": [{"type": "function", "function": BARE}]},
        "a prefix": {"messages": [QUESTION, {**ANSWER, "prefix": True}]},
    },
    # The README of litgpt and its tests of SFTDataset and JSON.
    "litgpt-docs": {
        "input": {"instruction": "Name a bird.", "input": "It sings at night.", "output": "The nightingale."},
        "no input": {"instruction": "Name a bird.", "input": "", "output": "The nightingale."},
        "input absent": {"instruction": "Name a bird.", "output": "The nightingale."},
        "output absent": {"instruction": "Name a bird.", "input": ""},
        "instruction absent": {"input": "Name a bird.", "output": "The nightingale."},
        "another column": {"instruction": "Name a bird.", "output": "The nightingale.", "category": "birds"},
        "an output in a list": {"instruction": "Name a bird.", "output": ["The nightingale."]},
        "a number for an output": {"instruction": "How many birds?", "output": 7301},
    },
    # OpenAI's guides of supervised fine-tuning, and the types of its package.
    "openai-docs": {
        "an image": {"messages": [{"role": "user", "content": [_text("What is it?"), {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}}]}, ANSWER]},
        "a refusal": {"messages": [QUESTION, {"role": "assistant", "refusal": "I had rather not say."}]},
        "a refusal in parts": {"messages": [QUESTION, {"role": "assistant", "content": [{"type": "refusal", "refusal": "I had rather not say."}]}]},
        "calls in parallel": {"messages": [DARK, _calls(_call("{}", "get_time", id="call_a"))], "tools": [{"type": "function", "function": BARE}], "parallel_tool_calls": False},
        "parallel as a word": {"messages": [QUESTION, ANSWER], "tools": [{"type": "function", "function": BARE}], "parallel_tool_calls": "no"},
        "names": {"messages": [{**QUESTION, "name": "Ann"}, {**ANSWER, "name": "house"}]},
        "a call without a type": {"messages": [DARK, _calls({"id": "call_a", "function": {"name": "get_time", "arguments": "{}"}})], "tools": [{"type": "function", "function": BARE}]},
        "a result in parts": {"messages": [DARK, _calls(_call("{}", "get_time", id="call_a")), {"role": "tool", "tool_call_id": "call_a", "content": [_text("21:40")]}, DONE], "tools": [{"type": "function", "function": BARE}]},
        "a strict tool": {"messages": [QUESTION, ANSWER], "tools": [{"type": "function", "function": {**BARE, "strict": True}}]},
        "a bare tool": {"messages": [QUESTION, ANSWER], "tools": [BARE]},
        "an unknown part": {"messages": [{**QUESTION, "content": [{"type": "note", "note": "x"}]}, ANSWER]},
        "a part without its text": {"messages": [{**QUESTION, "content": [{"type": "text"}]}, ANSWER]},
    },
    "openai-pairs": {
        "tools": {"input": {"messages": [SYSTEM, DARK], "tools": [LIGHT], "parallel_tool_calls": True}, "preferred_output": [DONE], "non_preferred_output": [NOT_DONE]},
        "a call that is wanted": {"input": {"messages": [DARK], "tools": [LIGHT]}, "preferred_output": [_calls(_call('{"room": "kitchen", "state": "on"}', id="call_a"))], "non_preferred_output": [NOT_DONE]},
        "an answer as a text": {"input": {"messages": [DARK]}, "preferred_output": "The kitchen is lit.", "non_preferred_output": "Buy a candle."},
        "no input": {"preferred_output": [DONE], "non_preferred_output": [NOT_DONE]},
    },
    # Google's pages on tuning data, and the types of its package.
    "gemini-docs": {
        "several turns": {"contents": [_content("user", "Which bird?"), _content("model", "The nightingale."), _content("user", "When?"), _content("model", "At night.")]},
        "a file": {"contents": [_content("user", {"fileData": {"mimeType": "image/png", "fileUri": "gs://bucket/bird.png"}}, "What is it?"), _content("model", "A bird.")]},
        "data in the row": {"contents": [_content("user", {"inlineData": {"mimeType": "image/png", "data": PIXEL.partition(",")[2]}}, "What is it?"), _content("model", "A dot.")]},
        "settings": {"contents": [_content("user", "Which bird?"), _content("model", "The nightingale.")], "generationConfig": {"temperature": 0.5}},
        "two calls": {"contents": [_content("user", "Light, please."), _content("model", {"functionCall": {"name": "f", "args": {}}}, {"functionCall": {"name": "g", "args": {}}}), _content("user", {"functionResponse": {"name": "f", "response": {"is": "on"}}}, {"functionResponse": {"name": "g", "response": {"is": "on"}}}), _content("model", "Done.")], "tools": [{"functionDeclarations": [{"name": "f", "description": "F"}, {"name": "g", "description": "G"}]}]},
        "an unknown field of a part": {"contents": [_content("user", {"words": "Which bird?"}), _content("model", "The nightingale.")]},
        "a type of another language": {"contents": [_content("user", "Which bird?"), _content("model", "The nightingale.")], "tools": [{"functionDeclarations": [{"name": "f", "description": "F", "parameters": {"type": "dict"}}]}]},
        "a media type without its file": {"contents": [_content("user", {"fileData": {"mimeType": "image/png"}}), _content("model", "A bird.")]},
    },
    # Together's pages on data preparation, and the tests of its package.
    "together-docs": {
        "a weight of a question": {"messages": [{**QUESTION, "weight": 0}, {**ANSWER, "weight": 1}]},
        "a weight that is none": {"messages": [QUESTION, {**ANSWER, "weight": 2}]},
        "a weight as a text": {"messages": [QUESTION, {**ANSWER, "weight": "1"}]},
        "some weights": {"messages": [QUESTION, {**ANSWER, "weight": 0}, DARK, DONE]},
        "parts": {"messages": [{"role": "user", "content": [_text("Which bird?")]}, {"role": "assistant", "content": [_text("The nightingale.")]}]},
        "an image": {"messages": [{"role": "user", "content": [_text("What is it?"), {"type": "image_url", "image_url": {"url": PIXEL}}]}, {"role": "assistant", "content": [_text("A dot.")]}]},
        "an image of the assistant": {"messages": [{"role": "user", "content": [_text("Draw a dot.")]}, {"role": "assistant", "content": [{"type": "image_url", "image_url": {"url": PIXEL}}]}]},
        "an unknown role": {"messages": [{**QUESTION, "role": "visitor"}, ANSWER]},
        "a number for a role": {"messages": [{**QUESTION, "role": 7}, ANSWER]},
        "an empty conversation": {"messages": []},
        "a prompt without a completion": {"prompt": "Which bird?"},
        "two layouts at once": {"text": "A bird.", "prompt": "Which bird?", "completion": "A bird."},
        "pair: two answers": {"input": {"messages": [QUESTION]}, "preferred_output": [ANSWER, ANSWER], "non_preferred_output": [WRONG]},
        "pair: the user's answer": {"input": {"messages": [QUESTION]}, "preferred_output": [DARK], "non_preferred_output": [WRONG]},
        "pair: ends with the answer": {"input": {"messages": [QUESTION, ANSWER]}, "preferred_output": [DONE], "non_preferred_output": [WRONG]},
    },
}  # fmt: skip
"""Good and bad rows by form, as ``client_rows.GOOD`` has them."""
