"""Judge: the types of OpenAI's Python package, checked with pydantic as its own code would describe a request.

They are the types of chat requests: fine-tuning takes fewer (no audio, files or developer), so that what they
refuse is refused in training, too, but not the other way round.
"""

from typing import Any

from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolUnionParam
from pydantic import BaseModel, ConfigDict, TypeAdapter
from verdict import Refused, all_texts, run

MESSAGE: TypeAdapter[Any] = TypeAdapter(ChatCompletionMessageParam)
TOOL: TypeAdapter[Any] = TypeAdapter(ChatCompletionToolUnionParam)


class Example(BaseModel):
    """A record of the chat layout, as far as the package's types describe one."""

    model_config = ConfigDict(extra="allow")
    messages: list[Any]
    tools: list[Any] | None = None
    parallel_tool_calls: bool | None = None


class Pair(BaseModel):
    """A record of the preference layout."""

    input: Example
    preferred_output: list[Any]
    non_preferred_output: list[Any]


def judge(target: str, row: Any) -> str:
    """The messages as the types hold them."""
    if target == "openai-dpo":
        pair = Pair.model_validate(row, strict=True)
        example, messages = (
            pair.input,
            pair.input.messages + pair.preferred_output + pair.non_preferred_output,
        )
        if len(pair.preferred_output) != 1 or len(pair.non_preferred_output) != 1:
            raise Refused("an answer is one message")
    else:
        example = Example.model_validate(row, strict=True)
        messages = example.messages
    if not messages:
        raise Refused("no messages")
    read = [_message(message) for message in messages]
    tools = [TOOL.validate_python(tool, strict=True) for tool in example.tools or []]
    return all_texts([read, tools])


def _message(message: Any) -> Any:
    read = MESSAGE.validate_python(message, strict=True)
    # pydantic reads an Iterable when it is asked for; what it holds is checked only then.
    return {key: list(value) if _is_iterator(value) else value for key, value in read.items()}


def _is_iterator(value: Any) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, str | list | dict)


run(judge)
