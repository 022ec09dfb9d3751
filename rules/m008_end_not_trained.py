"""The token that ends an answer is not in the part that is trained.

A model that never learns to write its end token goes on after the answer until the limit: it asks itself the next
question, or repeats itself. It happens where `{% endgeneration %}` comes before the end token in the template.

There is no fix: put the end token between `{% generation %}` and `{% endgeneration %}`.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template, and only where the template has such
marks. Silent where the template writes nothing after the answer.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote

USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}
WITH_END = (
    "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|end|>"
    "{% endgeneration %}{% else %}{{ m.content }}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
WITHOUT_END = WITH_END.replace("<|end|>{% endgeneration %}", "{% endgeneration %}<|end|>")


class EndNotTrained(FrameRule):
    """Answers of which the text is trained, but not what the template writes after it."""

    code, name, severity = "M008", "end-not-trained", "error"
    frame = "rendered_answers"
    columns = ("end",)

    def when(self, context: RuleContext) -> pl.Expr:
        if context.chat_template is None or not context.chat_template.marks_generation:
            return pl.lit(False)
        return pl.col("is_trained") & (pl.col("end") != "") & ~pl.col("is_end_trained")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the end of the answer, {quote(match['end'], 40)}, is not trained"

    cases = (
        Case(
            wrong=[{"messages": [USER, ASSISTANT, USER, ASSISTANT]}],
            found=[(1, "messages[1].content"), (1, "messages[3].content")],
            settings={"template_text": WITHOUT_END},
        ),
        Case(right=[{"messages": [USER, ASSISTANT]}], settings={"template_text": WITH_END}),
        Case(
            why="nothing follows the answer",
            right=[{"messages": [USER, ASSISTANT]}],
            settings={"template_text": WITHOUT_END.replace("<|end|>", "")},
        ),
        Case(why="no template is known", right=[{"messages": [USER, ASSISTANT]}]),
    )
