"""A message's weight is not one that is understood.

`weight` says whether an assistant message is trained on: 1 for yes, 0 for no. It is a switch and no dial: 0.5,
true and "1" are refused, or taken for something else than was meant. Some targets allow other values;
then their list counts.

The fix writes 0.0 and 1.0 as 0 and 1, which are the same numbers, so it is safe. Nothing else is fixed: whether 0.5
means yes or no, only you know.

Silent, without a target, for 0.0 and 1.0, which are the same numbers, and where the weight is left out or null, as
Parquet and pandas pad rows (the message is trained on), and for a weight beside the messages, which weighs the whole
example and may be any number. Targets that refuse null say so in their schema (wrong-type). A weight on a message of
another role is weight-on-other-role where the target minds, and of a trainer that reads no weights only an answer's
matters (unread-weight).
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, FrameRule, MatchedRow, RuleContext, Severity, escape, pl

QUESTION = {"role": "user", "content": "a"}
ANSWER = {"role": "assistant", "content": "b"}


DECIMALS = {"0.0": 0, "1.0": 1}


class BadWeight(FrameRule):
    """Weights outside the target's list, or other than 0 and 1."""

    code, name, severity, fix = "C010", "bad-weight", "error", "safe"
    frame = "weighted_messages"
    field = "weight"
    columns = ("weight",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        if context.fact("message_weight") == "unsure":
            # Axolotl asks whether it is true, if its configuration names the field.
            return "warning"
        return None if context.fact("message_weight") == "ignored" else self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        decimals = () if context.target is not None else DECIMALS
        bad = pl.col("weight").is_not_null() & ~pl.col("weight").is_in(
            [*_allowed(context), *decimals, "null"]
        )
        weighted = context.fact("weighted_roles")
        # On another role no weight is a good one, and that is reported as such.
        return bad & pl.col("role").is_in(weighted) if isinstance(weighted, list) else bad

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        *others, last = _allowed(context)
        allowed = f"{', '.join(others)} or {last}" if others else last
        return f"weight {escape(match['weight'], 60)} is not {allowed}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return str(DECIMALS.get(match["weight"])) in _allowed(context)

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            example.set(example.path_to(self.location(match, context)), DECIMALS[match["weight"]])

    cases = (
        Case(
            why="a half, a yes, a text, a word, a two",
            wrong=[
                {"messages": [QUESTION, {**ANSWER, "weight": 0.5}, QUESTION, {**ANSWER, "weight": True}]},
                {"messages": [QUESTION, {**ANSWER, "weight": "1"}, QUESTION, {**ANSWER, "weight": "null"}]},
                {"messages": [QUESTION, {**ANSWER, "weight": 1.5}, QUESTION, {**ANSWER, "weight": 2}]},
            ],
            found=[
                (1, "messages[1].weight"),
                (1, "messages[3].weight"),
                (2, "messages[1].weight"),
                (2, "messages[3].weight"),
                (3, "messages[1].weight"),
                (3, "messages[3].weight"),
            ],
        ),
        Case(
            why="0 and 1 as decimals, as SlimOrca has them: only a target that lists its weights minds",
            right=[{"messages": [{**QUESTION, "weight": 0.0}, {**ANSWER, "weight": 1.0}]}],
        ),
        Case(
            why="a decimal for a target with a list of its own",
            wrong=[{"messages": [QUESTION, {**ANSWER, "weight": 1.0}]}],
            found=[(1, "messages[1].weight")],
            fixed=[{"messages": [QUESTION, {**ANSWER, "weight": 1}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="the target's own list",
            wrong=[{"messages": [QUESTION, {**ANSWER, "weight": -1}]}],
            found=[(1, "messages[1].weight")],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="in a pair",
            wrong=[
                {
                    "input": {"messages": [QUESTION, {**ANSWER, "weight": 3}, QUESTION]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
            found=[(1, "input.messages[1].weight")],
        ),
        Case(
            why="on a question, where the target knows no such weight, it is reported once",
            right=[{"messages": [{**QUESTION, "weight": 0.5}, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="zero, one and nothing",
            right=[
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, {**ANSWER, "weight": 1}, ANSWER]}
            ],
        ),
        Case(
            why="null is no weight",
            right=[{"messages": [{**QUESTION, "weight": None}, {**ANSWER, "weight": None}]}],
        ),
        Case(
            why="nor for a target with a list of its own",
            right=[{"messages": [{**QUESTION, "weight": None}, {**ANSWER, "weight": None}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a trainer that reads no weights minds none, as SlimOrca has them",
            right=[{"messages": [{**QUESTION, "weight": 0.5}, {**ANSWER, "weight": 1.0}]}],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="the weight of a whole example may be any number",
            right=[{"messages": [QUESTION, ANSWER], "weight": 0.5}],
        ),
    )


def _allowed(context: RuleContext) -> list[str]:
    """The values that a weight may have, as JSON spells them."""
    values = context.fact("weights")
    if not isinstance(values, list) or not values:
        return ["0", "1"]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
