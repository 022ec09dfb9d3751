"""Every assistant message of the example has weight 0.

Weight 0 says that a message is not trained on. Where all answers have it, the example is read, paid for, and
teaches nothing. Mostly the weights were set for a longer conversation that was cut afterwards.

There is no fix: give the answer that matters weight 1, or remove the row.

Silent for trainers that read no weights, which train on every answer (unread-weight); where an answer has no weight,
because then it is trained on, or one that nobody understands (bad-weight); for examples without an answer
(no-assistant); and for pairs, of which the answers beside the input are learnt.
"""

from __future__ import annotations

from ftlint.rule import SHAPES, Case, FrameRule, RuleContext, Severity, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OPEN = [shape.name for shape in SHAPES.values() if shape.is_preference or not shape.answered]


class NothingTrained(FrameRule):
    """The first answer of an example whose answers all have weight 0."""

    code, name, severity = "C012", "nothing-trained", "warning"
    explained_by = {
        "record": (
            "missing-field",
            "wrong-type",
            "unknown-role",
            "orphan-result",
            "same-role-twice",
            "late-system",
        )
    }
    frame = "weighted_messages"
    field = "weight"
    message = "every answer has weight 0: nothing of this example is trained on"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return None if context.fact("message_weight") == "ignored" else self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        answer = (pl.col("role") == "assistant").fill_null(False)
        off = pl.col("weight").is_in(["0", "0.0", "-0.0"]).fill_null(False)
        trained = (answer & ~off).any().over("i")
        first = answer & (answer.cast(pl.UInt32).cum_sum().over("i") == 1)
        return first & ~trained & ~pl.col("shape").is_in(OPEN)

    cases = (
        Case(
            why="one answer, and two",
            wrong=[
                {"messages": [QUESTION, {**ANSWER, "weight": 0}]},
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, {**ANSWER, "weight": 0}]},
            ],
            found=[(1, "messages[1].weight"), (2, "messages[1].weight")],
        ),
        Case(
            why="with a label, and whatever the target",
            wrong=[{"messages": [QUESTION, {**ANSWER, "weight": 0}], "label": True}],
            found=[(1, "messages[1].weight")],
            severity="warning",
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a trainer that reads no weights trains on it, which is reported elsewhere",
            right=[{"messages": [QUESTION, {**ANSWER, "weight": 0}]}],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="one answer is left",
            right=[
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, ANSWER]},
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, {**ANSWER, "weight": 1}]},
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, {**ANSWER, "weight": 0.5}]},
            ],
        ),
        Case(
            why="of a pair the two answers are learnt, whatever earlier ones weigh",
            right=[
                {
                    "input": {"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION]},
                    "preferred_output": [{**ANSWER, "weight": 0}],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
        ),
        Case(
            why="a weight on another role is no answer's",
            right=[
                {"messages": [{**QUESTION, "weight": 0}, ANSWER]},
                {"messages": [{**QUESTION, "weight": 0}]},
            ],
        ),
    )
