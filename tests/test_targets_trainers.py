"""Trainers and targets that have ended: the records their documentation shows are right, and broken ones are told.

The records are made for these tests, in the form in which each trainer's own pages write them.
"""

import json
import re

import pytest
from examples import few_quick

from ftlint import convert
from ftlint.batch.records import RecordReader
from ftlint.errors import UsageError
from ftlint.rule import SHAPES, Batch, RuleContext
from ftlint.schema.violations import record_violations
from ftlint.shapes.detect import ShapeDetector
from ftlint.targets.target import load_target

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

UNCALLED = {**CALL, "function": {"name": "weather"}}
UNTOLD = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
WRONG = [
    (
        "litgpt",
        "an instruction that is no text",
        {"instruction": ["Name it."], "output": "Lima"},
        ["wrong instruction: expected text, found a list"],
    ),
    (
        "openrlhf",
        "a prompt without messages",
        {"prompt": [], "chosen": "Lima.", "rejected": "Cusco."},
        ["wrong prompt: the list is empty"],
    ),
    (
        "verl",
        "a prompt without a source and a truth",
        {"prompt": [ASK], "reward_model": {"style": "rule"}},
        [
            'missing data_source: "data_source" is missing',
            'missing reward_model.ground_truth: "ground_truth" is missing',
        ],
    ),
    (
        "verl",
        "tools that are null",
        {"messages": [ASK, ANSWER], "tools": None},
        ["wrong tools: expected text or a list, found null"],
    ),
    (
        "oumi",
        "a part as OpenAI writes it",
        {"messages": [say("user", [{"type": "text", "text": "Peru?"}]), ANSWER]},
        ['missing messages[0].content[0].content: "content" is missing; "text" is probably meant'],
    ),
    (
        "oumi",
        "a call without an id",
        {"messages": [ASK, {**CALLING, "tool_calls": [BARE]}]},
        ['missing messages[1].tool_calls[0].id: "id" is missing'],
    ),
    (
        "oumi",
        "an input that is null, which is read as the word None",
        {**TASK, "input": None, "output": "Lima"},
        ["wrong input: expected text, found null"],
    ),
    (
        "nemo",
        "a result without its call's id",
        {"messages": [ASK, CALLING, say("tool", "19 degrees"), ANSWER]},
        ['missing messages[2].tool_call_id: "tool_call_id" is missing'],
    ),
    (
        "nemo",
        "null for calls, which it wants to be a list",
        {"messages": [ASK, {**ANSWER, "tool_calls": None}]},
        ["wrong messages[1].tool_calls: expected a list, found null"],
    ),
    (
        "trl-sft",
        "a null text",
        {"text": None},
        ["wrong text: expected text, found null"],
    ),
    (
        "trl-dpo",
        "an answer that is a number",
        {**PROMPT, "chosen": 1, "rejected": "Cusco."},
        ["wrong chosen: expected text or a list, found a number (1)"],
    ),
    (
        "axolotl",
        "a part that is no text",
        {"segments": [{"text": "Lima", "label": True}, {"text": 7, "label": False}]},
        ["wrong segments[1].text: expected text, found a number (7)"],
    ),
    (
        "llamafactory",
        "neither content nor calls",
        {"messages": [ASK, {"role": "assistant", "tool_calls": []}]},
        ['missing messages[1].content: "content" is missing'],
    ),
    (
        "llamafactory",
        "an object for an output",
        {**TASK, "output": {"capital": "Lima"}},
        ["wrong output: expected text, found an object"],
    ),
    (
        "unsloth",
        "a turn of three keys",
        {"conversations": [HUMAN, GPT | {"weight": 1}]},
        ["wrong conversations[1]: expected an object of at most 2 fields, found 3"],
    ),
    (
        "unsloth",
        "a value that is no text",
        {"conversations": [HUMAN, turn("gpt", 7)]},
        ["wrong conversations[1].value: expected text, found a number (7)"],
    ),
    (
        "mlx-lm",
        "no content",
        {"messages": [{"role": "user"}, ANSWER]},
        ['missing messages[0].content: "content" is missing'],
    ),
    (
        "mistral-finetune",
        "a tool without a description",
        {**WITH_TOOLS, "tools": [UNTOLD]},
        ['missing tools[0].function.description: "description" is missing'],
    ),
    (
        "mistral-finetune",
        "a tool without parameters",
        {**WITH_TOOLS, "tools": [{"function": {"name": "now", "description": "The time"}}]},
        ['missing tools[0].function.parameters: "parameters" is missing'],
    ),
    (
        "mistral-finetune",
        "a call without arguments",
        {"messages": [ASK, {**CALLING, "tool_calls": [UNCALLED]}]},
        ['missing messages[1].tool_calls[0].function.arguments: "arguments" is missing'],
    ),
    (
        "mistral-finetune",
        "tools as JSON text",
        {"messages": [ASK, ANSWER], "tools": "[]"},
        ['wrong tools: expected a list, found text ("[]")'],
    ),
    (
        "nemo",
        "messages that are text",
        {"messages": "What?"},
        ['wrong messages: expected a list, found text ("What?")'],
    ),
    (
        "cohere",
        "parts",
        {"messages": [say("User", [{"type": "text", "text": "Peru?"}]), say("Chatbot", "Lima.")]},
        ["wrong messages[0].content: expected text, found a list"],
    ),
    (
        "databricks",
        "another field beside the messages",
        {"messages": [ASK, ANSWER], "id": 7},
        ['unknown id: unknown field "id"'],
    ),
    (
        "databricks",
        "a call",
        {"messages": [ASK, CALLING]},
        [
            'missing messages[1].content: "content" is missing',
            'unknown messages[1].tool_calls: unknown field "tool_calls", where "content" is missing',
        ],
    ),
    (
        "ms-swift",
        "no content",
        {"messages": [ASK, {"role": "assistant"}]},
        ['missing messages[1].content: "content" is missing'],
    ),
    (
        "ms-swift",
        "a message of the user in a rejected answer",
        {"messages": [ASK, ANSWER], "rejected_response": [ASK, OTHER]},
        ['wrong rejected_response[0].role: text ("user") may not stand here'],
    ),
    (
        "ms-swift",
        "an answer that is an object, and a null one",
        {"messages": [ASK, say("assistant", {"text": "Lima."}), say("assistant", None)]},
        [
            "wrong messages[1].content: expected text or a list, found an object",
            "wrong messages[2].content: expected text or a list, found null",
        ],
    ),
    (
        "torchtune",
        "no role",
        {"messages": [{"content": "Hi"}, ANSWER]},
        ['missing messages[0].role: "role" is missing'],
    ),
    (
        "mistral-platform",
        "an image as OpenAI writes it",
        {
            "messages": [
                say("user", [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO"}}]),
                ANSWER,
            ]
        },
        ["wrong messages[0].content[0].image_url: expected text, found an object"],
    ),
]

# target, roles that are right, roles that are not
ORDERS = [
    ("llamafactory", "ua sua uaua uata suatata uattaua ta", "a s us usa uu uua uaa uat uatu suau suas"),
    (
        "mistral-finetune",
        "ua sua usa uua aa uaua uata uattaua uaatataua uasua",
        "u ut uta uatu uat ssua uasuasua uas",
    ),
    ("mistral-platform", "ua sua uaua uata suattaua ua", "uat uatu utua"),
    (
        "ms-swift",
        "ua sua uaua uau u su a aua uua uaa uata uattaa uat uta sa autua",
        "t ta ssua uasua uatu uatua usa",
    ),
    ("databricks", "ua sua aua a uaua", "u uu uua uaa uau usua s"),
    ("torchtune", "ua sua uaua uau", "a u s sa uu uua uaa auta uata uatt usua"),
]


def batch(target: str, record) -> Batch:
    job = RuleContext(load_target(target))
    return Batch([record], [1], [1], RecordReader(ShapeDetector(first=tuple(job.target.shapes))), job)


def told(seen: Batch) -> list[str]:
    return [
        f"{kind} {path}: {message}"
        for kind, path, message in seen.schema_violations.select("kind", "path", "message").rows()
    ]


@pytest.mark.parametrize(
    ("target", "shape", "record"),
    [(t, *rest) for t, _, *rest in RIGHT],
    ids=[f"{t}: {w}" for t, w, *_ in RIGHT],
)
def test_what_a_trainers_pages_show_is_right(target, shape, record):
    seen = batch(target, record)
    assert seen.record_shapes[0] is not None
    name = seen.record_shapes[0].shape.name
    assert name == shape or (shape is None and name in load_target(target).shapes)
    assert told(seen) == []


@pytest.mark.parametrize(
    ("target", "shape", "record"),
    [(t, *rest) for t, _, *rest in RIGHT],
    ids=[f"{t}: {w}" for t, w, *_ in RIGHT],
)
def test_what_a_trainers_pages_show_keeps_to_its_order(target, shape, record):
    order = load_target(target).text("order")
    roles = batch(target, record).examples["roles"][0]
    if order is not None and shape != "text":
        assert re.search(order, roles), roles


@pytest.mark.parametrize(
    ("target", "record", "found"),
    [(t, *rest) for t, _, *rest in WRONG],
    ids=[f"{t}: {w}" for t, w, *_ in WRONG],
)
def test_what_a_trainer_does_not_read(target, record, found):
    assert told(batch(target, record)) == found


@pytest.mark.parametrize("target", TRAINERS)
def test_every_trainer_has_a_record_of_every_shape_it_takes_and_a_broken_one(target):
    shown = {
        batch(name, record).record_shapes[0].shape.name for name, _, _, record in RIGHT if name == target
    }
    assert shown >= set(load_target(target).shapes) - RARE
    assert any(name == target for name, *_ in WRONG) or target == "trl-kto"


RARE = {"ranked-preference", "mistral", "chat"}
"""Shapes that a trainer takes beside a likelier one that looks the same."""


@pytest.mark.parametrize(("target", "right", "wrong"), ORDERS, ids=[target for target, *_ in ORDERS])
def test_the_order_of_roles(target, right, wrong):
    order = load_target(target).text("order")
    assert [roles for roles in right.split() if not re.search(order, roles)] == []
    assert [roles for roles in wrong.split() if re.search(order, roles)] == []


def test_every_order_is_tested_and_a_regular_expression_of_polars():
    from ftlint._polars import pl

    targets = [name for name in TRAINERS if load_target(name).text("order")]
    assert sorted(target for target, *_ in ORDERS) == sorted(targets)
    for name in targets:
        assert pl.Series(["sua"]).str.contains(load_target(name).text("order")).dtype == pl.Boolean


TALKS = {
    "rules": {"messages": [RULES, ASK, ANSWER]},
    "turns": {"messages": [ASK, ANSWER, ASK, ANSWER]},
    "tools": {**WITH_TOOLS, "messages": [ASK, {**CALLING, "content": None}, RESULT, ANSWER]},
    "pair": {"prompt": [ASK], "chosen": [ANSWER], "rejected": [OTHER]},
    "label": {"prompt": [ASK], "completion": [ANSWER], "label": True},
}


@pytest.mark.parametrize("target", few_quick(TRAINERS, 4))
def test_what_is_converted_for_a_trainer_is_of_a_form_it_reads(target, tmp_path):
    for name, record in TALKS.items():
        talk, made = tmp_path / f"{name}.jsonl", tmp_path / f"{name}-made.jsonl"
        talk.write_text(json.dumps(record) + "\n", encoding="utf-8")
        try:
            report = convert(talk, made, to=target, select="S", ignore="S009")
        except UsageError as error:
            assert "no record can be converted" in str(error)
            continue
        assert report.findings == []
        assert report.files[0].kept == 1


@pytest.mark.parametrize("target", TRAINERS)
def test_a_targets_own_schema_demands_only_fields_of_the_shape(target):
    for shape, schema in load_target(target).shapes.items():
        missing = {path for _, kind, _, path, _ in record_violations([{}], schema) if kind == "missing"}
        assert missing <= {*SHAPES[shape].required, *SHAPES[shape].optional}


@pytest.mark.parametrize(
    ("target", "fact", "value", "verified"),
    [
        ("trl-sft", "tokens", 1024, True),
        ("trl-sft", "arguments", "object", True),
        ("trl-sft", "mixed_types", "unsure", True),
        ("axolotl", "over_length", "dropped", True),
        ("axolotl", "mixed_types", "allowed", True),
        ("ms-swift", "assistant_message", "optional", True),
        ("llamafactory", "tokens", 2048, True),
        ("llamafactory", "last_role", "assistant", True),
        ("mlx-lm", "min_examples", 4, True),
        ("mlx-lm", "min_validation_examples", 4, True),
        ("mlx-lm", "bom", "rejected", True),
        ("mistral-finetune", "call_id_pattern", "^[a-zA-Z0-9]{9}$", True),
        ("mistral-finetune", "weights", [0, 1], True),
        ("mistral-platform", "weights", [0, 1], False),
        ("mistral-platform", "file_bytes", 512 * 1024**2, True),
        ("cohere", "min_examples", 2, True),
        ("databricks", "repeat_roles", "rejected", True),
        ("torchtune", "images_per_example", 1, True),
        ("nemo", "call_ids", "optional", True),
        ("unsloth", "roles", ["system", "user", "assistant", "tool"], False),
    ],
)
def test_what_a_trainer_says(target, fact, value, verified):
    goal = load_target(target)
    assert (goal.value(fact), goal.verified(fact)) == (value, verified)


def test_a_limit_that_is_a_setting_names_the_setting():
    for name in TRAINERS:
        target = load_target(name)
        assert (target.fact("tokens") is None) == (target.fact("tokens_setting") is None)
