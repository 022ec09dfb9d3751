"""The context of a run that rules query: target, model, task."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ftlint.result import Severity
from ftlint.targets.target import Model, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftlint.batch.example import Example
    from ftlint.chat_template.template import ChatTemplate


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The target, model and options of a run, the same for every batch of a file.

    ``task`` is None unless the user set it. ``separator`` and ``stop`` are the user's own, if given.
    ``today`` is the current date for rules that depend on dates. ``tokenizer`` is the path of the ``tokenizer.json``
    to count tokens with, if one is given. ``chat_template`` makes a text of a conversation, if one is known.
    ``held_out`` says that the file is known to be held out from training.
    """

    target: Target | None = None
    model: Model | None = None
    task: str | None = None
    separator: str | None = None
    stop: str | None = None
    today: date = field(default_factory=date.today)
    tokenizer: str | None = None
    held_out: bool = False
    chat_template: "ChatTemplate | None" = None

    @property
    def trained_roles(self) -> "Sequence[str]":
        """The roles whose messages are trained on: the assistant's, unless the target says otherwise."""
        roles = self.fact("trained_roles")
        return roles if isinstance(roles, list | tuple) else ("assistant",)

    @property
    def limit(self) -> int | None:
        """The maximum number of tokens per example that are trained on: the model's limit, else the target's."""
        if self.model is not None:
            return self.model.limit
        return self.target.number("tokens") if self.target else None

    @property
    def encoding(self) -> str:
        """The vocabulary to count tokens with: its name, or the path of a ``tokenizer.json``."""
        if self.tokenizer is not None:
            return self.tokenizer
        if self.model is not None:
            return self.model.encoding
        return (self.target.text("encoding") if self.target else None) or "o200k_base"

    @property
    def counts_exactly(self) -> bool:
        """Whether tokens are counted with the vocabulary of the model or target, and not with a default one."""
        if self.tokenizer is not None or self.model is not None:
            return True
        return self.target is not None and self.target.fact("encoding") is not None

    @property
    def requires_markers(self) -> bool:
        """Whether the target requires separators and stop sequences. Without a target they are not required."""
        return self.target is not None and self.checks_markers

    @property
    def checks_markers(self) -> bool:
        """Whether existing separators and stops matter: not where a template replaces them."""
        return self.target is None or self.target.fact("separator") is not None

    @property
    def reads_weights(self) -> bool:
        """Whether an answer with weight 0 is left out of the training: yes, unless the target says otherwise."""
        return self.fact("message_weight") is None

    @property
    def unread_texts(self) -> Sequence[str]:
        """The fields of a message with a text that the target leaves out without a word."""
        return self.target.unread_texts if self.target is not None else []

    @property
    def reads_refusals(self) -> bool:
        """Whether the field ``refusal`` of an answer is read: yes, unless the target says otherwise."""
        return "refusal" not in self.unread_texts

    @property
    def severity_of_calls(self) -> Severity:
        """Of calls, results and tools that do not fit one another: a warning where the target compares none."""
        return "warning" if self.fact("call_checks") in ("ignored", "schemas") else "error"

    @property
    def severity_of_schemas(self) -> Severity:
        """Of the parameters of declared tools that are no schema: a warning where the target does not look."""
        return "warning" if self.fact("call_checks") == "ignored" else "error"

    @property
    def who(self) -> str:
        """The name of what sets the limit: the model, else the target."""
        return self.model.name if self.model else (self.target.name if self.target else "nobody")

    @property
    def over_length(self) -> str:
        """What the target does with an example that is too long, as text."""
        words = {
            "cut": "the end is cut off",
            "dropped": "the example is dropped",
            "rejected": "the example is refused",
        }
        return words.get(str(self.fact("over_length")), "what happens then is not known")

    def tokens(self, example: "Example") -> tuple[int, int]:
        """Exact token counts of an example, and of everything before its last answer: of its rendering, if a chat
        template is known.
        """
        from ftlint.tokens.conversation import BARE, count_conversation, role_text

        messages = [message for message in example.messages() if isinstance(message, dict)]
        if self.chat_template is not None and example.shape not in BARE:
            from ftlint.chat_template.count import count_rendering

            counts = count_rendering(self.chat_template, messages, example.tools(), self.encoding)
            if counts is not None:
                return counts
        last = max((i for i, m in enumerate(messages) if role_text(m.get("role")) == "assistant"), default=0)
        asked = (self.encoding, self.target, example.shape)
        return count_conversation(messages, *asked), count_conversation(
            messages[:last], *asked
        ) if last else 0

    def token_ids(self, text: str) -> list[int]:
        """The token ids of a short text such as a label, in the vocabulary used for counting."""
        from ftlint.tokens.vocabulary import encoding, is_file, tokenizer

        if is_file(self.encoding):
            return list(tokenizer(self.encoding).encode(text, add_special_tokens=False).ids)
        return encoding(self.encoding).encode_ordinary(text)

    def fact(self, name: str) -> object:
        """The target's value of a fact; None without a target or if the target does not state it."""
        return self.target.value(name) if self.target else None

    def severity_of_fact(self, name: str) -> Severity | None:
        """The severity of violating a fact: an error if a primary source states it, else a warning.

        None if the target does not state the fact, or imposes no restriction.
        """
        fact = self.target.fact(name) if self.target else None
        if fact is None or fact.value in ("allowed", "ignored", "optional", "either"):
            return None
        return "error" if fact.verified and fact.value != "unsure" else "warning"
