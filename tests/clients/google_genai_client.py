"""Judge: the types of google-genai, which forbid fields that they do not know.

The service reads JSON in camel case, and its own samples are in it; the types accept both.
"""

from typing import Any

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from verdict import Refused, run


class Example(BaseModel):
    """A record of supervised tuning."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")
    contents: list[types.Content] = Field(min_length=1)
    system_instruction: types.Content | None = None
    tools: list[types.Tool] | None = None


class Scored(BaseModel):
    """One of two answers, with its score."""

    score: float
    completion: types.Content


class Pair(Example):
    """A record of preference tuning."""

    completions: list[Scored] = Field(min_length=2, max_length=2)


def judge(target: str, row: Any) -> str:
    """The record as the types hold it."""
    kind = Pair if target == "vertex-gemini-dpo" else Example
    record = kind.model_validate(row)
    for content in record.contents:
        # "function" is the role that Google's own samples give to results.
        if content.role not in ("user", "model", "function", None):
            raise Refused(f"Please use a valid role: user, model; got {content.role}")
        if not content.parts:
            raise Refused("must include at least one parts field")
        if not all(part.model_dump(exclude_none=True) for part in content.parts):
            raise Refused("a part sets none of its fields")
    return record.model_dump_json(by_alias=True, exclude_none=True)


run(judge)
