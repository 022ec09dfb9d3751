"""Rows that the trainers' own pages show as right, and what they are made of."""

import json

TRAINERS = (
    "axolotl",
    "cohere",
    "databricks",
    "litgpt",
    "llamafactory",
    "mistral-finetune",
    "mistral-platform",
    "mlx-lm",
    "ms-swift",
    "nemo",
    "openrlhf",
    "oumi",
    "torchtune",
    "trl-dpo",
    "trl-kto",
    "trl-sft",
    "unsloth",
    "verl",
)


def say(role, content, **more):
    return {"role": role, "content": content, **more}


def turn(who, value, **more):
    return {"from": who, "value": value, **more}


ASK, ANSWER, OTHER = (
    say("user", "What is the capital of Peru?"),
    say("assistant", "Lima."),
    say("assistant", "Cusco."),
)
RULES = say("system", "You know geography.")
HUMAN, GPT, NO = turn("human", "What is the capital of Peru?"), turn("gpt", "Lima."), turn("gpt", "Cusco.")
PROMPT = {"prompt": "What is the capital of Peru?"}
SWIFT_CALL = {"name": "weather", "arguments": {"city": "Lima"}}
SWIFT_CALLS = {
    "messages": [ASK, say("tool_call", json.dumps(SWIFT_CALL)), say("tool_response", "19 degrees"), ANSWER]
}
TASK = {"instruction": "Name the capital.", "input": "Peru"}
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
BARE = {"type": "function", "function": {"name": "weather", "arguments": {"city": "Lima"}}}
CALL = {
    "id": "Ab3dE6gH9",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Lima"}'},
}
CALLING = {"role": "assistant", "tool_calls": [CALL]}
RESULT = say("tool", "19 degrees", tool_call_id="Ab3dE6gH9")
WITH_TOOLS = {"messages": [ASK, CALLING, RESULT, ANSWER], "tools": [TOOL]}
TURNS_WITH_TOOLS = {
    "conversations": [
        HUMAN,
        turn("function_call", '{"name": "weather", "arguments": {"city": "Lima"}}'),
        turn("observation", "19 degrees"),
        GPT,
    ],
    "system": "You know the weather.",
    "tools": '[{"name": "weather", "description": "The weather", "parameters": {"type": "object"}}]',
}
RANKED = {
    "context": [ASK],
    "completions": [{"rank": 0, "completion": [ANSWER]}, {"rank": 1, "completion": [OTHER]}],
}

BLOCKS = [
    {"role": "user", "content": [{"type": "text", "value": "Peru?"}], "loss_weight": 0.0},
    {
        "role": "assistant",
        "content": [{"type": "reasoning", "value": "Capitals."}, {"type": "text", "value": "Lima."}],
        "loss_weight": 1.0,
    },
]

GRADED = {"data_source": "atlas", "prompt": [ASK], "reward_model": {"style": "rule", "ground_truth": "Lima"}}
ITEM = {"type": "text", "content": "Which city is this?"}

# target, what it is, its shape, the record
RIGHT = [
    ("trl-sft", "conversation", "chat", {"messages": [RULES, ASK, ANSWER]}),
    (
        "trl-sft",
        "arguments as an object, calls without ids",
        "chat",
        {
            "messages": [
                ASK,
                {"role": "assistant", "tool_calls": [BARE]},
                say("tool", "19 degrees", name="weather"),
                ANSWER,
            ],
            "tools": [TOOL],
        },
    ),
    ("trl-sft", "tools as JSON text", "chat", {"messages": [ASK, ANSWER], "tools": "[]"}),
    ("trl-sft", "messages on both sides", "trl-completion", {"prompt": [ASK], "completion": [ANSWER]}),
    ("trl-sft", "texts on both sides", "completion", {**PROMPT, "completion": " Lima."}),
    ("trl-sft", "text", "text", {"text": "Lima is the capital of Peru."}),
    ("trl-sft", "turns", "sharegpt", {"conversations": [HUMAN, GPT]}),
    ("trl-sft", "another column", "text", {"text": "Lima.", "source": "atlas"}),
    ("trl-dpo", "texts", "trl-preference", {**PROMPT, "chosen": " Lima.", "rejected": " Cusco."}),
    (
        "trl-dpo",
        "messages",
        "trl-preference",
        {"prompt": [ASK], "chosen": [ANSWER], "rejected": [OTHER]},
    ),
    ("trl-dpo", "implicit prompt", "trl-preference", {"chosen": [ASK, ANSWER], "rejected": [ASK, OTHER]}),
    ("trl-kto", "texts", "kto", {**PROMPT, "completion": " Lima.", "label": True}),
    ("trl-kto", "messages", "kto", {"prompt": [ASK], "completion": [OTHER], "label": False}),
    ("trl-kto", "a pair", "trl-preference", {**PROMPT, "chosen": " Lima.", "rejected": " Cusco."}),
    ("axolotl", "chat_template", "chat", {"messages": [RULES, ASK, ANSWER]}),
    (
        "axolotl",
        "turns that say whether they are learnt",
        "sharegpt",
        {"conversations": [HUMAN | {"train": False}, GPT | {"train": True}]},
    ),
    ("axolotl", "alpaca", "alpaca", {**TASK, "output": "Lima"}),
    ("axolotl", "completion", "text", {"text": "Lima is the capital of Peru."}),
    (
        "axolotl",
        "input_output",
        "segments",
        {"segments": [{"text": "Capital of Peru? ", "label": False}, {"text": "Lima", "label": True}]},
    ),
    (
        "axolotl",
        "stepwise_supervised",
        "stepwise",
        {**PROMPT, "completions": ["It is by the sea.", "Cusco."], "labels": [True, False]},
    ),
    (
        "axolotl",
        "chatml.argilla",
        "trl-preference",
        {"instruction": "Name it.", "chosen_response": "Lima", "rejected_response": "Cusco"},
    ),
    (
        "axolotl",
        "chatml.intel",
        "trl-preference",
        {"system": "Be brief.", "question": "Name it.", "chosen": "Lima", "rejected": "Cusco"},
    ),
    (
        "axolotl",
        "chat_template.default",
        "chat-preference",
        {"messages": [ASK], "chosen": ANSWER, "rejected": OTHER},
    ),
    ("axolotl", "user_defined of KTO", "kto", {**PROMPT, "completion": "Lima.", "label": True}),
    ("llamafactory", "turns", "sharegpt", {"conversations": [HUMAN, GPT], "system": "Be brief."}),
    ("llamafactory", "turns with calls", "sharegpt", TURNS_WITH_TOOLS),
    ("llamafactory", "alpaca", "alpaca", {**TASK, "output": "Lima", "history": [["Hi", "Hello"]]}),
    ("llamafactory", "OpenAI messages", "chat", {"messages": [RULES, ASK, ANSWER]}),
    (
        "llamafactory",
        "OpenAI messages with calls",
        "chat",
        {**WITH_TOOLS, "messages": [ASK, {**CALLING, "content": None}, RESULT, ANSWER]},
    ),
    # Arrow fills what is not there with null.
    ("llamafactory", "OpenAI messages with calls and without content", "chat", WITH_TOOLS),
    (
        "llamafactory",
        "pair in turns",
        "sharegpt-preference",
        {"conversations": [HUMAN], "chosen": GPT, "rejected": NO},
    ),
    (
        "llamafactory",
        "pair in texts",
        "alpaca-preference",
        {**TASK, "chosen": "Lima", "rejected": "Cusco"},
    ),
    (
        "llamafactory",
        "pair in messages",
        "chat-preference",
        {"messages": [ASK], "chosen": ANSWER, "rejected": OTHER},
    ),
    ("llamafactory", "KTO in turns", "sharegpt-kto", {"conversations": [HUMAN, GPT], "kto_tag": True}),
    ("llamafactory", "KTO in texts", "alpaca-kto", {**TASK, "output": "Cusco", "kto_tag": False}),
    ("llamafactory", "KTO in messages", "chat-kto", {"messages": [ASK, ANSWER], "kto_tag": True}),
    ("llamafactory", "pre-training", "text", {"text": "Lima is the capital of Peru."}),
    ("ms-swift", "messages", "swift-chat", {"messages": [RULES, ASK, {**ANSWER, "loss": False}]}),
    ("ms-swift", "turns of calls", "swift-chat", SWIFT_CALLS),
    ("ms-swift", "calls as OpenAI has them", "swift-chat", WITH_TOOLS),
    ("ms-swift", "a call as an object", "swift-chat", {"messages": [ASK, say("tool_call", SWIFT_CALL)]}),
    (
        "ms-swift",
        "rejected_response",
        "swift-preference",
        {"messages": [ASK, ANSWER], "rejected_response": "Cusco."},
    ),
    (
        "ms-swift",
        "rejected_response of several messages",
        "swift-preference",
        {**SWIFT_CALLS, "rejected_response": [*SWIFT_CALLS["messages"][1:3], OTHER]},
    ),
    (
        "ms-swift",
        "rejected_messages",
        "swift-messages-preference",
        {"messages": [ASK, ANSWER], "rejected_messages": [ASK, OTHER]},
    ),
    ("ms-swift", "label", "swift-kto", {"messages": [ASK, ANSWER], "label": False}),
    ("ms-swift", "turns", "sharegpt", {"conversations": [HUMAN, GPT]}),
    ("ms-swift", "alpaca", "alpaca", {**TASK, "output": "Lima", "system": "Be brief."}),
    ("ms-swift", "query and response", "completion", {"query": "Which capital?", "response": "Lima."}),
    ("ms-swift", "pre-training", "swift-chat", {"messages": [ANSWER]}),
    (
        "ms-swift",
        "query and two responses",
        "query-preference",
        {"query": "Which capital?", "response": "Lima.", "rejected_response": "Cusco."},
    ),
    ("ms-swift", "texts compared", "contrastive", {"messages": [ASK], "positive_messages": [[ANSWER]]}),
    ("ms-swift", "a text", "text", {"text": "Lima is the capital of Peru."}),
    (
        "ms-swift",
        "exchanges",
        "exchanges",
        {"system": "Be brief.", "conversation": [{"human": "Which capital?", "assistant": "Lima."}]},
    ),
    ("unsloth", "messages", "chat", {"messages": [RULES, ASK, ANSWER]}),
    ("unsloth", "turns of two keys", "sharegpt", {"conversations": [HUMAN, GPT]}),
    ("unsloth", "alpaca", "alpaca", {**TASK, "output": "Lima"}),
    ("unsloth", "text", "text", {"text": "Lima is the capital of Peru."}),
    ("mlx-lm", "chat", "chat", {"messages": [RULES, ASK, ANSWER]}),
    ("mlx-lm", "tools", "chat", {"messages": [ASK, CALLING], "tools": [TOOL]}),
    ("mlx-lm", "completions", "completion", {**PROMPT, "completion": "Lima."}),
    ("mlx-lm", "text", "text", {"text": "Lima is the capital of Peru."}),
    ("mistral-finetune", "instruct", None, {"messages": [ASK, ANSWER, ASK, ANSWER | {"weight": 0}]}),
    ("mistral-finetune", "function calling", None, WITH_TOOLS),
    ("mistral-finetune", "ends with a call", None, {"messages": [ASK, CALLING], "tools": [TOOL]}),
    (
        "mistral-finetune",
        "its older names",
        "mistral",
        {
            "interactions": [{"role": "user", "text": "Peru?"}, {"role": "assistant", "text": "Lima."}],
            "available_tools": [],
        },
    ),
    ("mistral-finetune", "pretrain", "text", {"text": "Lima is the capital of Peru."}),
    ("unsloth", "prompt and completion", "completion", {**PROMPT, "completion": "Lima."}),
    (
        "unsloth",
        "prompt and completion as messages",
        "trl-completion",
        {"prompt": [ASK], "completion": [ANSWER]},
    ),
    ("unsloth", "prompt of messages", "prompt", {"prompt": [RULES, ASK], "answer": "Lima"}),
    ("unsloth", "pair", "trl-preference", {**PROMPT, "chosen": "Lima.", "rejected": "Cusco."}),
    ("torchtune", "alpaca", "alpaca", {**TASK, "output": "Lima"}),
    ("torchtune", "text", "text", {"text": "Lima is the capital of Peru."}),
    ("torchtune", "samsum", "completion", {"dialogue": "A: Peru? B: Lima.", "summary": "Lima."}),
    (
        "torchtune",
        "column_map of a pair",
        "whole-preference",
        {"chosen_conversations": [ASK, ANSWER], "rejected_conversations": [ASK, OTHER]},
    ),
    ("nemo", "alpaca", "alpaca", {**TASK, "output": "Lima"}),
    (
        "nemo",
        "column_mapping",
        "completion",
        {"context": "Peru.", "question": "Capital?", "answers": "Lima."},
    ),
    (
        "nemo",
        "a call without an id",
        "chat",
        {"messages": [ASK, {"role": "assistant", "tool_calls": [BARE]}, RESULT, ANSWER], "tools": [TOOL]},
    ),
    ("axolotl", "jeopardy", "completion", {"question": "Peru?", "category": "capitals", "answer": "Lima"}),
    ("axolotl", "oasst", "completion", {"INSTRUCTION": "Name it.", "RESPONSE": "Lima"}),
    ("axolotl", "gpteacher", "alpaca", {**TASK, "response": "Lima"}),
    (
        "axolotl",
        "explainchoice",
        "completion",
        {"question": "?", "choices": ["a"], "solution": "a", "explanation": "b"},
    ),
    ("axolotl", "concisechoice", "completion", {"question": "?", "choices": ["a"], "explanation": "b"}),
    ("axolotl", "summarizetldr", "completion", {"article": "Lima is large.", "summary": "Large."}),
    ("axolotl", "load_camel_ai", "completion", {"message_1": "Peru?", "message_2": "Lima."}),
    (
        "axolotl",
        "load_open_orca",
        "completion",
        {"system_prompt": "s", "question": "Peru?", "response": "Lima."},
    ),
    (
        "axolotl",
        "context_qa",
        "completion",
        {"article": "Lima is large.", "question": "Peru?", "answer": "Lima."},
    ),
    (
        "axolotl",
        "context_qa.load_404",
        "prompt",
        {"article": "Lima is large.", "unanswerable_question": "Rome?"},
    ),
    ("axolotl", "creative_acr", "completion", {"instruction": "Name it.", "revision": "Lima."}),
    (
        "axolotl",
        "load_critique",
        "completion",
        {"scores": "1", "critiques": "c", "instruction": "i", "answer": "a"},
    ),
    ("axolotl", "metharme", "completion", {**PROMPT, "generation": "Lima."}),
    (
        "llamafactory",
        "null for no calls",
        "chat",
        {"messages": [{**ASK, "tool_calls": None}, {**ANSWER, "tool_calls": None}]},
    ),
    ("llamafactory", "v1 messages", "factory-chat", {"messages": BLOCKS}),
    (
        "llamafactory",
        "v1 pair",
        "factory-preference",
        {"chosen_messages": BLOCKS, "rejected_messages": BLOCKS},
    ),
    ("nemo", "OpenAI messages", "chat", WITH_TOOLS),
    ("nemo", "turns", "sharegpt", {"conversations": [HUMAN, GPT]}),
    ("nemo", "input and output", "completion", {"input": "Peru?", "output": "Lima."}),
    ("nemo", "ranked completions", "ranked-preference", RANKED),
    ("nemo", "binary preference", "trl-preference", {**PROMPT, "chosen": "Lima.", "rejected": "Cusco."}),
    (
        "cohere",
        "chat",
        "cohere",
        {"messages": [say("System", "Be brief."), say("User", "Peru?"), say("Chatbot", "Lima.")]},
    ),
    ("databricks", "chat", "chat", {"messages": [RULES, ASK, ANSWER]}),
    ("databricks", "instruction", "completion", {**PROMPT, "response": "Lima."}),
    ("databricks", "text", "text", {"text": "Lima is the capital of Peru."}),
    ("torchtune", "messages", "chat", {"messages": [RULES, ASK, ANSWER]}),
    ("torchtune", "turns", "sharegpt", {"conversations": [turn("system", "Be brief."), HUMAN, GPT]}),
    ("torchtune", "input and output", "completion", {"input": "Peru?", "output": "Lima."}),
    (
        "torchtune",
        "two texts",
        "text-preference",
        {"question": "Which capital?", "response_j": "Lima.", "response_k": "Cusco."},
    ),
    ("torchtune", "pair", "whole-preference", {"chosen": [ASK, ANSWER], "rejected": [ASK, OTHER]}),
    ("mistral-platform", "text", "chat", {"messages": [ASK, ANSWER, ASK, ANSWER]}),
    ("mistral-platform", "function calling", "chat", {"messages": [RULES, *WITH_TOOLS["messages"]]}),
    ("verl", "a prompt", "verl-prompt", GRADED),
    ("verl", "several truths", "verl-prompt", {**GRADED, "reward_model": {"ground_truth": ["Lima", "lima"]}}),
    ("verl", "conversation", "chat", {"messages": [RULES, ASK, ANSWER], "enable_thinking": False}),
    ("openrlhf", "conversation", "chat", {"messages": [RULES, ASK, ANSWER]}),
    ("openrlhf", "input_key and output_key", "completion", {"input": "Peru?", "output": "Lima."}),
    ("openrlhf", "messages", "trl-completion", {"prompt": [RULES, ASK], "completion": [ANSWER]}),
    (
        "openrlhf",
        "pair",
        "trl-preference",
        {"chosen": [ASK, ANSWER], "rejected": [ASK, OTHER], "margin": 1.5},
    ),
    ("openrlhf", "prompt and label", "prompt", {"prompt": [ASK], "label": "Lima"}),
    ("openrlhf", "pre-training", "text", {"text": "Lima is the capital of Peru."}),
    (
        "oumi",
        "conversation with calls",
        "oumi-chat",
        {**WITH_TOOLS, "conversation_id": "peru-1", "metadata": {"source": "atlas"}},
    ),
    (
        "oumi",
        "arguments as an object",
        "oumi-chat",
        {"messages": [ASK, {**CALLING, "tool_calls": [BARE | {"id": "1"}]}]},
    ),
    (
        "oumi",
        "items",
        "oumi-chat",
        {"messages": [say("user", [{"type": "image_path", "content": "lima.png"}, ITEM]), ANSWER]},
    ),
    ("oumi", "in a column", "nested-chat", {"conversation": {"messages": [ASK, ANSWER]}}),
    ("oumi", "alpaca", "alpaca", {**TASK, "output": "Lima"}),
    ("oumi", "pair", "trl-preference", {**PROMPT, "chosen": [ANSWER], "rejected": [OTHER]}),
    ("oumi", "label", "kto", {**PROMPT, "completion": "Lima.", "label": True}),
    ("oumi", "pre-training", "text", {"text": "Lima is the capital of Peru."}),
    ("litgpt", "alpaca", "alpaca", {**TASK, "output": "Lima"}),
    (
        "mistral-platform",
        "vision",
        "chat",
        {
            "messages": [
                say("user", [{"type": "image_url", "image_url": "data:image/jpeg;base64,/9j/"}]),
                ANSWER,
            ]
        },
    ),
]
