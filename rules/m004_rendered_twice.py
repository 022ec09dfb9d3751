"""The chat template writes a text more than once.

Mostly a template that repeats the system message in every turn, or that writes the text of a message beside a call and
then once more. The model learns to repeat it, and the tokens are paid twice.

There is no fix: it is the template that repeats.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template. Silent for names of functions, which
many templates write with the call and with its result.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl

SYSTEM = {"role": "system", "content": "Answer briefly."}
USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}
TURNS = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
REPEATS = "{% for m in messages if m.role != 'system' %}{{ messages[0].content }}<|{{ m.role }}|>{{ m.content }}{% endfor %}"


class RenderedTwice(FrameRule):
    """Texts with several places in the rendering."""

    code, name, severity = "M004", "rendered-twice", "warning"
    frame = "rendered_parts"
    columns = ("spans",)

    def when(self, context: RuleContext) -> pl.Expr:
        return (
            (pl.col("spans") > 1) & pl.col("is_exact") & ~pl.col("field").is_in(["name", "call_name", "call"])
        )

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        times = "twice" if match["spans"] == 2 else f"{match['spans']} times"
        return f"the chat template writes the text {times}"

    cases = (
        Case(
            why="the system message in every turn",
            wrong=[{"messages": [SYSTEM, USER, ASSISTANT]}],
            found=[(1, "messages[0].content")],
            settings={"template_text": REPEATS},
        ),
        Case(
            why="texts that are equal are written once each",
            right=[{"messages": [USER, ASSISTANT, USER, ASSISTANT]}],
            settings={"template_text": TURNS},
        ),
        Case(why="no template is known", right=[{"messages": [SYSTEM, USER, ASSISTANT]}]),
    )
