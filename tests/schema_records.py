"""Records for tests of schemas: good ones, and others with what each schema finds wrong in them."""

import json
from importlib.resources import files

FOLDER = files("ftlint.rules") / "schemas"
SCHEMAS = {
    entry.name.removesuffix(".json"): json.loads(entry.read_text(encoding="utf-8"))
    for entry in FOLDER.iterdir()
}

USER = {"role": "user", "content": "Hi"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
TOOL = {
    "type": "function",
    "function": {"name": "now", "description": "The time", "parameters": {"type": "object"}},
}
NULLS = dict.fromkeys(["name", "tool_calls", "tool_call_id", "refusal", "function_call"])


def chat(*messages, **more):
    return {"messages": list(messages), **more}


def say(content, role="assistant", **more):
    return {"role": role, "content": content, **more}


def call(**function):
    return chat(say(None, tool_calls=[{**CALL, "function": function}]))


def turns(*values, **more):
    return {"conversations": [{"from": "human", "value": value} for value in values], **more}


def table(rows):
    return {"argvalues": [row[1:] for row in rows], "ids": [row[0] for row in rows]}


RIGHT_CHAT = [
    ("two messages", chat(USER, say("Hello"))),
    ("an empty answer is another rule's business", chat(USER, say(""))),
    ("an assistant may have null content", chat(USER, say(None))),
    ("a call needs no content", chat(USER, {"role": "assistant", "tool_calls": [CALL]})),
    ("a call may have null content", chat(USER, say(None, tool_calls=[CALL]))),
    (
        "a legacy call needs no content",
        chat({"role": "assistant", "function_call": {"name": "now", "arguments": ""}}),
    ),
    ("a function message may have null content", chat(USER, say(None, "function", name="now"))),
    ("a tool answers with text", chat(USER, say("12:00", "tool", tool_call_id="call_1"))),
    (
        "a tool answers with parts",
        chat(USER, say([{"type": "text", "text": "12:00"}], "tool", tool_call_id="call_1")),
    ),
    ("any text is the id of a result", chat(USER, say("12:00", "tool", tool_call_id=""))),
    ("the id of a call is another rule's business", chat(USER, say(None, tool_calls=[{**CALL, "id": 7}]))),
    ("arguments may be an object", call(name="now", arguments={})),
    ("null arguments are another rule's business", call(name="now", arguments=None)),
    (
        "parameters are another rule's business",
        chat(USER, tools=[{**TOOL, "function": {"name": "f", "parameters": 7}}]),
    ),
    ("any text is a role", chat(say("Hi", "Human "), say(None, "gpt"))),
    ("any weight", chat(USER, say("Hello", weight=0.5), say("Hello", weight="1"))),
    ("any text is a name", chat(say("Hi", "user", name="Zoë and Max"))),
    (
        "an image",
        chat(say([{"type": "image_url", "image_url": {"url": "x", "detail": "?"}}], "user"), say("Hello")),
    ),
    ("no parts at all are another rule's business", chat(say([], "user"), say("Hello"))),
    ("messages padded with null are another rule's business", chat(say("Hi", "user", **NULLS))),
    (
        "records padded with null are another rule's business",
        chat(USER, tools=None, functions=None, parallel_tool_calls=None),
    ),
    ("tools", chat(USER, tools=[TOOL], parallel_tool_calls=False)),
    ("functions", chat(USER, functions=[TOOL["function"]])),
    ("half a surrogate pair is another rule's business", chat(say("\ud83d"))),
]

WRONG_CHAT = [
    ("no messages", chat(), ["wrong messages: the list is empty"]),
    ("messages are text", {"messages": "Hi"}, ['wrong messages: expected a list, found text ("Hi")']),
    ("messages are an object", {"messages": USER}, ["wrong messages: expected a list, found an object"]),
    ("messages are absent", {}, ['missing messages: "messages" is missing']),
    ("a message is text", chat("Hi"), ['wrong messages[0]: expected an object, found text ("Hi")']),
    ("a message is null", chat(USER, None), ["wrong messages[1]: expected an object, found null"]),
    ("no role", chat({"content": "Hi"}), ['missing messages[0].role: "role" is missing']),
    ("a role of null", chat(say("Hi", None)), ["wrong messages[0].role: expected text, found null"]),
    ("no content", chat({"role": "user"}), ['missing messages[0].content: "content" is missing']),
    (
        "an empty message",
        chat({}),
        [f'missing messages[0].{key}: "{key}" is missing' for key in ("content", "role")],
    ),
    (
        "an empty list of calls",
        chat({"role": "assistant", "tool_calls": []}),
        ['missing messages[0].content: "content" is missing'],
    ),
    (
        "null for a call",
        chat({"role": "assistant", "function_call": None}),
        ['missing messages[0].content: "content" is missing'],
    ),
    (
        "calls are text",
        chat({"role": "assistant", "tool_calls": "f"}),
        ['wrong messages[0].tool_calls: expected a list, found text ("f")'],
    ),
    (
        "null of a user",
        chat(say(None, "user")),
        ["wrong messages[0].content: expected text or a list, found null"],
    ),
    (
        "null of a tool",
        chat(say(None, "tool", tool_call_id="call_1")),
        ["wrong messages[0].content: expected text or a list, found null"],
    ),
    ("a number", chat(say(7)), ["wrong messages[0].content: expected text or a list, found a number (7)"]),
    ("true", chat(say(True)), ["wrong messages[0].content: expected text or a list, found true"]),
    (
        "an object",
        chat(say({"a": 1})),
        ["wrong messages[0].content: expected text or a list, found an object"],
    ),
    ("a name", chat(say("Hi", name=7)), ["wrong messages[0].name: expected text, found a number (7)"]),
    (
        "a part is text",
        chat(say(["Hi"])),
        ['wrong messages[0].content[0]: expected an object, found text ("Hi")'],
    ),
    (
        "a part has no type",
        chat(say([{"text": "Hi"}])),
        ['missing messages[0].content[0].type: "type" is missing'],
    ),
    (
        "a part has no text",
        chat(say([{"type": "text"}])),
        ['missing messages[0].content[0].text: "text" is missing'],
    ),
    (
        "arguments are a number",
        call(name="now", arguments=7),
        [
            "wrong messages[0].tool_calls[0].function.arguments: expected text or an object, found a number (7)"
        ],
    ),
    (
        "no function",
        chat(say(None, tool_calls=[{"id": "call_1", "type": "function"}])),
        ['missing messages[0].tool_calls[0].function: "function" is missing'],
    ),
    ("no name", call(arguments="{}"), ['missing messages[0].tool_calls[0].function.name: "name" is missing']),
    (
        "no legacy name",
        chat(say(None, function_call={"arguments": "{}"})),
        ['missing messages[0].function_call.name: "name" is missing'],
    ),
    (
        "a switch",
        chat(USER, parallel_tool_calls=1),
        ["wrong parallel_tool_calls: expected true or false, found a number (1)"],
    ),
    (
        "faults in two messages",
        chat("a", USER, "a"),
        [f'wrong messages[{at}]: expected an object, found text ("a")' for at in (0, 2)],
    ),
]

WRONG_OPENAI_CHAT = [
    (
        "a result without the id of its call",
        chat(USER, say("12:00", "tool")),
        ['missing messages[1].tool_call_id: "tool_call_id" is missing'],
    ),
    (
        "a result with null for it",
        chat(USER, say("12:00", "tool", tool_call_id=None)),
        ["wrong messages[1].tool_call_id: expected text, found null"],
    ),
    (
        "a call without an id",
        chat(USER, say(None, tool_calls=[{key: CALL[key] for key in ("type", "function")}])),
        ['missing messages[1].tool_calls[0].id: "id" is missing'],
    ),
    ("a field of the record", chat(USER, model="m"), ['unknown model: unknown field "model"']),
    (
        "two of them",
        chat(USER, model="m", id=9),
        [f'unknown {key}: unknown field "{key}"' for key in ("id", "model")],
    ),
    (
        "a field of a message",
        chat(USER, say("Hello", audio={})),
        ['unknown messages[1].audio: unknown field "audio"'],
    ),
    ("an odd key", chat(USER, **{"a b/~": 1}), ['unknown a b/~: unknown field "a b/~"']),
    ("half a surrogate pair", chat(USER, **{"\ud83d": 1}), ['unknown \\ud83d: unknown field "\\ud83d"']),
    (
        "an unknown field does not hide another fault",
        chat(say(7), x=1),
        [
            "wrong messages[0].content: expected text or a list, found a number (7)",
            'unknown x: unknown field "x"',
        ],
    ),
    (
        "another kind of part",
        chat(say([{"type": "file"}], "user")),
        [
            'wrong messages[0].content[0].type: expected one of "text", "image_url", "refusal", found text ("file")'
        ],
    ),
    (
        "an image that is text",
        chat(say([{"type": "image_url", "image_url": "x.png"}], "user")),
        ['wrong messages[0].content[0].image_url: expected an object, found text ("x.png")'],
    ),
    (
        "no address",
        chat(say([{"type": "image_url", "image_url": {}}])),
        ['missing messages[0].content[0].image_url.url: "url" is missing'],
    ),
    (
        "no arguments",
        call(name="now"),
        ['missing messages[0].tool_calls[0].function.arguments: "arguments" is missing'],
    ),
    (
        "a call of another type",
        chat(say(None, tool_calls=[{**CALL, "type": "fn"}])),
        ['wrong messages[0].tool_calls[0].type: expected "function", found text ("fn")'],
    ),
    (
        "a bare function among the tools",
        chat(USER, tools=[TOOL["function"]]),
        [f'missing tools[0].{key}: "{key}" is missing' for key in ("function", "type")],
    ),
]

ALPACA = {"instruction": "x", "output": "y"}
WRONG_OTHERS = [
    ("tools", "chat", chat(USER, tools=7), "tools: expected text or a list, found a number (7)"),
    (
        "tools for OpenAI",
        "openai-chat",
        chat(USER, tools="[]"),
        "tools: expected a list, found the JSON text of a list",
    ),
    ("a null prompt", "completion", {"prompt": None, "completion": "x"}, "prompt: expected text, found null"),
    (
        "a label",
        "completion",
        {"prompt": "x", "completion": 1},
        "completion: expected text, found a number (1)",
    ),
    (
        "a list",
        "openai-completions",
        {"prompt": ["x"], "completion": "x"},
        "prompt: expected text, found a list",
    ),
    ("an output", "alpaca", {**ALPACA, "output": {}}, "output: expected text, found an object"),
    ("an instruction", "alpaca", {**ALPACA, "instruction": None}, "instruction: expected text, found null"),
    (
        "half an exchange",
        "alpaca",
        {**ALPACA, "history": [["q"]]},
        "history[0]: expected a list of at least 2, found 1",
    ),
    (
        "a long exchange",
        "alpaca",
        {**ALPACA, "history": [list("qab")]},
        "history[0]: expected a list of at most 2, found 3",
    ),
    ("no turns", "sharegpt", turns(), "conversations: the list is empty"),
    ("a null turn", "sharegpt", turns("x", None), "conversations[1].value: expected text, found null"),
    ("a text", "text", {"text": 7.5}, "text: expected text, found a number (7.5)"),
    (
        "a third key",
        "unsloth-sharegpt",
        {"conversations": [{"from": "human", "value": "x", "weight": 0}]},
        "conversations[0]: expected an object of at most 2 fields, found 3",
    ),
    (
        "a rejected text",
        "sharegpt-preference",
        turns("x", chosen={"from": "gpt", "value": "x"}, rejected="x"),
        'rejected: expected an object, found text ("x")',
    ),
]

RIGHT_OTHERS = [
    (
        "an empty completion is another rule's business",
        "openai-completions",
        {"prompt": "", "completion": ""},
    ),
    (
        "a null completion is another rule's business",
        "openai-completions",
        {"prompt": "x", "completion": None},
    ),
    ("other columns", "completion", {"prompt": "x", "completion": "y", "id": 7}),
    ("only what is needed", "alpaca", ALPACA),
    (
        "null for nothing",
        "alpaca",
        {**ALPACA, "input": None, "output": None, "system": None, "history": None},
    ),
    ("history", "alpaca", {**ALPACA, "input": "", "system": "s", "history": [["q", "a"]]}),
    ("tools as text", "sharegpt", turns("", system="s", tools="[]")),
    (
        "other fields of a turn",
        "sharegpt",
        {"conversations": [{"from": "human", "value": "x", "weight": 0}], "id": 1},
    ),
    ("text", "text", {"text": "", "meta": {}}),
    ("other fields of a conversation", "chat", chat(say("Hi", reasoning="…"), model="m")),
]
