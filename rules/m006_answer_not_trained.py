"""The mask of the chat template leaves out an answer, or all of them.

A template may mark what is trained on by `{% generation %}`. If the mark is around the wrong part, or in a
branch that is not taken, the answer has no loss: the run goes on, the loss falls on something else, and the model
learns nothing of the answer.

There is no fix: put the text of the assistant, with the token that ends it, between `{% generation %}` and
`{% endgeneration %}`.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template. Without `{% generation %}` the answers
are found by rendering the conversation up to each of them, and none is left out.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, RuleContext, pl

USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}
MARKED = (
    "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|end|>"
    "{% endgeneration %}{% else %}{{ m.content }}<|end|>{% endif %}{% endfor %}"
)
LAST = MARKED.replace("m.role == 'assistant'", "m.role == 'assistant' and loop.last")


class AnswerNotTrained(FrameRule):
    """Texts of the assistant outside of what is trained."""

    code, name, severity = "M006", "answer-not-trained", "error"
    frame = "rendered_parts"
    message = "the answer is not in the part that the chat template marks as trained"

    def when(self, context: RuleContext) -> pl.Expr:
        if context.chat_template is None or not context.chat_template.marks_generation:
            return pl.lit(False)
        answers = (pl.col("role") == "assistant") & pl.col("field").is_in(["content", "call_name"])
        return answers & pl.col("is_exact") & ~pl.col("is_trained").fill_null(True)

    cases = (
        Case(
            why="only the last answer",
            wrong=[{"messages": [USER, ASSISTANT, USER, ASSISTANT]}],
            found=[(1, "messages[1].content")],
            settings={"template_text": LAST},
        ),
        Case(
            why="the question in place of the answer",
            wrong=[{"messages": [USER, ASSISTANT]}],
            found=[(1, "messages[1].content")],
            settings={"template_text": MARKED.replace("== 'assistant'", "== 'user'")},
        ),
        Case(right=[{"messages": [USER, ASSISTANT]}], settings={"template_text": MARKED}),
        Case(why="no template is known", right=[{"messages": [USER, ASSISTANT]}]),
    )
