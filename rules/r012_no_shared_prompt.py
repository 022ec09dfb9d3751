"""A pair has no prompt, and its two conversations have none in common.

Without a field for the prompt, what both conversations begin with is taken for it, and the rest for the answers. Where
already their first messages differ, nothing is left for the prompt: TRL stops, or trains the model to write the
question, too. Mostly the conversations are about different things, or differ in a blank or an id.

There is no fix: write the question in a `prompt` of its own, or make the beginnings equal.

Silent without a target and for targets that read no such pairs, for answers that are texts, and where a prompt stands
beside the answers.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
DPO = {"target": "trl-dpo"}


class NoSharedPrompt(FrameRule):
    """Pairs of messages with nothing before the answers."""

    code, name, severity = "R012", "no-shared-prompt", "error"
    frame = "preference_pairs"
    field = "content"
    message = "there is no prompt, and the two conversations differ from their first message on"

    def severity_for(self, context: RuleContext) -> Severity | None:
        shared = context.fact("implicit_prompt") == "shared"
        return context.severity_of_fact("implicit_prompt") if shared else None

    def when(self, context: RuleContext) -> pl.Expr:
        conversations = pl.max_horizontal("n_wanted", "n_rejected") > 1
        same = pl.col("wanted") == pl.col("rejected")
        return (pl.col("input_roles").str.replace("[sd]", "") == "") & conversations & ~same

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        return super().location(match, context)._replace(at=match.at)

    cases = (
        Case(
            why="questions that differ",
            wrong=[
                {"chosen": [QUESTION, ANSWER], "rejected": [{"role": "user", "content": "A"}, OTHER]},
            ],
            found=[(1, "chosen[0].content")],
            severity="error",
            settings=DPO,
        ),
        Case(
            why="a question that both have, a prompt, and texts",
            right=[
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
                {"chosen": "The sky is blue.", "rejected": "The sky is green."},
            ],
            settings=DPO,
        ),
        Case(
            why="without a target nobody knows",
            right=[{"chosen": [QUESTION, ANSWER], "rejected": [{"role": "user", "content": "A"}, OTHER]}],
        ),
    )
