"""Prompts share no ending that tells where the completion begins.

A base model sees the prompt and the completion as one running text. Without a fixed separator at the end of
every prompt it may go on with the prompt instead of answering it, and you cannot tell it to answer.

A separator is a sign (` ->`, `\\n\\n###\\n\\n`) or the label that asks for the answer (`\\nSupported:`,
`\\nAgent:`). Prompts of several lines want one that stands on lines of its own. With enough examples it matters
little which one it is, as long as it occurs nowhere else.

The fix adds one separator to every prompt: the first of ` ->`, `\\n\\n###\\n\\n`, `\\n\\n===\\n\\n` … that
occurs in no prompt (the arrow only where no prompt has several lines). It changes the text that is trained on,
so it is unsafe. When you use the tuned model, end your prompts with the same separator.

Where at least 95 % of the prompts end in the same sign or label, that is the separator, and each of the others is a
finding of its own. The fix puts it at their end. A prompt that ends in another sign (` =>`), or another label, stays:
see whether it is meant. Of fewer than 20 prompts, 95 % are all.

Silent where all prompts are empty or equal, where they already share an ending of signs, and for chat shapes,
whose template does this for you. Silent, too, where no target asks for a separator: today's trainers of prompts and
completions put a template around them.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    RuleContext,
    Severity,
    Violation,
    legacy_markers,
    marker_outliers,
    pl,
    quote,
)

LEGACY = {"target": "openai-completions"}


class MissingSeparator(DatasetRule):
    """Decides once from all prompts, then puts the separator to each."""

    code, name, severity, fix = "P001", "missing-separator", "warning", "unsafe"
    fix_prompt = "Add {separator} to every prompt?"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.requires_markers else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return legacy_markers.prompt_endings(batch) if batch.prompt_completions.height else None

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        ends = legacy_markers.conclude(observed, legacy_markers.PROMPT_CANDIDATES)
        if ends is None or ends.n < 2 or not ends.distinct:
            return Conclusion()
        if ends.strong_mark is not None and ends.unmarked:
            return marker_outliers.conclusion(ends, "prompt", "separator", ends.strong_mark)
        if ends.mark or ends.strong_mark:
            return Conclusion()
        separator = (
            context.separator if context.separator is not None else legacy_markers.choose_separator(ends)
        )
        message = f"{ends.n:,} prompts share no ending; end every prompt with e.g. {quote(separator)}"
        return Conclusion(
            [Violation(message)], decision={"apply": True, "rows": ends.n, "separator": separator}
        )

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        return marker_outliers.violations(batch, "prompt", "separator", decision)

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr]:
        return marker_outliers.rewritten("prompt", "separator", decision)

    cases = (
        Case(
            wrong=[{"prompt": "red", "completion": " a"}, {"prompt": "blue", "completion": " b"}],
            found=[(None, None)],
            fixed=[{"prompt": "red ->", "completion": " a"}, {"prompt": "blue ->", "completion": " b"}],
            settings=LEGACY,
        ),
        Case(
            why="a prompt of several lines gets a separator on lines of its own",
            wrong=[{"prompt": "a\nb", "completion": " a"}, {"prompt": "c\nd ->", "completion": " b"}],
            found=[(None, None)],
            fixed=[
                {"prompt": "a\nb\n\n###\n\n", "completion": " a"},
                {"prompt": "c\nd ->\n\n###\n\n", "completion": " b"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="the separator of most; another sign at the end may be meant",
            wrong=[
                *({"prompt": f"q{n} ->", "completion": f" a{n}"} for n in range(60)),
                {"prompt": "red", "completion": " a"},
                {"prompt": "blue->", "completion": " b"},
                {"prompt": "C++ =>", "completion": " c"},
            ],
            found=[(61, "prompt"), (62, "prompt"), (63, "prompt")],
            fixed=[
                *({"prompt": f"q{n} ->", "completion": f" a{n}"} for n in range(60)),
                {"prompt": "red ->", "completion": " a"},
                {"prompt": "blue ->", "completion": " b"},
                {"prompt": "C++ =>", "completion": " c"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="all but one of few are no majority",
            wrong=[
                *({"prompt": f"q{n} ->", "completion": f" a{n}"} for n in range(18)),
                {"prompt": "red", "completion": " a"},
            ],
            found=[(None, None)],
            settings=LEGACY,
        ),
        Case(
            why="a separator that is there, whatever it is",
            right=[{"prompt": "red =>", "completion": " a"}, {"prompt": "blue =>", "completion": " b"}],
            settings=LEGACY,
        ),
        Case(
            why="open-ended generation has no prompts",
            right=[{"prompt": "", "completion": " a"}, {"prompt": "", "completion": " b"}],
            settings=LEGACY,
        ),
        Case(why="one row tells nothing", right=[{"prompt": "red", "completion": " a"}], settings=LEGACY),
        Case(
            why="chat has a template",
            right=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]},
            ],
            settings=LEGACY,
        ),
    )
