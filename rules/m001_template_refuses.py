"""The chat template of the model refuses the conversation.

Templates raise errors on purpose, such as "Conversation roles must alternate user/assistant", and by accident, where
they read a key that a message does not have. A trainer that renders the conversation stops there, or leaves it out.

The finding has the words of the template, and the path of the message at which it stops: the conversation before
that message can be rendered.

There is no fix: which message is too much, only you know. `ftlint convert --system-messages fold` and
`--merge-consecutive` help with templates that know no system message, or want the roles to alternate.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote

USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}
ALTERNATE = (
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}<|{{ m.role }}|>{{ m.content }}{% endfor %}"
)
SETTINGS = {"template_text": ALTERNATE}


class TemplateRefuses(FrameRule):
    """Conversations for which the template raises an error."""

    code, name, severity = "M001", "template-refuses", "error"
    frame = "renderings"
    columns = ("refusal",)

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("refusal").is_not_null()

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the chat template refuses the conversation: {quote(match['refusal'], 100)}"

    cases = (
        Case(
            why="two questions in a row",
            wrong=[{"messages": [USER, ASSISTANT, USER, USER, ASSISTANT]}, {"messages": [ASSISTANT]}],
            found=[(1, "messages[3].role"), (2, "messages[0].role")],
            settings=SETTINGS,
        ),
        Case(
            why="a key that no message has",
            wrong=[{"messages": [USER, ASSISTANT]}],
            found=[(1, "messages[0].role")],
            settings={"template_text": "{% for m in messages %}{{ m.content + m.thought }}{% endfor %}"},
        ),
        Case(
            why="a loop without end",
            wrong=[{"messages": [USER, ASSISTANT]}],
            found=[(1, "messages[0].role")],
            settings={"template_text": "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}"},
        ),
        Case(right=[{"messages": [USER, ASSISTANT, USER, ASSISTANT]}], settings=SETTINGS),
        Case(
            why="no template is applied to a prompt with a completion",
            right=[{"prompt": "Hi", "completion": "Hello."}],
            settings=SETTINGS,
        ),
        Case(why="no template is known", right=[{"messages": [USER, USER]}]),
    )
