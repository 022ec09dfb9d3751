"""The rendering of a conversation does not begin with the rendering of its first messages.

Trainers find out which tokens belong to an answer by rendering the conversation up to it, and once more with it: TRL
for prompts with completions and for tools, MLX LM with `--mask-prompt`, and all that have no other mask. If the
template writes earlier messages in another way once more follow, the two do not match: the mask is off by some tokens,
the trainer stops, or it warns once and goes on.

Templates that cut thoughts out of earlier answers do this, and those that write a tool list or a date before the last
question.

There is no fix. Use a template for training that writes every message in the same way, or make an example of each answer
(`ftlint convert --untrained split`).

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template. Silent where the template marks what is
trained by `{% generation %}`.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, RuleContext, pl

USER = {"role": "user", "content": "Hi"}
THINKS = {"role": "assistant", "content": "<think>A greeting.</think>Hello."}
TURNS = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
LAST_THOUGHT = TURNS.replace(
    "{{ m.content }}",
    "{% if loop.last %}{{ m.content }}{% else %}{{ m.content.split('</think>')[-1] }}{% endif %}",
)


class PrefixChanges(FrameRule):
    """Answers that the renderings of the beginnings do not show."""

    code, name, severity = "M009", "prefix-changes", "warning"
    frame = "rendered_answers"
    message = "the chat template writes the messages up to here differently once more follow"

    def when(self, context: RuleContext) -> pl.Expr:
        if context.chat_template is None or context.chat_template.marks_generation:
            return pl.lit(False)
        return ~pl.col("is_clear")

    cases = (
        Case(
            wrong=[{"messages": [USER, THINKS, USER, THINKS]}],
            found=[(1, "messages[1].content")],
            settings={"template_text": LAST_THOUGHT},
        ),
        Case(
            why="one answer", right=[{"messages": [USER, THINKS]}], settings={"template_text": LAST_THOUGHT}
        ),
        Case(right=[{"messages": [USER, THINKS, USER, THINKS]}], settings={"template_text": TURNS}),
        Case(why="no template is known", right=[{"messages": [USER, THINKS, USER, THINKS]}]),
    )
