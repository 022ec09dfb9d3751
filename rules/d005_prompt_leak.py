"""The same prompt stands in a dataset that the file is held against, with another answer.

The model has seen the question in training, so that the answer in the held dataset says little about questions that
it has not seen. Where both answers are right, the question belongs on one side; where one is wrong, it should not be
there at all.

There is no fix: move one of them to the other side (`ftlint split` keeps equal prompts together), or drop it.

All that stands before the last answer counts as the prompt, with system messages and declared tools. Silent for
examples that are the same on both sides, which leak tells; for a prompt that more than half of the held examples
share, which is an instruction and no question; for empty prompts; and for pairs of answers (preference data).
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, CompareRule, Conclusion, RuleContext, Violation, pl, quote


def _chat(*texts: str) -> dict[str, list[dict[str, str]]]:
    roles = ["user", "assistant"] * len(texts)
    return {"messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]}


class PromptLeak(CompareRule):
    """Looks up digests of prompts whose examples differ."""

    code, name, severity = "D005", "prompt-leak", "warning"

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.digests.select("line", "high", "prompt")

    def observe_against(
        self, batch: Batch, reference: pl.DataFrame, context: RuleContext
    ) -> pl.DataFrame | None:
        asked = batch.digests.filter(pl.col("prompt").is_not_null()).select("row", "line", "high", "prompt")
        asked = asked.join(reference.select("prompt"), on="prompt", how="semi")
        return asked.join(reference.select("prompt", "high"), on=["prompt", "high"], how="anti")

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        if observed is None:
            return Conclusion()
        often = pl.len().over("prompt") * 2 > reference.height
        first = reference.filter(~often | (pl.lit(reference.height) < 4)).unique(
            "prompt", keep="first", maintain_order=True
        )
        both = observed.join(first.select("prompt", "file", there="line"), on="prompt").sort("row")
        return Conclusion(
            [
                Violation(
                    f"{quote(file)}, line {there:,} asks the same and is answered otherwise", None, row, line
                )
                for row, line, file, there in both.select("row", "line", "file", "there").rows()
            ]
        )

    cases = (
        Case(
            wrong=[
                {"prompt": "Is it good?", "completion": " yes"},
                {"prompt": "Is it bad?", "completion": " no"},
            ],
            reference=[
                {"prompt": "Is it good? ", "completion": " no"},
                {"prompt": "Who?", "completion": " I"},
            ],
            found=[(1, None)],
        ),
        Case(
            why="the last turn of a conversation",
            wrong=[_chat("안녕", "네", "이름이 뭐예요?", "민수"), _chat("안녕", "네", "이름이?", "민수")],
            reference=[_chat("안녕", "네", "이름이 뭐예요?", "지수"), _chat("Hi", "Yes"), _chat("Ho", "No")],
            found=[(1, None)],
        ),
        Case(
            why="the same example is leak's",
            right=[{"prompt": "a", "completion": " b"}, {"prompt": "a", "completion": " c"}],
            reference=[{"prompt": "a", "completion": " c "}, {"prompt": "a", "completion": " b"}],
        ),
        Case(
            why="an instruction that most of the held examples share",
            right=[_chat("Tell me a joke.", f"Joke {n}") for n in range(3)],
            reference=[*[_chat("Tell me a joke.", f"Other {n}") for n in range(5)], _chat("Who?", "I")],
        ),
        Case(
            why="empty prompts ask nothing, nor do instructions",
            right=[
                {"prompt": "", "completion": " b"},
                {"messages": [{"role": "system", "content": "s"}, {"role": "assistant", "content": "x"}]},
            ],
            reference=[
                {"prompt": "", "completion": " c"},
                {"messages": [{"role": "system", "content": "s"}, {"role": "assistant", "content": "y"}]},
            ],
        ),
        Case(
            why="other instructions make another prompt",
            right=[
                {
                    "messages": [
                        {"role": "system", "content": "Answer in French."},
                        *_chat("Hi", "Salut")["messages"],
                    ]
                }
            ],
            reference=[
                {
                    "messages": [
                        {"role": "system", "content": "Answer in Dutch."},
                        *_chat("Hi", "Hoi")["messages"],
                    ]
                }
            ],
        ),
        Case(
            why="pairs of answers",
            right=[{"prompt": "a", "chosen": "b", "rejected": "c"}],
            reference=[{"prompt": "a", "chosen": "c", "rejected": "d"}],
        ),
    )
