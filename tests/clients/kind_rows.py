"""Rows of kinds that no page shows: calls in rounds, thoughts, marks of images, pairs with what was said before, odd fields."""

import json
from typing import Any

Row = dict[str, Any]

SYSTEM = {"role": "system", "content": "You keep a museum."}
ASK = {"role": "user", "content": "When does the tower open?"}
SAY = {"role": "assistant", "content": "The tower opens at nine."}
BAD = {"role": "assistant", "content": "Towers never open."}
NEXT = {"role": "user", "content": "And on Sundays?"}
LAST = {"role": "assistant", "content": "On Sundays at noon."}
HOURS = {
    "type": "function",
    "function": {
        "name": "opening_hours",
        "description": "Hours of a house",
        "parameters": {
            "type": "object",
            "properties": {"house": {"type": "string"}, "year": {"type": "integer"}},
            "required": ["house"],
        },
    },
}
PRICE = {
    "type": "function",
    "function": {"name": "ticket_price", "description": "Price of a ticket", "parameters": {"type": "object", "properties": {}}},
}  # fmt: skip
TOOLS = [HOURS, PRICE]
TOWER = {"house": "tower (old)", "year": 2031}


def call(name: str, given: Any, number: str = "", **more: Any) -> Row:
    asked: Row = {"type": "function", "function": {"name": name, "arguments": given}, **more}
    return {"id": number, **asked} if number else asked


def calls(*asked: Row, **more: Any) -> Row:
    return {"role": "assistant", "content": "", "tool_calls": list(asked), **more}


def result(words: str, number: str = "", name: str = "") -> Row:
    more = {"tool_call_id": number} if number else {}
    return {"role": "tool", "content": words, **more, **({"name": name} if name else {})}


def text(words: str) -> Row:
    return {"type": "text", "text": words}


def turn(who: str, words: str) -> Row:
    return {"from": who, "value": words}


def of_form(form: Any) -> dict[str, Row]:
    """Conversations with calls whose arguments are of one form: JSON text or objects."""
    a, b, c = "Qa1Qa1Qa1", "Qb2Qb2Qb2", "Qc3Qc3Qc3"
    tower, free = call("opening_hours", form(TOWER), a), call("ticket_price", form({}), b)
    church = call("opening_hours", form({"house": "church (new)"}), c)
    nine, two, ten = result("nine sharp", a), result("two crowns", b), result("ten sharp", c)
    rows: dict[str, list[Row]] = {
        "calls at once": [ASK, calls(tower, free), nine, two, SAY],
        "results in the other order": [ASK, calls(tower, free), two, nine, SAY],
        "one function twice at once": [ASK, calls(tower, church), nine, ten, SAY],
        "rounds of calls": [ASK, calls(tower), nine, calls(free), two, SAY, NEXT, calls(church), ten, LAST],
        "a question between": [ASK, calls(tower), nine, SAY, NEXT, LAST, ASK, calls(church), ten, SAY],
        "an id used again": [ASK, calls(tower), nine, SAY, NEXT, calls({**church, "id": a}), result("noon", a), LAST],
        "a thought before a call": [ASK, calls(tower, reasoning_content="Look up the hours."), nine, SAY],
        "a thought before a call and an answer": [
            SYSTEM, ASK, calls(tower, reasoning_content="Look up the hours."), nine,
            {**SAY, "reasoning_content": "Nine it is."},
        ],
        "a text before a call": [ASK, calls(tower, content="Let me look."), nine, SAY],
        "calls answered late": [ASK, calls(tower), calls(free), nine, two, SAY],
        "an empty result": [ASK, calls(tower), result("", a), SAY],
        "a result that is JSON": [ASK, calls(tower), result('{"from": 9, "note": "\\"sharp\\""}', a), SAY],
        "a system message after the call": [ASK, calls(tower), nine, {**SYSTEM, "content": "Be kind."}, SAY],
        "null for the answer": [ASK, calls(tower), nine, {**SAY, "content": None}],
        "an answer with an empty list of calls": [ASK, calls(tower), nine, {**SAY, "tool_calls": []}],
        "weights beside calls": [ASK, {**calls(tower), "weight": 0}, nine, {**SAY, "weight": 1}],
        "a result of two": [ASK, calls(tower, free), nine, SAY],
        "a user instead of a result": [ASK, calls(tower), NEXT, SAY],
    }  # fmt: skip
    found: dict[str, Row] = {name: {"messages": messages, "tools": TOOLS} for name, messages in rows.items()}
    found["calls without tools"] = {"messages": [ASK, calls(tower), nine, SAY]}
    found["calls and null for tools"] = {"messages": [ASK, calls(tower), nine, SAY], "tools": None}
    found["parallel_tool_calls"] = {
        "messages": [ASK, calls(tower, free), nine, two, SAY],
        "tools": TOOLS,
        "parallel_tool_calls": True,
    }
    return found


KINDS_OF_CHAT: dict[str, list[Row]] = {
    "thoughts in every answer": [ASK, {**SAY, "reasoning_content": "Nine."}, NEXT, {**LAST, "reasoning_content": "Noon."}],
    "a thought in the first answer": [ASK, {**SAY, "reasoning_content": "Nine."}, NEXT, LAST],
    "a thought called thinking": [ASK, {**SAY, "thinking": "Nine it was."}],
    "a thought called reasoning": [ASK, {**SAY, "reasoning": "Nine it was."}],
    "an empty thought": [ASK, {**SAY, "reasoning_content": ""}],
    "null for a thought": [ASK, {**SAY, "reasoning_content": None}],
    "a thought in tags": [ASK, {**SAY, "content": "<think>\nNine it was.\n</think>\n\nThe tower opens at nine."}],
    "thoughts in tags in every answer": [
        ASK, {**SAY, "content": "<think>\nNine it was.\n</think>\n\nAt nine."}, NEXT,
        {**LAST, "content": "<think>\nNoon it is.\n</think>\n\nAt noon."},
    ],
    "a thought without an answer": [ASK, {**SAY, "content": "", "reasoning_content": "Nine it was."}],
    "a refusal": [ASK, {"role": "assistant", "content": None, "refusal": "That is a secret."}],
    "a refusal beside a content": [ASK, {**SAY, "refusal": "That is a secret."}],
    "parts and texts": [ASK, {**SAY, "content": [text("The tower"), text("opens at nine.")]}, NEXT, LAST],
    "two parts": [{**ASK, "content": [text("Look at the tower."), text("When does it open?")]}, SAY],
    "an empty part": [{**ASK, "content": [text(""), text("When does it open?")]}, SAY],
    "no part": [{**ASK, "content": []}, SAY],
    "a system message in parts": [{**SYSTEM, "content": [text("You keep a museum.")]}, ASK, SAY],
    "a system message at the end": [ASK, SAY, SYSTEM],
    "a system message before the last answer": [SYSTEM, ASK, SAY, {**SYSTEM, "content": "Be kind."}, NEXT, LAST],
    "a system message alone": [SYSTEM],
    "a system message and an answer": [SYSTEM, SAY],
    "two system messages between turns": [SYSTEM, ASK, SAY, {**SYSTEM, "content": "Be kind."}, SYSTEM, NEXT, LAST],
    "a blank system message": [{**SYSTEM, "content": " \n"}, ASK, SAY],
    "an empty question in the middle": [ASK, SAY, {**NEXT, "content": ""}, LAST],
    "an empty answer in the middle": [ASK, {**SAY, "content": ""}, NEXT, LAST],
    "a message of nothing": [ASK, {}, SAY],
    "null among the messages": [ASK, None, SAY],  # type: ignore[list-item]
    "names of speakers": [{**ASK, "name": "ann"}, {**SAY, "name": "keeper"}],
    "a developer after the system": [SYSTEM, {**SYSTEM, "role": "developer", "content": "Be kind."}, ASK, SAY],
    "weight 0 for the last answer": [ASK, SAY, NEXT, {**LAST, "weight": 0}],
    "weight 1 for all": [ASK, {**SAY, "weight": 1}, NEXT, {**LAST, "weight": 1}],
    "train for an answer": [ASK, {**SAY, "train": False}, NEXT, {**LAST, "train": True}],
    "ids and times": [{**ASK, "id": 1, "created": 1780000000}, {**SAY, "id": 2, "created": 1780000009}],
    "words of templates": [{**ASK, "content": "What is <|im_start|>?"}, {**SAY, "content": "A token: <|im_end|>."}],
    "numbers as texts": [{**ASK, "content": "7301"}, {**SAY, "content": "0"}],
    "blanks around": [{**ASK, "content": "  When?  "}, {**SAY, "content": "\nAt nine.\n"}],
    "the user twice, then the answer twice": [ASK, NEXT, SAY, LAST],
    "an image and its mark": [{**ASK, "content": "<image>When does it open?"}, SAY],
    "an image by address": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.org/tower.png"}}, text("What is it?")]},
        SAY,
    ],
    "an audio": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}]}, SAY],
}  # fmt: skip

CALLED = turn("function_call", json.dumps({"name": "opening_hours", "arguments": TOWER}))
NINE = turn("observation", "nine sharp")
ASKED, SAID = turn("human", "When does the tower open?"), turn("gpt", "The tower opens at nine.")
AGAIN, ENDED = turn("human", "And on Sundays?"), turn("gpt", "On Sundays at noon.")
HOURS_TEXT = json.dumps([HOURS["function"]])
SWIFT_CALL = {"role": "tool_call", "content": json.dumps({"name": "opening_hours", "arguments": TOWER})}
SWIFT_RESULT = {"role": "tool_response", "content": "nine sharp"}


def parts(*said: Any, role: str = "user") -> Row:
    return {"role": role, "parts": [{"text": one} if isinstance(one, str) else one for one in said]}


KIND_ROWS: dict[str, dict[str, Row]] = {
    "chat": {
        **{name: {"messages": messages} for name, messages in KINDS_OF_CHAT.items()},
        "an image beside the messages": {"messages": [{**ASK, "content": "<image>What is it?"}, SAY], "images": ["tower.png"]},
        "tools and no call": {"messages": [ASK, SAY], "tools": TOOLS},
        "a weight of the example": {"messages": [ASK, SAY], "weight": 0.5},
        "an empty list": {"messages": []},
        "a label beside messages": {"messages": [ASK, SAY], "label": True},
        "a rejected answer beside messages": {"messages": [ASK, SAY], "rejected": "Towers never open."},
        "both names of the list": {"messages": [ASK, SAY], "conversations": [ASKED, SAID]},
    },
    "text-calls": of_form(json.dumps),
    "object-calls": of_form(lambda value: value),
    "completion": {
        "an empty prompt": {"prompt": "", "completion": "The tower opens at nine."},
        "a blank completion": {"prompt": "When does the tower open?", "completion": " "},
        "a prompt and messages": {"prompt": "When?", "completion": "At nine.", "messages": [ASK, SAY]},
        "a system message": {"prompt": "When does it open?", "completion": "At nine.", "system": "You keep a museum."},
        "a context": {"prompt": "When does it open?", "completion": "At nine.", "context": "The tower is old."},
        "question and context": {"question": "When does it open?", "context": "The tower is old.", "answer": "At nine."},
        "several answers": {"prompt": "When does it open?", "completion": ["At nine.", "Early."]},
    },
    "trl-completion": {
        "a thought in the completion": {"prompt": [ASK], "completion": [{**SAY, "reasoning_content": "Nine."}]},
        "calls and their results": {
            "prompt": [SYSTEM, ASK],
            "completion": [calls(call("opening_hours", TOWER)), result("nine sharp", name="opening_hours"), SAY],
            "tools": TOOLS,
        },
        "calls in the prompt": {
            "prompt": [ASK, calls(call("opening_hours", TOWER)), result("nine sharp", name="opening_hours"), SAY, NEXT],
            "completion": [LAST],
            "tools": TOOLS,
        },
        "a prompt that ends with the answer": {"prompt": [ASK, SAY], "completion": [LAST]},
        "a system message in the completion": {"prompt": [ASK], "completion": [SYSTEM, SAY]},
        "an empty message": {"prompt": [ASK], "completion": [{**SAY, "content": ""}]},
        "parts": {"prompt": [{**ASK, "content": [text("When does it open?")]}], "completion": [SAY]},
    },
    "sharegpt": {
        "rounds of calls": {"conversations": [ASKED, CALLED, NINE, SAID, AGAIN, CALLED, NINE, ENDED], "tools": HOURS_TEXT},
        "a call after a call": {"conversations": [ASKED, CALLED, CALLED, NINE, SAID], "tools": HOURS_TEXT},
        "calls without tools": {"conversations": [ASKED, CALLED, NINE, SAID]},
        "a call at the end": {"conversations": [ASKED, CALLED], "tools": HOURS_TEXT},
        "a thought in tags": {"conversations": [ASKED, turn("gpt", "<think>\nNine.\n</think>\n\nAt nine.")]},
        "a system turn late": {"conversations": [ASKED, SAID, turn("system", "Be kind."), AGAIN, ENDED]},
        "a weight": {"conversations": [ASKED, {**SAID, "weight": 0}, AGAIN, {**ENDED, "weight": 1}]},
        "an image": {"conversations": [turn("human", "<image>What is it?"), SAID], "images": ["tower.png"]},
        "an empty turn": {"conversations": [ASKED, turn("gpt", "")]},
        "an id": {"id": "a1", "conversations": [ASKED, SAID]},
        "a pair": {"conversations": [ASKED], "chosen": SAID, "rejected": turn("gpt", "Towers never open.")},
        "a pair after turns": {"conversations": [ASKED, SAID, AGAIN], "chosen": ENDED, "rejected": turn("gpt", "Never.")},
        "a label": {"conversations": [ASKED, SAID], "kto_tag": True},
    },
    "alpaca": {
        "a system message": {"instruction": "When?", "input": "the tower", "output": "At nine.", "system": "You keep a museum."},
        "an empty history": {"instruction": "When?", "input": "", "output": "At nine.", "history": []},
        "a long history": {"instruction": "When?", "input": "", "output": "At nine.", "history": [["Where?", "In town."], ["Which one?", "The old one."]]},
        "a pair": {"instruction": "When?", "input": "", "chosen": "At nine.", "rejected": "Never."},
        "a label": {"instruction": "When?", "input": "", "output": "At nine.", "kto_tag": False},
        "an empty instruction": {"instruction": "", "input": "the tower", "output": "At nine."},
        "a text of the whole": {"instruction": "When?", "input": "", "output": "At nine.", "text": "### When?\nAt nine."},
        "a blank output": {"instruction": "When?", "input": "", "output": "\n"},
    },
    "preference": {
        "turns before": {"input": {"messages": [SYSTEM, ASK, SAY, NEXT]}, "preferred_output": [LAST], "non_preferred_output": [BAD]},
        "calls in both": {
            "input": {"messages": [ASK], "tools": TOOLS},
            "preferred_output": [calls(call("opening_hours", json.dumps(TOWER), "Qa1Qa1Qa1"))],
            "non_preferred_output": [calls(call("ticket_price", "{}", "Qb2Qb2Qb2"))],
        },
        "a result before": {
            "input": {"messages": [ASK, calls(call("opening_hours", json.dumps(TOWER), "Qa1Qa1Qa1")), result("nine sharp", "Qa1Qa1Qa1")], "tools": TOOLS},
            "preferred_output": [SAY],
            "non_preferred_output": [BAD],
        },
        "the same answers": {"input": {"messages": [ASK]}, "preferred_output": [SAY], "non_preferred_output": [SAY]},
        "a blank answer": {"input": {"messages": [ASK]}, "preferred_output": [SAY], "non_preferred_output": [{**BAD, "content": " "}]},
        "a thought": {"input": {"messages": [ASK]}, "preferred_output": [{**SAY, "reasoning_content": "Nine."}], "non_preferred_output": [BAD]},
        "weights": {"input": {"messages": [ASK]}, "preferred_output": [{**SAY, "weight": 1}], "non_preferred_output": [{**BAD, "weight": 0}]},
    },
    "trl-preference": {
        "turns before": {"prompt": [SYSTEM, ASK, SAY, NEXT], "chosen": [LAST], "rejected": [BAD]},
        "turns before in both": {"chosen": [SYSTEM, ASK, SAY, NEXT, LAST], "rejected": [SYSTEM, ASK, SAY, NEXT, BAD]},
        "calls and results in both": {
            "prompt": [ASK],
            "chosen": [calls(call("opening_hours", TOWER)), result("nine sharp", name="opening_hours"), SAY],
            "rejected": [calls(call("ticket_price", {})), result("two crowns", name="ticket_price"), BAD],
            "tools": TOOLS,
        },
        "a thought": {"prompt": [ASK], "chosen": [{**SAY, "reasoning_content": "Nine."}], "rejected": [BAD]},
        "one answer longer": {"prompt": [ASK], "chosen": [SAY, NEXT, LAST], "rejected": [BAD]},
        "a system message in the answers": {"prompt": [ASK], "chosen": [SYSTEM, SAY], "rejected": [SYSTEM, BAD]},
        "answers that end with the user": {"prompt": [ASK], "chosen": [SAY, NEXT], "rejected": [BAD, NEXT]},
        "an empty prompt": {"prompt": "", "chosen": "At nine.", "rejected": "Never."},
        "an empty list for a prompt": {"prompt": [], "chosen": [ASK, SAY], "rejected": [ASK, BAD]},
        "other system messages": {"chosen": [SYSTEM, ASK, SAY], "rejected": [ASK, BAD]},
        "parts": {"prompt": [{**ASK, "content": [text("When does it open?")]}], "chosen": [SAY], "rejected": [BAD]},
        "the prompt at the start of texts": {"prompt": "When does it open? ", "chosen": "When does it open? At nine.", "rejected": "When does it open? Never."},
        "ratings": {"prompt": [ASK], "chosen": [SAY], "rejected": [BAD], "chosen_rating": 5, "rejected_rating": 1, "source": "visitors"},
        "a margin": {"prompt": [ASK], "chosen": [SAY], "rejected": [BAD], "margin": 0.5},
    },
    "kto": {
        "turns before": {"prompt": [SYSTEM, ASK, SAY, NEXT], "completion": [LAST], "label": True},
        "a call": {"prompt": [ASK], "completion": [calls(call("opening_hours", TOWER))], "label": True, "tools": TOOLS},
        "an answer of two turns": {"prompt": [ASK], "completion": [SAY, NEXT, LAST], "label": False},
        "messages and a label": {"messages": [ASK, SAY], "label": True},
        "a number that is no label": {"prompt": "When?", "completion": "At nine.", "label": 2},
        "a word for a label": {"prompt": "When?", "completion": "At nine.", "label": "good"},
        "an empty completion": {"prompt": "When?", "completion": "", "label": False},
    },
    "swift": {
        "rounds of calls": {"messages": [ASK, SWIFT_CALL, SWIFT_RESULT, SAY, NEXT, SWIFT_CALL, SWIFT_RESULT, LAST], "tools": json.dumps(TOOLS)},
        "a thought in tags": {"messages": [ASK, {**SAY, "content": "<think>\nNine.\n</think>\n\nAt nine."}]},
        "an image": {"messages": [{**ASK, "content": "<image>What is it?"}, SAY], "images": ["tower.png"]},
        "a solution": {"messages": [ASK], "solution": "nine"},
        "two results of one call": {"messages": [ASK, SWIFT_CALL, SWIFT_RESULT, SWIFT_RESULT, SAY]},
        "a loss scale": {"messages": [ASK, {**SAY, "loss_scale": 0.5}]},
    },
    "swift-preference": {
        "turns before": {"messages": [SYSTEM, ASK, SAY, NEXT, LAST], "rejected_response": "Never."},
        "an empty answer": {"messages": [ASK, SAY], "rejected_response": ""},
    },
    "prompt": {
        "turns": {"prompt": [SYSTEM, ASK, SAY, NEXT]},
        "ends with the answer": {"prompt": [ASK, SAY]},
        "an empty text": {"prompt": ""},
        "an empty list": {"prompt": []},
        "a reference": {"prompt": "When?", "answer": "At nine.", "solution": "nine"},
        "tools": {"prompt": [ASK], "tools": TOOLS},
    },
    "verl": {
        "turns": {"data_source": "forum", "prompt": [SYSTEM, ASK, SAY, NEXT], "reward_model": {"style": "rule", "ground_truth": "noon"}},
        "a number for a truth": {"data_source": "forum", "prompt": [ASK], "reward_model": {"style": "rule", "ground_truth": 9}},
        "a model for the reward": {"data_source": "forum", "prompt": [ASK], "reward_model": {"style": "model"}},
        "an empty prompt": {"data_source": "forum", "prompt": [], "reward_model": {"style": "rule", "ground_truth": "9"}},
        "tools": {"messages": [ASK, calls(call("opening_hours", TOWER)), result("nine sharp"), SAY], "tools": TOOLS, "enable_thinking": False},
    },
    "oumi": {
        "a turn of results": {"messages": [ASK, SAY, {"role": "tool", "content": "nine sharp", "tool_call_id": "a"}, LAST]},
        "an id of a message": {"messages": [{**ASK, "id": "m1"}, {**SAY, "id": "m2"}]},
        "two items": {"messages": [{"role": "user", "content": [{"type": "text", "content": "Look."}, {"type": "text", "content": "When?"}]}, SAY]},
        "an empty conversation": {"messages": [], "metadata": {}},
    },
    "gemini": {
        "calls at once": {
            "contents": [
                parts("When, and how much?"),
                parts({"functionCall": {"name": "opening_hours", "args": TOWER}}, {"functionCall": {"name": "ticket_price", "args": {}}}, role="model"),
                parts({"functionResponse": {"name": "opening_hours", "response": {"from": "nine sharp"}}}, {"functionResponse": {"name": "ticket_price", "response": {"is": "two crowns"}}}),
                parts("At nine, for two crowns.", role="model"),
            ],
            "tools": [{"functionDeclarations": [{"name": "opening_hours", "description": "Hours"}, {"name": "ticket_price", "description": "Price"}]}],
        },
        "two parts": {"contents": [parts("Look.", "When does it open?"), parts("At nine.", role="model")]},
        "an empty part": {"contents": [parts(""), parts("At nine.", role="model")]},
        "no part": {"contents": [{"role": "user", "parts": []}, parts("At nine.", role="model")]},
        "ends with the user": {"contents": [parts("When?"), parts("At nine.", role="model"), parts("And then?")]},
        "begins with the model": {"contents": [parts("At nine.", role="model"), parts("And then?"), parts("Noon.", role="model")]},
        "the user twice": {"contents": [parts("Look."), parts("When?"), parts("At nine.", role="model")]},
        "no role": {"contents": [{"parts": [{"text": "When?"}]}, parts("At nine.", role="model")]},
        "a thought": {"contents": [parts("When?"), parts({"text": "Nine it was.", "thought": True}, "At nine.", role="model")]},
        "a setting of calls": {"contents": [parts("When?"), parts("At nine.", role="model")], "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
    },
}  # fmt: skip
"""More rows by form, as ``client_rows.GOOD`` has them."""

VARIED_KINDS = {
    "chat": ("thoughts in every answer",),
    "text-calls": ("calls at once",),
    "object-calls": ("rounds of calls",),
    "trl-completion": ("a thought in the completion",),
    "sharegpt": ("a pair",),
    "alpaca": ("a pair", "a label"),
    "preference": ("turns before",),
    "trl-preference": ("turns before in both",),
    "kto": ("messages and a label",),
    "swift": ("rounds of calls",),
    "verl": ("tools",),
    "gemini": ("calls at once",),
}
"""The rows of each form of which every value is changed."""
