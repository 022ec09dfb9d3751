"""A name has characters that the target does not allow.

`name` tells speakers of one role apart. Targets that take it want a short word of letters, digits, underscores and
dashes; a blank or an umlaut in it, and the file is refused.

The fix writes an underscore for every run of other characters and cuts the name to what is allowed: `Dr. Müller`
becomes `Dr_M_ller`. Two speakers may end up with one name, and names are read by the model, so it is unsafe.

An error where the target's documentation states the form, else a warning. Silent without a target and for targets
that do not say, and for the name of a function beside its result (bad-function-name).

The option `pattern` demands a form of your own, as a warning where the target has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.rule import (
    Annotated,
    Case,
    Example,
    FrameRule,
    Location,
    MatchedRow,
    Meta,
    RuleContext,
    Severity,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

MOST = 64
FORM = "^[a-zA-Z0-9_-]{1,64}$"
ANSWER = {"role": "assistant", "content": "b"}


class BadName(FrameRule):
    """Names that break the target's pattern."""

    code, name, severity, fix = "C014", "bad-name", "error", "unsafe"
    frame = "messages"
    field = "name"
    columns = ("name",)

    class Options(RuleOptions):
        """What a name must look like where the target does not say."""

        pattern: Annotated[str, Meta(description="regular expression that every name must match")] = ""

        def __post_init__(self) -> None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"pattern is no regular expression: {error}") from None
            if re.search(r"\(\?<?[=!]", self.pattern):
                raise ValueError("pattern looks ahead or behind, which is not possible here")

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("name_pattern") or ("warning" if self.options.pattern else None)

    def when(self, context: RuleContext) -> pl.Expr:
        named = pl.col("name").is_not_null() & ~pl.col("role").is_in(["tool", "function"]).fill_null(False)
        return named & ~pl.col("name").str.contains(self._pattern(context))

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the name {quote(match['name'])} does not match {self._pattern(context)}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return re.search(self._pattern(context), _plain(match["name"])) is not None

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            example.set_text(Location(match.at, "name"), _plain(match["name"]))

    def _pattern(self, context: RuleContext) -> str:
        return str(context.fact("name_pattern") or self.options.pattern)

    cases = (
        Case(
            why="blanks, dots and letters beyond the alphabet",
            wrong=[
                {"messages": [{"role": "user", "name": "Dr. Müller", "content": "a"}, ANSWER]},
                {"messages": [{"role": "user", "name": "小明", "content": "a"}, ANSWER]},
                {"messages": [{"role": "user", "content": "a"}, {**ANSWER, "name": " b" * 50}]},
            ],
            found=[(1, "messages[0].name"), (2, "messages[0].name"), (3, "messages[1].name")],
            severity="warning",
            fixed=[
                {"messages": [{"role": "user", "name": "Dr_M_ller", "content": "a"}, ANSWER]},
                {"messages": [{"role": "user", "name": "_", "content": "a"}, ANSWER]},
                {"messages": [{"role": "user", "content": "a"}, {**ANSWER, "name": "b_" * 32}]},
            ],
            options={"pattern": FORM},
        ),
        Case(
            why="in a pair; a name without anything that is allowed is left for you",
            wrong=[
                {
                    "input": {"messages": [{"role": "user", "name": "a b", "content": "a"}]},
                    "preferred_output": [{**ANSWER, "name": ""}],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
            found=[(1, "input.messages[0].name"), (1, "preferred_output[0].name")],
            fixed=[
                {
                    "input": {"messages": [{"role": "user", "name": "a_b", "content": "a"}]},
                    "preferred_output": [{**ANSWER, "name": ""}],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
            options={"pattern": FORM},
        ),
        Case(
            why="good names, no names, and the name of a function",
            right=[
                {"messages": [{"role": "user", "name": "Ann_1-b", "content": "a"}, ANSWER]},
                {"messages": [{"role": "user", "name": None, "content": "a"}, ANSWER]},
                {"messages": [{"role": "function", "name": "get weather", "content": "a"}, ANSWER]},
            ],
            options={"pattern": FORM},
        ),
        Case(
            why="a target that does not say",
            right=[{"messages": [{"role": "user", "name": "Dr. Müller", "content": "a"}, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", name.strip())[:MOST]
