"""Completions do not start with a space.

The byte-pair vocabularies of the base models write a word with the space before it: ` yes` is one token, and
another one than `yes`. After a separator the model expects the first kind, so training on the second is
training on rarer tokens.

The fix puts a space before every completion that begins with a letter of a script with spaces, or with a number
before letters. It changes the text that is trained on, so it is unsafe.

Where at least 95 % of those completions have the space, each of the others is a finding of its own.

Silent for Chinese, Japanese, Thai and other scripts written without spaces, for completions that begin with a
sign or a newline, for chat shapes, and where no target asks for it. Silent for a number alone, too: `17` is one
token in all vocabularies of OpenAI, ` 17` is two in the newer ones, and the first of them is the space.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Location,
    RuleContext,
    Severity,
    Violation,
    legacy_markers,
    pl,
)

LEGACY = {"target": "openai-completions"}


class NoLeadingSpace(DatasetRule):
    """Counts the completions that want a space."""

    code, name, severity, fix = "P003", "no-leading-space", "warning", "unsafe"
    fix_prompt = "Put a space before {rows}?"

    def severity_for(self, context: RuleContext) -> Severity | None:
        wanted = context.requires_markers and context.fact("leading_space") is not False
        return self.severity if wanted else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        if not batch.prompt_completions.height:
            return None
        text = pl.col("completion")
        spaced = text.str.starts_with(" ") & legacy_markers.lacks_space(text.str.strip_chars_start(" "))
        wanting = batch.prompt_completions.filter(legacy_markers.lacks_space(text))
        return pl.DataFrame(
            {
                "n": [batch.prompt_completions.height],
                "spaced": [batch.prompt_completions.select(spaced.sum()).item()],
                "wanting": [wanting.height],
                "line": [wanting["line"].min()],
            },
            schema={"n": pl.UInt64, "spaced": pl.UInt64, "wanting": pl.UInt64, "line": pl.UInt64},
        )

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        wanting = int(observed["wanting"].sum()) if observed is not None else 0
        if observed is None or not wanting:
            return Conclusion()
        decision: dict[str, Any] = {"apply": True, "rows": wanting}
        spaced = int(observed["spaced"].sum())
        if legacy_markers.is_majority(spaced, spaced + wanting):
            having = f"{spaced:,} of {spaced + wanting:,} have it"
            decision |= {"again": True, "having": having}
            return Conclusion(decision=decision, summary=f"missing in {wanting:,}: {having}")
        first = f"first at line {observed['line'].min()!r}"
        message = f"{wanting:,} of {observed['n'].sum():,} completions do not start with a space ({first})"
        return Conclusion([Violation(message)], decision=decision)

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        message = f"the completion does not start with a space: {decision['having']}"
        wanting = batch.prompt_completions.filter(legacy_markers.lacks_space(pl.col("completion")))
        return [
            Violation(message, batch.example(i).path(Location(1)), row, line)
            for i, line, row in wanting.select("i", "line", "row").rows()
        ]

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr]:
        text = pl.col("completion")
        return {"completion": pl.when(legacy_markers.lacks_space(text)).then(" " + text).otherwise(text)}

    cases = (
        Case(
            wrong=[{"prompt": "a ->", "completion": "yes"}, {"prompt": "b ->", "completion": " no"}],
            found=[(None, None)],
            fixed=[{"prompt": "a ->", "completion": " yes"}, {"prompt": "b ->", "completion": " no"}],
            settings=LEGACY,
        ),
        Case(
            why="a few without the space that most have",
            wrong=[
                *({"prompt": f"{n} ->", "completion": f" word{n}"} for n in range(20)),
                {"prompt": "a ->", "completion": "yes"},
                {"prompt": "b ->", "completion": "42"},
            ],
            found=[(21, "completion")],
            fixed=[
                *({"prompt": f"{n} ->", "completion": f" word{n}"} for n in range(20)),
                {"prompt": "a ->", "completion": " yes"},
                {"prompt": "b ->", "completion": "42"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="Chinese has no spaces",
            right=[{"prompt": "唐 ->", "completion": "一位英雄"}],
            settings=LEGACY,
        ),
        Case(
            why="Thai has none between words",
            right=[{"prompt": "a ->", "completion": "สวัสดี"}],
            settings=LEGACY,
        ),
        Case(
            why="a number is one token as it is",
            right=[{"prompt": "a ->", "completion": "17"}],
            settings=LEGACY,
        ),
        Case(why="a newline will do", right=[{"prompt": "a ->", "completion": "\n\nOnce"}], settings=LEGACY),
        Case(
            why="chat has a template",
            right=[{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}],
            settings=LEGACY,
        ),
    )
