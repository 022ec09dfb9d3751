"""A token holds the end of the prompt and the beginning of the answer.

Trainers tokenise the prompt alone to find where the answer begins, and the whole text to train on. If the template ends
a prompt with a line break and the answer begins with one, the tokenizer may write both as one token: the mask is off,
and in use, where the prompt ends before the answer, the model never sees that token.

There is no fix: take the white space off the beginning of the answer, or off the end of the template's prompt.

Only with `--chat-template`, and a `--tokenizer`, model or target whose vocabulary is known.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote

TURNS = (
    "{% for m in messages %}{{ m.role }}:\n{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant:\\n' }}{% endif %}"
)
SETTINGS = {"target": "openai-chat", "template_text": TURNS}


def _row(answer: str) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": answer}]}


class TokenAcrossPrompt(FrameRule):
    """Renderings in which an answer begins inside a token."""

    code, name, severity = "M010", "token-across-prompt", "warning"
    frame = "rendered_tokens"
    columns = ("token",)

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("token").is_not_null()

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return (
            f"the token {quote(match['token'], 40)} holds the end of the prompt and the start of the answer"
        )

    cases = (
        Case(
            why="a line break after the prompt, and one before the answer",
            wrong=[_row("\nHello."), _row("Hello.")],
            found=[(1, "messages[1].content")],
            settings=SETTINGS,
        ),
        Case(why="no template is known", right=[_row("\nHello.")], settings={"target": "openai-chat"}),
        Case(why="the vocabulary is not known", right=[_row("\nHello.")], settings={"template_text": TURNS}),
    )
