"""Records of AWS and Google, as their pages write them, and broken ones.

Each row is why, the shape, the record, and for a broken one what is told.
"""

from talk_records import ASK, RIVER, TELL, TOOL, chat, say


def turn(role, *blocks):
    return {
        "role": role,
        "content": [{"text": block} if isinstance(block, str) else block for block in blocks],
    }


def nova(*messages, **more):
    return {"schemaVersion": "bedrock-conversation-2024", "messages": list(messages), **more}


def stored(kind, file, form):
    return {
        kind: {"format": form, "source": {"s3Location": {"uri": f"s3://rivers/{file}", "bucketOwner": "1"}}}
    }


def candidates(*labels):
    answers = [
        {"content": [{"text": f"River {at}"}], "preferenceLabel": name} for at, name in enumerate(labels)
    ]
    return {"role": "assistant", "candidates": answers}


NOVA_ASK, NOVA_TELL = turn("user", "Which river?"), turn("assistant", "The Rhine.")
NOVA_TOOL = {"toolSpec": {"name": "level", "description": "Now", "inputSchema": {"json": RIVER}}}
NOVA_CALL = turn("assistant", {"toolUse": {"toolUseId": "t1", "name": "level", "input": {"river": "Rhine"}}})
NOVA_RESULT = turn("user", {"toolResult": {"toolUseId": "t1", "content": [{"json": {"metres": 3.2}}]}})


def part(role, *parts):
    return {"role": role, "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def gemini(*contents, **more):
    return {"contents": list(contents), **more}


def scored(*scores):
    return [{"score": score, "completion": part("model", f"River {score}")} for score in scores]


GEMINI_ASK, GEMINI_TELL = part("user", "Which river?"), part("model", "The Rhine.")
STORED = {"fileData": {"mimeType": "image/png", "fileUri": "gs://rivers/rhine.png"}}
GEMINI_CALL = part("model", {"functionCall": {"name": "level", "args": {"river": "Rhine"}}})
GEMINI_RESULT = part("user", {"functionResponse": {"name": "level", "response": {"metres": 3.2}}})
DECLARED = [{"functionDeclarations": [{"name": "level", "description": "Now", "parameters": RIVER}]}]

RIGHT = {
    "bedrock-nova": [
        ("texts", "nova", nova(NOVA_ASK, NOVA_TELL, system=[{"text": "Briefly."}])),
        ("an image", "nova", nova(turn("user", "What?", stored("image", "a.png", "png")), NOVA_TELL)),
        ("a video", "nova", nova(turn("user", stored("video", "a.mp4", "mp4"), "What?"), NOVA_TELL)),
        (
            "a call and its result",
            "nova",
            nova(NOVA_ASK, NOVA_CALL, NOVA_RESULT, NOVA_TELL, toolConfig={"tools": [NOVA_TOOL]}),
        ),
        (
            "reasoning",
            "nova",
            nova(
                NOVA_ASK, turn("assistant", {"reasoningContent": {"reasoningText": {"text": "So"}}}, "Rhine.")
            ),
        ),
    ],
    "bedrock-nova-dpo": [
        (
            "two answers",
            "nova-preference",
            nova(NOVA_ASK, candidates("preferred", "non-preferred"), system=[{"text": "Briefly."}]),
        ),
        (
            "turns and an image before",
            "nova-preference",
            nova(
                turn("user", "What?", stored("image", "a.png", "png")),
                NOVA_TELL,
                NOVA_ASK,
                candidates("non-preferred", "preferred"),
            ),
        ),
    ],
    "bedrock-claude": [
        ("a conversation", "claude", chat(ASK, TELL, ASK, TELL, system="Answer briefly.")),
        ("without a system prompt", "claude", chat(ASK, TELL)),
    ],
    "bedrock-llama": [
        ("a prompt", "completion", {"prompt": "Which river?", "completion": "The Rhine."}),
        ("a conversation", "nova", nova(NOVA_ASK, NOVA_TELL)),
    ],
    "vertex-gemini": [
        ("texts", "gemini", gemini(GEMINI_ASK, GEMINI_TELL, systemInstruction=part("system", "Briefly."))),
        (
            "Google's other spelling, and a call",
            "gemini",
            gemini(
                GEMINI_ASK, GEMINI_CALL, tools=DECLARED, system_instruction={"parts": [{"text": "Briefly."}]}
            ),
        ),
        (
            "an image",
            "gemini",
            gemini(part("user", STORED, "What?"), GEMINI_TELL, generationConfig={"mediaResolution": "LOW"}),
        ),
        ("a result", "gemini", gemini(GEMINI_ASK, GEMINI_CALL, GEMINI_RESULT, GEMINI_TELL, tools=DECLARED)),
    ],
    "vertex-gemini-dpo": [
        (
            "two completions",
            "gemini-preference",
            gemini(
                GEMINI_ASK, completions=scored(1, 0), system_instruction={"parts": [{"text": "Briefly."}]}
            ),
        ),
        (
            "turns before",
            "gemini-preference",
            gemini(GEMINI_ASK, GEMINI_TELL, GEMINI_ASK, completions=scored(0, 1)),
        ),
    ],
}

WRONG = {
    "bedrock-nova": [
        (
            "a text for blocks",
            "nova",
            nova(say("user", "Hi"), NOVA_TELL),
            ['wrong messages[0].content: expected a list, found text ("Hi")'],
        ),
        (
            "a system prompt that is a number",
            "nova",
            nova(NOVA_ASK, NOVA_TELL, system=[{"text": 7}]),
            ["wrong system[0].text: expected text, found a number (7)"],
        ),
        (
            "an image by its address, in another format",
            "nova",
            nova(turn("user", {"image": {"format": "bmp", "source": {"bytes": ""}}}), NOVA_TELL),
            [
                'wrong messages[0].content[0].image.format: expected one of "png", "jpeg", "gif", "webp", '
                'found text ("bmp")',
                'missing messages[0].content[0].image.source.s3Location: "s3Location" is missing',
            ],
        ),
        (
            "an input that is text, and OpenAI's part",
            "nova",
            nova(
                NOVA_ASK,
                turn(
                    "assistant",
                    {"toolUse": {"toolUseId": "t1", "name": "f", "input": "{}"}},
                    {"type": "text", "text": ""},
                ),
            ),
            [
                "wrong messages[1].content[0].toolUse.input: expected an object, found the JSON text of an object",
                'unknown messages[1].content[1].type: unknown field "type"',
            ],
        ),
        (
            "an empty block",
            "nova",
            nova(turn("user", {})),
            ['missing messages[0].content[0].text: "text" is missing'],
        ),
        (
            "a tool without its description",
            "nova",
            nova(
                NOVA_ASK,
                NOVA_TELL,
                toolConfig={"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}]},
            ),
            ['missing toolConfig.tools[0].toolSpec.description: "description" is missing'],
        ),
    ],
    "bedrock-nova-dpo": [
        (
            "one answer",
            "nova-preference",
            nova(NOVA_ASK, candidates("preferred")),
            ["wrong messages[1].candidates: expected a list of at least 2, found 1"],
        ),
        (
            "another label",
            "nova-preference",
            nova(NOVA_ASK, candidates("preferred", "rejected")),
            [
                'wrong messages[1].candidates[1].preferenceLabel: expected one of "preferred", "non-preferred", '
                'found text ("rejected")'
            ],
        ),
    ],
    "bedrock-claude": [
        (
            "parts",
            "claude",
            chat(say("user", [{"type": "text", "text": "Hi"}]), TELL),
            ["wrong messages[0].content: expected text, found a list"],
        ),
        ("another field", "claude", chat(ASK, TELL, id=1), ['unknown id: unknown field "id"']),
        (
            "a name",
            "claude",
            chat(ASK | {"name": "anna"}, TELL),
            ['unknown messages[0].name: unknown field "name"'],
        ),
    ],
    "bedrock-llama": [
        (
            "a list",
            "completion",
            {"prompt": ["a"], "completion": "b"},
            ["wrong prompt: expected text, found a list"],
        ),
        (
            "another column",
            "completion",
            {"prompt": "a", "completion": "b", "id": 1},
            ['unknown id: unknown field "id"'],
        ),
    ],
    "vertex-gemini": [
        (
            "a text for parts",
            "gemini",
            gemini({"role": "user", "parts": "Hi"}),
            ['wrong contents[0].parts: expected a list, found text ("Hi")'],
        ),
        (
            "bytes in the record",
            "gemini",
            gemini(part("user", {"inlineData": {"mimeType": "image/png", "data": ""}}), GEMINI_TELL),
            ['unknown contents[0].parts[0].inlineData: unknown field "inlineData"'],
        ),
        (
            "a file without its type",
            "gemini",
            gemini(part("user", {"fileData": {"fileUri": "gs://rivers/a"}}), GEMINI_TELL),
            ['missing contents[0].parts[0].fileData.mimeType: "mimeType" is missing'],
        ),
        (
            "OpenAI's tools",
            "gemini",
            gemini(GEMINI_ASK, GEMINI_TELL, tools=[TOOL]),
            ['missing tools[0].functionDeclarations: "functionDeclarations" is missing'],
        ),
    ],
    "vertex-gemini-dpo": [
        (
            "one completion",
            "gemini-preference",
            gemini(GEMINI_ASK, completions=scored(1)),
            ["wrong completions: expected a list of at least 2, found 1"],
        ),
        (
            "a grade",
            "gemini-preference",
            gemini(GEMINI_ASK, completions=scored(0.5, 0)),
            ["wrong completions[0].score: expected one of 0, 1, found a number (0.5)"],
        ),
        (
            "an image",
            "gemini-preference",
            gemini(part("user", "What?", STORED), completions=scored(1, 0)),
            [
                'unknown contents[0].parts[1].fileData: unknown field "fileData", where "text" is missing',
                'missing contents[0].parts[1].text: "text" is missing',
            ],
        ),
    ],
}
