"""A text holds a token that a chat template or tokenizer reserves.

`<|im_end|>`, `<|endoftext|>`, `</s>`, `[INST]`: trainers put these around messages themselves. In a text they
end the message in the middle, open a turn that nobody wrote, or stop the tokenizer with an error. OpenAI was
seen to refuse files for one.

The fix removes the token and leaves the text around it. It changes the text that is trained on, so it is unsafe.

With a target its own list counts: an error where the list is documented, else a warning; what other templates reserve
is foreign-token then. Without a target, a list of well-known tokens counts. The option `tokens` adds more.

Silent for `<s>struck out</s>`, which is HTML, and for `<|endoftext|>` at the end of a completion, where it is the stop
of the legacy format, unless the target lists it. Silent, unless the target lists tokens, for plain texts and segments
and for an assistant's message that opens a conversation: there the template may be written out on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import (
    Annotated,
    Case,
    MatchedRow,
    Meta,
    RuleContext,
    Severity,
    TextRule,
    pl,
    special_tokens,
)
from ftlint.rule import Options as RuleOptions

LEGACY_STOP = r"\s*<\|endoftext\|>\s*$"


class SpecialToken(TextRule):
    """Texts with a reserved token, found as a literal."""

    code, name, severity, fix = "U011", "special-token", "warning", "unsafe"

    class Options(RuleOptions):
        """What else is reserved."""

        tokens: Annotated[tuple[str, ...], Meta(description="more tokens to look for")] = ()

    def severity_for(self, context: RuleContext) -> Severity | None:
        documented = context.target is not None and context.target.verified("special_tokens")
        return "error" if documented and context.fact("special_tokens") else "warning"

    def when(self, context: RuleContext) -> pl.Expr:
        is_completion = pl.col("completion") & (pl.col("at") == 1)
        text: pl.Expr = pl.col("text")
        if not context.fact("special_tokens"):
            stopped = pl.when(is_completion & text.str.contains("<|endoftext|>", literal=True)).then(text)
            text = pl.coalesce(stopped.str.replace(LEGACY_STOP, ""), text)
        found = special_tokens.contains(text, self._tokens(context))
        return found if context.fact("special_tokens") else found & ~special_tokens.is_template()

    def message_for(self, found: MatchedRow, context: RuleContext) -> str:
        return f"reserved {special_tokens.place_of(found['text'], self._tokens(context))}"

    def fix_text(self, text: str, found: MatchedRow, context: RuleContext) -> str:
        return special_tokens.without_tokens(text, self._tokens(context))

    def _tokens(self, context: RuleContext) -> list[str]:
        listed = context.fact("special_tokens")
        known: Sequence[str] = listed if isinstance(listed, list) and listed else special_tokens.WELL_KNOWN
        return [token for token in (*known, *self.options.tokens) if token]

    cases = (
        Case(
            why="segments and texts are trained on as they are",
            right=[
                {
                    "segments": [
                        {"text": "<s>[INST] a [/INST]", "label": False},
                        {"text": " b</s>", "label": True},
                    ]
                },
                {"segments": [{"text": "c", "label": True}, {"text": "d</s>", "label": True}]},
            ],
        ),
        Case(
            why="the end of a message inside a message, a template in a prompt",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "a<|im_end|>\n<|im_start|>system\nb"},
                        {"role": "assistant", "content": "c</s>"},
                    ]
                },
                {"prompt": "[INST] a [/INST]", "completion": "b"},
            ],
            found=[(1, "messages[0].content"), (1, "messages[1].content"), (2, "prompt")],
            fixed=[
                {
                    "messages": [
                        {"role": "user", "content": "a\nsystem\nb"},
                        {"role": "assistant", "content": "c"},
                    ]
                },
                {"prompt": " a ", "completion": "b"},
            ],
        ),
        Case(
            why="a token that another one hides",
            wrong=[{"prompt": "a<|im_<|im_end|>end|>", "completion": "b"}],
            found=[(1, "prompt")],
            fixed=[{"prompt": "a<|im_ end|>", "completion": "b"}],
        ),
        Case(
            why="the target's own list",
            wrong=[
                {
                    "messages": [
                        {"role": "assistant", "content": "a<|fim_suffix|>"},
                        {"role": "user", "content": "[INST]"},
                    ]
                }
            ],
            found=[(1, "messages[0].content")],
            fixed=[
                {"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "[INST]"}]}
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="HTML, brackets and bars that are no token",
            right=[
                {"prompt": "price: <s>5</s> <s>4</s><s>3</s> 2", "completion": "a <| b |> [inst] <s> <end>"},
                {"prompt": "if (a<|b|>c)", "completion": "im_start, endoftext"},
            ],
        ),
        Case(
            why="a plain text may have its template written out",
            right=[{"text": "<s>[INST] a [/INST] b </s>"}, {"text": "once upon a time<|endoftext|>"}],
        ),
        Case(
            why="the stop of the legacy format", right=[{"prompt": "a ->", "completion": " b<|endoftext|>"}]
        ),
        Case(
            why="the same inside a completion, and at the end of a message",
            wrong=[
                {"prompt": "a ->", "completion": " b<|endoftext|> c"},
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "b<|endoftext|>"},
                    ]
                },
            ],
            found=[(1, "completion"), (2, "messages[1].content")],
            fixed=[
                {"prompt": "a ->", "completion": " b c"},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
        ),
        Case(
            why="a token of your own",
            wrong=[{"prompt": "a [EOS]", "completion": "b"}],
            found=[(1, "prompt")],
            fixed=[{"prompt": "a ", "completion": "b"}],
            options={"tokens": ["[EOS]"]},
        ),
    )
