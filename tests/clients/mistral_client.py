"""Judge: mistral-common's validator for fine-tuning, and its tokenizer of version 3.

Records are read as mistral-finetune reads them (mistralai/mistral-finetune at 1943535, finetune/data/tokenize.py),
which is no package: its checks of keys are repeated here, and the rest is mistral-common's own.
"""

from collections.abc import Iterator
from typing import Any

from mistral_common.protocol.instruct.messages import (
    FinetuningAssistantMessage,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from mistral_common.protocol.instruct.tool_calls import Function, FunctionCall, Tool, ToolCall
from mistral_common.protocol.instruct.validator import MistralRequestValidatorV3, ValidationMode
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer
from verdict import Refused, run

VALIDATOR = MistralRequestValidatorV3(ValidationMode.finetuning)
TOKENIZER = MistralTokenizer.v3().instruct_tokenizer


def judge(target: str, row: Any) -> str:
    """The tokens, as text."""
    if "messages" not in row and "interactions" not in row:
        return _text(row)
    if "messages" in row and "interactions" in row:
        raise Refused("cannot contain both of messages, interactions")
    tools = [_tool(tool) for tool in row.get("tools") or row.get("available_tools") or []]
    messages, system = [], row.get("system_prompt")
    for said in row["messages"] if "messages" in row else row["interactions"]:
        message = _message(said)
        if isinstance(message, SystemMessage):
            if system is not None:
                raise Refused("Multiple messages with role 'system' encountered. Only one is allowed.")
            system = message.content
        else:
            messages.append(message)
    VALIDATOR.validate_messages(messages)
    VALIDATOR._validate_tools(tools)
    return "".join(map(TOKENIZER.tokenizer.decode, _encoded(messages, tools or None, system)))


def _encoded(messages: list[Any], tools: list[Tool] | None, system: Any) -> Iterator[list[int]]:
    asked = [nth for nth, message in enumerate(messages) if isinstance(message, UserMessage)]
    for nth, message in enumerate(messages):
        if isinstance(message, UserMessage):
            is_last, is_first = nth == asked[-1], nth == asked[0]
            yield TOKENIZER.encode_user_message(message, tools, is_last, is_first, system)[0]
        elif isinstance(message, ToolMessage):
            yield TOKENIZER.encode_tool_message(message, False)[0]
        else:
            yield TOKENIZER.encode_assistant_message(message, False)


def _text(row: Any) -> str:
    if "text" in row and "content" in row:
        raise Refused("Make sure to have either 'text' or 'content' in your data. Not both.")
    text = row.get("text", row.get("content"))
    if not isinstance(text, str):
        raise Refused("Must have one of 'text' or 'content' in your data.")
    return text


def _message(said: dict[str, Any]) -> Any:
    calls = said.get("tool_calls")
    if "role" not in said:
        raise Refused("A message does not contain a 'role' key")
    if "text" in said and "content" in said:
        raise Refused("message contains both a 'text' and 'content' key")
    content = said.get("content") if said.get("content") is not None else said.get("text")
    if calls is None and content is None:
        raise Refused(f"A {said['role']} message does not contain one of content, text")
    match said["role"]:
        case "user":
            return UserMessage(content=content)
        case "assistant":
            calls = None if calls is None else [_call(call) for call in calls]
            return FinetuningAssistantMessage(content=content, tool_calls=calls, weight=said.get("weight"))
        case "system":
            return SystemMessage(content=content)
        case "tool":
            return ToolMessage(content=content, tool_call_id=said["tool_call_id"], name=said.get("name"))
    raise Refused(f"UnrecognizedRoleError: {said['role']}")


def _call(call: dict[str, Any]) -> ToolCall:
    arguments = call["function"]["arguments"]
    if not isinstance(arguments, str):
        raise Refused("does not have a 'arguments' key of type str")
    return ToolCall(id=call["id"], function=FunctionCall(name=call["function"]["name"], arguments=arguments))


def _tool(tool: dict[str, Any]) -> Tool:
    function = tool["function"]
    if not isinstance(function["parameters"], dict):
        raise Refused("A function 'parameters' key has to be of type dict")
    return Tool(
        function=Function(
            name=function["name"], description=function["description"], parameters=function["parameters"]
        )
    )


run(judge)
