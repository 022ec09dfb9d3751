"""Requests of a batch: the conversation is the body of a request to an API.

- ``{"custom_id": …, "method": "POST", "url": …, "body": {"model": …, "messages": […]}}``: OpenAI. The body of a request
  to ``/v1/responses`` has ``input`` in place of ``messages``.
- ``{"custom_id": …, "params": {"model": …, "system": …, "messages": […]}}``: Anthropic.
- ``{"key": …, "request": {"contents": […]}}``: Gemini. ``{"recordId": …, "modelInput": {…}}``: Amazon Bedrock.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes.chat import Chat
from ftlint.shapes.detect import DetectedShape, ShapeDetector
from ftlint.shapes.responses import Responses
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape

RESPONSES = Responses()


class BatchRequest(Shape):
    """The shape of the body, one of ``shapes``, is detected as that of a record; its other fields stay the record's."""

    name = "batch-request"
    required = ("body",)
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {"body": ("params", "request", "modelInput")}
    roles: ClassVar[Mapping[str, str]] = {**Chat.roles, "model": "assistant"}
    turns = True
    parts = True
    call_ids = True
    tool_fields = ("body",)
    identity_fields = ("body.tools",)
    late = True

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes

    @cached_property
    def _detector(self) -> ShapeDetector:
        # The shapes are complete only when this one is among them.
        return ShapeDetector(self._shapes)

    def recognise(self, record: Record, names: Names) -> bool:
        body = record[names["body"]]
        if not isinstance(body, dict):
            return False
        return "messages" in body or "contents" in body or _is_response_request(body)

    def view(self, record: Record, names: Names) -> list[Message]:
        body, detected = self._body(record, names)
        return detected.shape.view(body, detected.fields)

    def beside_view(self, record: Record, names: Names) -> Any:
        body, detected = self._body(record, names)
        shape, fields = detected.shape, detected.fields
        shown = {*shape.required, *shape.optional}.difference(shape.identity_fields)
        keys = {fields[name] for name in shown if name in fields}
        return {key: value for key, value in body.items() if key not in keys}

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        body, detected = self._body(record, names)
        return (names["body"], *detected.shape.steps(body, detected.fields, at, field, part))

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        body, detected = self._body(record, names)
        return detected.shape.text(body, detected.fields, at, field, part)

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        body, detected = self._body(record, names)
        detected.shape.put(body, detected.fields, at, field, part, text)

    def remove(self, record: Record, names: Names, at: int) -> None:
        body, detected = self._body(record, names)
        detected.shape.remove(body, detected.fields, at)

    def tools(self, record: Record, names: Names) -> list[Any]:
        body, detected = self._body(record, names)
        return detected.shape.tools(body, detected.fields)

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        body, detected = self._body(record, names)
        return (names["body"], *detected.shape.tool_steps(body, detected.fields, nth))

    def read(self, record: Record, names: Names) -> Conversation:
        body, detected = self._body(record, names)
        conversation = detected.shape.read(body, detected.fields)
        conversation.extra = {**self.extra(record, names), **conversation.extra}
        return conversation

    def write(self, conversation: Conversation) -> Record:
        return {"body": Chat().write(conversation)}

    def _body(self, record: Record, names: Names) -> tuple[Record, DetectedShape]:
        """The body and its shape. Raises TypeError if it fits none."""
        body = record[names["body"]]
        detected = self._detected(body) if isinstance(body, dict) else None
        if detected is None or detected.shape.is_preference:
            raise TypeError("the body is no conversation")
        return body, detected

    def _detected(self, body: Record) -> DetectedShape | None:
        if "messages" in body or "contents" in body or not _is_response_request(body):
            return self._detector.detect(body)
        # An input and instructions alone may be of several shapes.
        fields = {name: name for name in (*RESPONSES.required, *RESPONSES.optional) if name in body}
        return DetectedShape(RESPONSES, fields)


def _is_response_request(body: Record) -> bool:
    """Whether a body is that of a request to the Responses API, and not to that for embeddings."""
    given = body.get("input")
    if isinstance(given, str):
        return "model" in body and not any(key in body for key in ("dimensions", "encoding_format"))
    return isinstance(given, list) and any(isinstance(item, dict) for item in (*given[:1], *given[-1:]))
