"""A chat template: it makes one text of a conversation, as transformers does for training and inference."""

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any

from ftlint.chat_template.rendering import ENDLESS, Refusal, RenderedText
from ftlint.errors import UsageError

# The names under which transformers (5.24, ``_alias_reasoning_fields``) passes the thoughts of a message.
REASONING = ("reasoning_content", "thinking", "reasoning")
MAX_ENDLESS = 3
"""After so many conversations for which a template does not come to an end it is not run again."""


class ChatTemplate:
    """A compiled template with the special tokens that it may write. Its methods may be called by several threads."""

    def __init__(
        self, sources: Mapping[str, str], special_tokens: Mapping[str, str], name: str = "the chat template"
    ) -> None:
        """``sources`` maps names of templates to their texts: ``default``, and perhaps ``tool_use``.

        Raises UsageError with the line where a source is no template.
        """
        from ftlint.chat_template.sandbox import ChatTemplateEnvironment, jinja2

        self.name = name
        self.sources = dict(sources)
        self.special_tokens = dict(special_tokens)
        self._environment = ChatTemplateEnvironment()
        self._lock = RLock()
        self._endless = 0
        self._compiled = {}
        for kind, source in self.sources.items():
            try:
                self._compiled[kind] = self._environment.from_string(source)
            except jinja2.TemplateSyntaxError as error:
                raise UsageError(
                    f"{name}:{error.lineno}: the chat template is invalid: {error.message}"
                ) from None
            except (jinja2.TemplateError, RecursionError, ValueError, TypeError) as error:
                raise UsageError(f"{name}: the chat template is invalid: {error}") from None

    def __reduce__(self) -> tuple[Any, ...]:
        return ChatTemplate, (self.sources, self.special_tokens, self.name)

    @property
    def marks_generation(self) -> bool:
        """Whether the template marks what is trained."""
        return any("endgeneration" in source for source in self.sources.values())

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Any] | None = None,
        *,
        documents: Sequence[Mapping[str, Any]] | None = None,
        add_generation_prompt: bool = False,
    ) -> RenderedText:
        """The text of a conversation. Raises Refusal where the template raises, or does not come to an end.

        As in transformers, keys that are null are left out, and thoughts are passed under every usual name.
        """
        prepared = [_prepared(message) for message in messages]
        variables = {
            **self.special_tokens,
            "messages": prepared,
            "tools": list(tools) if tools else None,
            "documents": documents,
            "add_generation_prompt": add_generation_prompt,
        }
        template = self._compiled[self._kind(bool(tools))]
        with self._lock:
            return self._run(template, variables)

    def _run(self, template: Any, variables: dict[str, Any]) -> RenderedText:
        if self._endless >= MAX_ENDLESS:
            raise Refusal(ENDLESS)
        try:
            return self._environment.run(template, variables)
        except Refusal as refusal:
            self._endless += str(refusal) == ENDLESS
            raise

    def _kind(self, has_tools: bool) -> str:
        if has_tools and "tool_use" in self._compiled:
            return "tool_use"
        return "default" if "default" in self._compiled else next(iter(self._compiled))


def _prepared(message: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in message.items() if value is not None}
    reasoning = next((given[key] for key in REASONING if key in given), None)
    return given if reasoning is None else {"thinking": reasoning, **given, "reasoning_content": reasoning}
