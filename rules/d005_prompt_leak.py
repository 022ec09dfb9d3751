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

from ftlint.rule import AgainstRule, Batch, Case, Job, Spot, Verdict, pl, quote


def _chat(*texts: str) -> dict[str, list[dict[str, str]]]:
    roles = ["user", "assistant"] * len(texts)
    return {"messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]}


class PromptLeak(AgainstRule):
    """Looks up digests of prompts whose examples differ."""

    code, name, severity = "D005", "prompt-leak", "warning"

    def hold(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        return batch.digests.select("line", "high", "prompt")

    def meet(self, batch: Batch, held: pl.DataFrame, job: Job) -> pl.DataFrame | None:
        asked = batch.digests.filter(pl.col("prompt").is_not_null()).select("row", "line", "high", "prompt")
        asked = asked.join(held.select("prompt"), on="prompt", how="semi")
        return asked.join(held.select("prompt", "high"), on=["prompt", "high"], how="anti")

    def compare(self, seen: pl.DataFrame | None, held: pl.DataFrame, job: Job) -> Verdict:
        if seen is None:
            return Verdict()
        often = pl.len().over("prompt") * 2 > held.height
        first = held.filter(~often | (pl.lit(held.height) < 4)).unique(
            "prompt", keep="first", maintain_order=True
        )
        both = seen.join(first.select("prompt", "file", there="line"), on="prompt").sort("row")
        return Verdict(
            [
                Spot(
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
            held=[{"prompt": "Is it good? ", "completion": " no"}, {"prompt": "Who?", "completion": " I"}],
            found=[(1, None)],
        ),
        Case(
            why="the last turn of a conversation",
            wrong=[_chat("안녕", "네", "이름이 뭐예요?", "민수"), _chat("안녕", "네", "이름이?", "민수")],
            held=[_chat("안녕", "네", "이름이 뭐예요?", "지수"), _chat("Hi", "Yes"), _chat("Ho", "No")],
            found=[(1, None)],
        ),
        Case(
            why="the same example is leak's",
            right=[{"prompt": "a", "completion": " b"}, {"prompt": "a", "completion": " c"}],
            held=[{"prompt": "a", "completion": " c "}, {"prompt": "a", "completion": " b"}],
        ),
        Case(
            why="an instruction that most of the held examples share",
            right=[_chat("Tell me a joke.", f"Joke {n}") for n in range(3)],
            held=[*[_chat("Tell me a joke.", f"Other {n}") for n in range(5)], _chat("Who?", "I")],
        ),
        Case(
            why="empty prompts ask nothing, nor do instructions",
            right=[
                {"prompt": "", "completion": " b"},
                {"messages": [{"role": "system", "content": "s"}, {"role": "assistant", "content": "x"}]},
            ],
            held=[
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
            held=[
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
            held=[{"prompt": "a", "chosen": "c", "rejected": "d"}],
        ),
    )
