"""Records of providers that read OpenAI's conversations, as their pages write them, and broken ones.

Each row is why, the shape, the record, and for a broken one what is told.
"""


def say(role, content, **more):
    return {"role": role, "content": content, **more}


ASK, TELL = say("user", "Which river runs through Bonn?"), say("assistant", "The Rhine.")
SYSTEM, DEVELOPER = say("system", "Answer briefly."), say("developer", "Answer briefly.")
CALL = {"type": "function", "function": {"name": "level", "arguments": '{"river": "Rhine"}'}}
CALLING = {"role": "assistant", "tool_calls": [{"id": "call_1", **CALL}]}
RESULT = say("tool", "3.2 m", tool_call_id="call_1")
RIVER = {"type": "object", "properties": {"river": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "level", "description": "Now", "parameters": RIVER}}
PNG = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
SEEN = say("user", [{"type": "text", "text": "What is this?"}, PNG])


def chat(*messages, **more):
    return {"messages": list(messages), **more}


def pair(*messages, good=TELL, bad=None, **more):
    bad = bad or say("assistant", "The Elbe.")
    return {"input": chat(*messages, **more), "preferred_output": [good], "non_preferred_output": [bad]}


OPENAI = [
    ("a conversation", "chat", chat(SYSTEM, ASK, TELL)),
    (
        "weights",
        "chat",
        chat(ASK, say("assistant", "?", weight=0), ASK, say("assistant", "Rhine.", weight=1)),
    ),
    (
        "a call at the end, without content",
        "chat",
        chat(ASK, CALLING, tools=[TOOL], parallel_tool_calls=False),
    ),
    ("a call and its result", "chat", chat(ASK, CALLING, RESULT, TELL, tools=[TOOL])),
    ("an image", "chat", chat(SYSTEM, SEEN, say("assistant", [{"type": "text", "text": "The Rhine."}]))),
    ("a refusal", "chat", chat(ASK, {"role": "assistant", "content": None, "refusal": "No."})),
]
PAIRS = [
    ("a pair", "preference", pair(SYSTEM, ASK)),
    ("tools in the input", "preference", pair(ASK, tools=[TOOL], parallel_tool_calls=True, good=CALLING)),
    ("turns before", "preference", pair(ASK, TELL, ASK)),
]
GRADED = [
    (
        "a question and what its grader reads",
        "reinforcement",
        chat(DEVELOPER, ASK, answer="Rhine", points=[1, 2]),
    ),
    ("the user alone, with tools", "reinforcement", chat(ASK, tools=[TOOL], reference={"name": "Rhine"})),
]
RIGHT = {
    "openai-chat": OPENAI,
    "azure-openai": OPENAI,
    "openai-dpo": PAIRS,
    "azure-openai-dpo": [
        *PAIRS,
        ("several messages a side", "preference", pair(ASK) | {"preferred_output": [CALLING, RESULT, TELL]}),
    ],
    "openai-rft": GRADED,
    "azure-openai-rft": GRADED,
    "together": [
        ("a conversation", "chat", chat(SYSTEM, ASK, TELL)),
        (
            "any message is weighed",
            "chat",
            chat(say("user", "?", weight=0), say("assistant", "Rhine.", weight=1)),
        ),
        ("the example is weighed", "chat", chat(ASK, TELL, weight=0.5)),
        (
            "parts in a prompt",
            "completion",
            {"prompt": [{"type": "text", "text": "?"}], "completion": [{"type": "text", "text": "Rhine."}]},
        ),
        ("reasoning", "chat", chat(ASK, say("assistant", "Rhine.", reasoning="Bonn is on it."))),
        ("a call and its result", "chat", chat(ASK, CALLING, RESULT, TELL, tools=[TOOL])),
        ("fields of a message are not checked", "chat", chat(ASK, TELL | {"name": "anna"})),
        ("an image", "chat", chat(SEEN, say("assistant", [{"type": "text", "text": "The Rhine."}]))),
        ("a prompt", "completion", {"prompt": "Which river?", "completion": "The Rhine."}),
        ("a text", "text", {"text": "The Rhine runs through Bonn."}),
        ("a pair", "preference", pair(ASK, tools=[TOOL], good=CALLING)),
    ],
    "fireworks": [
        *OPENAI,
        *PAIRS,
        (
            "a call without an id",
            "chat",
            chat(ASK, {"role": "assistant", "content": "", "tool_calls": [CALL]}),
        ),
        ("reasoning", "chat", chat(ASK, say("assistant", "Rhine.", reasoning_content="Bonn is on it."))),
        ("the example is weighed", "chat", chat(ASK, TELL, weight=-0.5)),
        (
            "two conversations",
            "messages-preference",
            {"chosen": chat(ASK, TELL), "rejected": chat(ASK, say("assistant", "Elbe."))},
        ),
    ],
}

WRONG_CHAT = [
    (
        "no content",
        "chat",
        chat({"role": "user"}, TELL),
        ['missing messages[0].content: "content" is missing'],
    ),
    ("a prompt", "chat", chat("Hi", TELL), ['wrong messages[0]: expected an object, found text ("Hi")']),
    ("another field", "chat", chat(ASK, TELL, id=7), ['unknown id: unknown field "id"']),
    (
        "a bare image",
        "chat",
        chat(say("user", [{"type": "image_url", "image_url": "a.png"}]), TELL),
        ['wrong messages[0].content[0].image_url: expected an object, found text ("a.png")'],
    ),
    (
        "a bare function",
        "chat",
        chat(ASK, TELL, tools=[{"name": "level"}]),
        [f'missing tools[0].{key}: "{key}" is missing' for key in ("function", "type")],
    ),
]
FIELD = [
    (
        "a field of a message",
        "chat",
        chat(ASK, TELL | {"time": 1}),
        ['unknown messages[1].time: unknown field "time"'],
    )
]
WRONG_PAIRS = [
    (
        "an answer that is no list",
        "preference",
        pair(ASK) | {"preferred_output": TELL},
        ["wrong preferred_output: expected a list, found an object"],
    ),
    ("another field", "preference", pair(ASK) | {"id": 7}, ['unknown id: unknown field "id"']),
    ("no message", "preference", pair(), ["wrong input.messages: the list is empty"]),
    (
        "an answer without content",
        "preference",
        pair(ASK, good={"role": "assistant"}),
        ['missing preferred_output[0].content: "content" is missing'],
    ),
]
WRONG_GRADED = [
    (
        "a number",
        "reinforcement",
        chat(say("user", 7), answer=7),
        ["wrong messages[0].content: expected text or a list, found a number (7)"],
    ),
    ("no message", "reinforcement", chat(answer="b"), ["wrong messages: the list is empty"]),
]
WEIGHED = {"prompt": "a", "completion": "b", "weight": "1"}
WRONG = {
    "openai-chat": WRONG_CHAT + FIELD,
    "azure-openai": WRONG_CHAT + FIELD,
    "openai-dpo": WRONG_PAIRS,
    "azure-openai-dpo": WRONG_PAIRS,
    "openai-rft": WRONG_GRADED,
    "azure-openai-rft": WRONG_GRADED,
    "together": [
        *WRONG_CHAT,
        *WRONG_PAIRS,
        (
            "null for a weight",
            "chat",
            chat(ASK, TELL | {"weight": None}),
            ["wrong messages[1].weight: null may not stand here"],
        ),
        (
            "functions",
            "chat",
            chat(ASK, TELL, functions=[]),
            ['unknown functions: unknown field "functions"'],
        ),
        (
            "below zero",
            "chat",
            chat(ASK, TELL, weight=-1),
            ["wrong weight: a number (-1) breaks the schema's minimum (0)"],
        ),
        ("a weight", "completion", WEIGHED, ['wrong weight: expected a number, found text ("1")']),
        ("another column", "text", {"text": "a", "id": 1}, ['unknown id: unknown field "id"']),
        (
            "another kind of part",
            "chat",
            chat(say("user", [{"type": "video_url"}]), TELL),
            [
                'wrong messages[0].content[0].type: expected one of "text", "image_url", found text ("video_url")'
            ],
        ),
    ],
    "fireworks": [
        *WRONG_CHAT,
        *FIELD,
        *WRONG_PAIRS,
        (
            "a weight",
            "chat",
            chat(ASK, TELL, weight="1"),
            ['wrong weight: expected a number, found text ("1")'],
        ),
    ],
}
