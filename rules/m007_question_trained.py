"""The mask of the chat template trains on a text that is not the assistant's.

A template may mark what is trained on by `{% generation %}`. Where the mark takes in questions, system messages or the
results of tools, the model learns to write them, too: it asks itself, or makes up what its tools say.

There is no fix: put only what the assistant writes between `{% generation %}` and `{% endgeneration %}`.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template, and only where the template has such
marks.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl

USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}
ALL = "{% for m in messages %}<|{{ m.role }}|>{% generation %}{{ m.content }}<|end|>{% endgeneration %}{% endfor %}"
MARKED = (
    "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|end|>"
    "{% endgeneration %}{% else %}{{ m.content }}<|end|>{% endif %}{% endfor %}"
)


class QuestionTrained(FrameRule):
    """Texts of other roles inside what is trained."""

    code, name, severity = "M007", "question-trained", "error"
    frame = "rendered_parts"
    columns = ("role",)

    def when(self, context: RuleContext) -> pl.Expr:
        if context.chat_template is None or not context.chat_template.marks_generation:
            return pl.lit(False)
        return (pl.col("role") != "assistant") & pl.col("is_exact") & pl.col("is_trained").fill_null(False)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the chat template marks a text of the {match['role']} as trained"

    cases = (
        Case(
            wrong=[{"messages": [USER, ASSISTANT]}],
            found=[(1, "messages[0].content")],
            settings={"template_text": ALL},
        ),
        Case(right=[{"messages": [USER, ASSISTANT]}], settings={"template_text": MARKED}),
        Case(why="no template is known", right=[{"messages": [USER, ASSISTANT]}]),
    )
