"""Example records as the vendors' documentation writes them: their layout, with words of this project's own."""

import json

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["place"],
        },
    },
}
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"place": "Oslo", "unit": "celsius"}'},
}
SYSTEM = {"role": "system", "content": "You answer in one sentence."}
ASKED = {"role": "user", "content": "What is the weather in Oslo?"}
ANSWER = {"role": "assistant", "content": "It snows, at two below zero."}
QUESTION = {"role": "user", "content": "Which river flows through Cairo?"}
NILE = {"role": "assistant", "content": "The Nile."}
DANUBE = {"role": "assistant", "content": "The Danube."}
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="

EXAMPLES = {
    "OpenAI: chat": {"messages": [SYSTEM, QUESTION, NILE]},
    "OpenAI: chat of several turns with weights": {
        "messages": [SYSTEM, QUESTION, {**NILE, "weight": 0}, ASKED, {**ANSWER, "weight": 1}]
    },
    "OpenAI: an unanswered call at the end": {
        "messages": [ASKED, {"role": "assistant", "tool_calls": [CALL]}],
        "parallel_tool_calls": False,
        "tools": [WEATHER],
    },
    "OpenAI: legacy functions": {
        "messages": [
            ASKED,
            {"role": "assistant", "function_call": {"name": "get_weather", "arguments": '{"place": "Oslo"}'}},
        ],
        "functions": [WEATHER["function"]],
    },
    "OpenAI: an image by address": {
        "messages": [
            {"role": "system", "content": "You name birds."},
            {"role": "user", "content": "Which bird is this?"},
            {
                "role": "user",
                "content": [{"type": "image_url", "image_url": {"url": "https://example.org/heron.png"}}],
            },
            {"role": "assistant", "content": "A heron."},
        ]
    },
    "OpenAI: a request of the Responses API with its output": {
        "model": "gpt-4.1",
        "instructions": "You answer in one sentence.",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What is the weather in Oslo?"},
                    {"type": "input_image", "image_url": "https://example.org/oslo.png", "detail": "low"},
                ],
            }
        ],
        "tools": [{"type": "function", **WEATHER["function"], "strict": False}, {"type": "web_search"}],
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Oslo it is."}]},
            {
                "type": "function_call",
                "call_id": "call_1",
                "name": "get_weather",
                "arguments": '{"place": "Oslo"}',
                "status": "completed",
            },
            {"type": "function_call_output", "call_id": "call_1", "output": "-2"},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "It snows.", "annotations": []}],
            },
        ],
    },
    "OpenAI: preference": {
        "input": {"messages": [QUESTION], "tools": [], "parallel_tool_calls": True},
        "preferred_output": [NILE],
        "non_preferred_output": [DANUBE],
    },
    "OpenAI: reinforcement": {
        "messages": [{"role": "developer", "content": "Answer with one word."}, QUESTION],
        "reference_answer": "Nile",
    },
    "OpenAI: prompt and completion": {"prompt": "Cairo ->", "completion": " Nile END"},
    "Azure: a call, its result, an answer": {
        "messages": [
            SYSTEM,
            ASKED,
            {"role": "assistant", "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "call_1", "content": "-2, snow"},
            ANSWER,
        ],
        "tools": [WEATHER],
    },
    "Together: parts in a prompt": {
        "prompt": [
            {"type": "text", "text": "Which colour is this?"},
            {"type": "image_url", "image_url": {"url": PNG}},
        ],
        "completion": [{"type": "text", "text": "White."}],
    },
    "Fireworks: two conversations": {
        "chosen": {"messages": [QUESTION, NILE]},
        "rejected": {"messages": [QUESTION, DANUBE]},
    },
    "Together: an image in the record": {
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Which colour is this?"},
                    {"type": "image_url", "image_url": {"url": PNG}},
                ],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "Grey."}]},
        ]
    },
    "Fireworks: a weighed example": {"messages": [QUESTION, NILE], "weight": 0.5},
    "Nova: conversation": {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "You answer in one sentence."}],
        "messages": [
            {"role": "user", "content": [{"text": "Which river flows through Cairo?"}]},
            {"role": "assistant", "content": [{"text": "The Nile."}]},
        ],
    },
    "Nova: preference": {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [{"text": "Which river flows through Cairo?"}]},
            {
                "role": "assistant",
                "candidates": [
                    {"content": [{"text": "The Nile."}], "preferenceLabel": "preferred"},
                    {"content": [{"text": "The Danube."}], "preferenceLabel": "non-preferred"},
                ],
            },
        ],
    },
    "Claude on Bedrock": {"system": "You answer in one sentence.", "messages": [QUESTION, NILE]},
    "Gemini: conversation": {
        "systemInstruction": {"role": "system", "parts": [{"text": "You answer in one sentence."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Which river flows through Cairo?"}]},
            {"role": "model", "parts": [{"text": "The Nile."}]},
        ],
    },
    "Gemini: preference": {
        "contents": [{"role": "user", "parts": [{"text": "Which river flows through Cairo?"}]}],
        "completions": [
            {"score": 1, "completion": {"role": "model", "parts": [{"text": "The Nile."}]}},
            {"score": 0, "completion": {"role": "model", "parts": [{"text": "The Danube."}]}},
        ],
    },
    "TRL: prompt and completion in messages": {"prompt": [QUESTION], "completion": [NILE]},
    "TRL: preference": {"prompt": [QUESTION], "chosen": [NILE], "rejected": [DANUBE]},
    "TRL: unpaired preference": {
        "prompt": "Which river flows through Cairo?",
        "completion": "The Danube.",
        "label": False,
    },
    "TRL: a call with an object": {
        "messages": [
            ASKED,
            {
                "role": "assistant",
                "tool_calls": [
                    {"type": "function", "function": {"name": "get_weather", "arguments": {"place": "Oslo"}}}
                ],
            },
            {"role": "tool", "name": "get_weather", "content": "-2, snow"},
            ANSWER,
        ],
        "tools": [WEATHER],
    },
    "LLaMA-Factory: alpaca": {
        "instruction": "Name the river of this city.",
        "input": "Cairo",
        "output": "The Nile.",
    },
    "LLaMA-Factory: sharegpt with a call": {
        "conversations": [
            {"from": "human", "value": "What is the weather in Oslo?"},
            {"from": "function_call", "value": '{"name": "get_weather", "arguments": {"place": "Oslo"}}'},
            {"from": "observation", "value": "-2, snow"},
            {"from": "gpt", "value": "It snows."},
        ],
        "system": "You answer in one sentence.",
        "tools": '[{"name": "get_weather", "parameters": {"type": "object", "properties": {"place": {"type": "string"}}}}]',
    },
    "LLaMA-Factory: ranked pair": {
        "conversations": [{"from": "human", "value": "Which river flows through Cairo?"}],
        "chosen": {"from": "gpt", "value": "The Nile."},
        "rejected": {"from": "gpt", "value": "The Danube."},
    },
    "Axolotl: segments": {
        "segments": [{"text": "Cairo lies on ", "label": False}, {"text": "the Nile.", "label": True}]
    },
    "Mistral: a call": {
        "messages": [
            ASKED,
            {
                "role": "assistant",
                "tool_calls": [{**CALL, "id": "a1B2c3D4e"}],
            },
            {"role": "tool", "tool_call_id": "a1B2c3D4e", "content": "-2, snow"},
            ANSWER,
        ],
        "tools": [WEATHER],
    },
    "MLX: text": {"text": "The Nile flows through Cairo."},
    "ms-swift: calls in turns": {
        "messages": [
            ASKED,
            {"role": "tool_call", "content": '{"name": "get_weather", "arguments": {"place": "Oslo"}}'},
            {"role": "tool_response", "content": '{"snow": true, "degrees": -2}'},
            ANSWER,
        ],
        "tools": json.dumps([WEATHER]),
    },
    "ms-swift: rejected response": {
        "messages": [SYSTEM, QUESTION, NILE],
        "rejected_response": "The Danube.",
    },
    "NeMo: ranked": {
        "context": [QUESTION],
        "completions": [{"rank": 0, "completion": [NILE]}, {"rank": 1, "completion": [DANUBE]}],
    },
    "Cohere: chat": {
        "messages": [
            {"role": "System", "content": "You answer in one sentence."},
            {"role": "User", "content": "Which river flows through Cairo?"},
            {"role": "Chatbot", "content": "The Nile."},
        ]
    },
    "verl: a prompt with its truth": {
        "data_source": "rivers",
        "prompt": [QUESTION],
        "ability": "geography",
        "reward_model": {"style": "rule", "ground_truth": "Nile"},
        "extra_info": {"split": "train", "index": 0},
    },
    "OpenRLHF: a prompt with its label": {"prompt": [QUESTION], "label": "Nile"},
    "Oumi: an image and metadata": {
        "conversation_id": "birds-1",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "content": "https://example.org/heron.png"},
                    {"type": "text", "content": "Which bird is this?"},
                ],
            },
            {"role": "assistant", "content": "A heron."},
        ],
        "metadata": {"source": "zoo"},
    },
    "Fireworks: a prompt for reinforcement": {"messages": [QUESTION], "weight": 1},
    "Bedrock: a conversation of the Converse API for Llama": {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "You count animals."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"text": "How many cats are there?"},
                    {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://zoo/cats.png"}}}},
                ],
            },
            {"role": "assistant", "content": [{"text": "Two."}]},
        ],
    },
    "Gemini: a piece of a video": {
        "contents": [
            {
                "role": "user",
                "parts": [
                    {
                        "fileData": {"mimeType": "video/mp4", "fileUri": "gs://zoo/seals.mp4"},
                        "videoMetadata": {"startOffset": "1s", "endOffset": "5s"},
                    },
                    {"text": "What happens?"},
                ],
            },
            {"role": "model", "parts": [{"text": "A seal dives."}]},
        ],
        "references": {"ground_truth": "dive"},
    },
    "Mistral: a system prompt beside the messages": {
        "messages": [QUESTION, NILE, ASKED, ANSWER],
        "system_prompt": "You answer in one sentence.",
        "only_last": True,
    },
    "Unsloth: a prompt with the answer that is rewarded": {"prompt": [SYSTEM, QUESTION], "answer": "Nile"},
    "OpenRLHF: messages as a prompt": {"context_messages": [QUESTION]},
    "torchtune: an answer of Stack Exchange and another": {
        "question": "Which river flows through Cairo?",
        "response_j": "The Nile.",
        "response_k": "The Danube.",
    },
    "LLaMA-Factory: a thought, two calls and their result": {
        "conversations": [
            {"from": "human", "value": "What is the weather in Oslo and in Rome?"},
            {
                "from": "function_call",
                "value": "<think>Two places.</think>"
                + json.dumps([{"name": "get_weather", "arguments": {"place": p}} for p in ("Oslo", "Rome")]),
            },
            {"from": "observation", "value": '["-2", "20"]'},
            {"from": "gpt", "value": "It is colder in Oslo."},
        ],
        "tools": json.dumps([WEATHER["function"]]),
    },
}

# Who must find nothing wrong with an example: those whose documentation has it so.
HOME = {
    "OpenAI: chat": "openai-chat azure-openai together fireworks trl-sft mlx-lm nemo axolotl databricks unsloth torchtune ms-swift"
    " verl openrlhf oumi",
    "OpenAI: chat of several turns with weights": "openai-chat azure-openai together fireworks mistral-finetune",
    "OpenAI: an unanswered call at the end": "openai-chat azure-openai",
    "OpenAI: legacy functions": "",
    "OpenAI: an image by address": "openai-chat",
    "OpenAI: a request of the Responses API with its output": "",
    "OpenAI: preference": "openai-dpo azure-openai-dpo together fireworks",
    "OpenAI: reinforcement": "openai-rft azure-openai-rft",
    "OpenAI: prompt and completion": "openai-completions bedrock-llama mlx-lm together",
    "Azure: a call, its result, an answer": "azure-openai openai-chat together fireworks",
    "Together: parts in a prompt": "together",
    "Fireworks: two conversations": "fireworks",
    "Together: an image in the record": "together",
    "Fireworks: a weighed example": "fireworks together",
    "Nova: conversation": "bedrock-nova",
    "Nova: preference": "bedrock-nova-dpo",
    "Claude on Bedrock": "bedrock-claude",
    "Gemini: conversation": "vertex-gemini",
    "Gemini: preference": "vertex-gemini-dpo",
    "TRL: prompt and completion in messages": "trl-sft openrlhf",
    "TRL: preference": "trl-dpo trl-kto openrlhf oumi",
    "TRL: unpaired preference": "trl-kto",
    "TRL: a call with an object": "trl-sft",
    "LLaMA-Factory: alpaca": "llamafactory unsloth axolotl oumi litgpt",
    "LLaMA-Factory: sharegpt with a call": "llamafactory",
    "LLaMA-Factory: ranked pair": "llamafactory",
    "Axolotl: segments": "axolotl",
    "Mistral: a call": "mistral-finetune mistral-platform",
    "MLX: text": "mlx-lm",
    "ms-swift: calls in turns": "ms-swift",
    "ms-swift: rejected response": "ms-swift",
    "NeMo: ranked": "nemo",
    "Cohere: chat": "cohere",
    "verl: a prompt with its truth": "verl",
    "OpenRLHF: a prompt with its label": "openrlhf",
    "Oumi: an image and metadata": "oumi",
    "Fireworks: a prompt for reinforcement": "",
    "Bedrock: a conversation of the Converse API for Llama": "bedrock-llama",
    "Gemini: a piece of a video": "vertex-gemini",
    "Mistral: a system prompt beside the messages": "mistral-finetune",
    "Unsloth: a prompt with the answer that is rewarded": "unsloth",
    "OpenRLHF: messages as a prompt": "",
    "torchtune: an answer of Stack Exchange and another": "",
    "LLaMA-Factory: a thought, two calls and their result": "llamafactory",
}
