"""A text holds a token that another model's template reserves.

`<|im_end|>`, `[INST]`, `<|eot_id|>`: a model that is tuned elsewhere does not reserve them, and so it learns to write
them as text, at the end of its answers or in the middle. Mostly the file was made for another trainer, with the
template written out.

The fix removes the token and leaves the text around it. It changes the text that is trained on, so it is unsafe.

Only with a target that lists reserved tokens of its own; those, and all of them without a target, are special-token.
Silent for `<s>struck out</s>`, which is HTML, for plain texts and segments, and for an assistant's message that opens
a conversation: there the template may be written out on purpose.
"""

from __future__ import annotations

from ftlint.rule import Case, MatchedRow, RuleContext, Severity, TextRule, pl, special_tokens

QUESTION = {"role": "user", "content": "a"}
OPENAI = {"target": "openai-chat"}


class ForeignToken(TextRule):
    """Well-known tokens that are not among the target's own."""

    code, name, severity, fix = "U013", "foreign-token", "warning", "unsafe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.fact("special_tokens") else None

    def when(self, context: RuleContext) -> pl.Expr:
        found = special_tokens.contains(pl.col("text"), self._tokens(context))
        return found & ~special_tokens.is_template()

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        about = " of another model's template"
        return special_tokens.place_of(match["text"], self._tokens(context), about)

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        return special_tokens.without_tokens(text, self._tokens(context))

    def _tokens(self, context: RuleContext) -> list[str]:
        own = context.fact("special_tokens")
        return [
            token
            for token in special_tokens.WELL_KNOWN
            if token not in (own if isinstance(own, list) else ())
        ]

    cases = (
        Case(
            why="the end of an answer, and a prompt in another template",
            wrong=[
                {"messages": [QUESTION, {"role": "assistant", "content": "b<|im_end|>"}]},
                {
                    "messages": [
                        {"role": "user", "content": "[INST] a [/INST]"},
                        {"role": "assistant", "content": "b</s>"},
                    ]
                },
            ],
            found=[(1, "messages[1].content"), (2, "messages[0].content"), (2, "messages[1].content")],
            severity="warning",
            fixed=[
                {"messages": [QUESTION, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "user", "content": " a "}, {"role": "assistant", "content": "b"}]},
            ],
            settings=OPENAI,
        ),
        Case(
            why="the target's own tokens are reported elsewhere; struck out",
            right=[
                {"messages": [QUESTION, {"role": "assistant", "content": "b<|endoftext|>"}]},
                {"messages": [QUESTION, {"role": "assistant", "content": "It costs <s>9</s> 8 euros"}]},
            ],
            settings=OPENAI,
        ),
        Case(
            why="without a target, and for one without a list, it is reported elsewhere",
            right=[{"messages": [QUESTION, {"role": "assistant", "content": "b<|im_end|>"}]}],
        ),
    )
