"""A column that is not read.

Nothing of what stands there is trained on: the target reads other columns.
Mostly that is meant, as with an id or a source. It is a loss where the column belongs to the example, such as a
context under a name of its own. And two examples that differ only there are the same example (duplicate-example).

Each column is reported once, with the number of its values. `--map field=column` says what a column is, and
`--prompt` and `--completion` write several into one text; a column that is in none of these templates is reported, too.

There is no fix: what is not read does no harm. An error where the column stops the trainer: TRL takes a record with a
`prompt` or a `rejected` beside its messages for one of another layout.

Silent without a target, where graders and reward functions may read every column, and where the target knows every
field that it takes (unknown-field).
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl, quote

CHAT = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}

ALPACA = {"instruction": "a", "input": "", "output": "b"}
TOOL = {
    "type": "function",
    "function": {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}},
}


class UnreadColumn(DatasetRule):
    """Counts the values of every column that is not read."""

    code, name, severity = "S009", "unread-column", "info"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.target is not None else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.unread_columns if batch.unread_columns.height else None

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).group_by("shape", "key").agg(pl.col("n").sum()).sort("shape", "key")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        columns = observed.group_by("key").agg(pl.col("n").sum(), pl.col("shape").unique().sort()).sort("key")
        return Conclusion(
            [
                Violation(
                    _reported(key, n, shapes, context),
                    severity="error" if _stops(key, shapes, context) else None,
                )
                for key, n, shapes in columns.rows()
            ]
        )

    cases = (
        Case(
            why="a category beside Dolly's columns, each column once",
            wrong=[
                {"instruction": "a", "context": "b", "response": "c", "category": "d"},
                {"instruction": "e", "context": "", "response": "f", "category": "g", "id": 1},
            ],
            found=[(None, None), (None, None)],
            settings={"target": "axolotl"},
        ),
        Case(
            why="a history beside messages",
            wrong=[{**CHAT, "history": [["c", "d"]]}],
            found=[(None, None)],
            settings={"target": "axolotl"},
        ),
        *(
            Case(why=why, wrong=[row], found=[(None, None)], settings={"target": target})
            for why, target, row in (
                ("a history beside an instruction", "axolotl", {**ALPACA, "history": [["c", "d"]]}),
                ("a history beside messages", "ms-swift", {**CHAT, "history": [["c", "d"]]}),
                ("a rejected answer beside messages", "torchtune", {**CHAT, "rejected": "c"}),
                ("a prompt beside messages", "torchtune", {**CHAT, "prompt": "c"}),
                (
                    "tools beside a pair",
                    "oumi",
                    {"prompt": "a", "chosen": "b", "rejected": "c", "tools": [TOOL]},
                ),
            )
        ),
        *(
            Case(
                why=f"a column at which TRL stops: {key}",
                wrong=[{**CHAT, key: "c"}],
                found=[(None, None)],
                severity="error",
                settings={"target": "trl-sft"},
            )
            for key in ("prompt", "rejected")
        ),
        Case(
            why="a history beside an instruction, where it is read",
            right=[{**ALPACA, "history": [["c", "d"]]}],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="columns that are in no template",
            wrong="q,ctx,a,note\none,c,1,\ntwo,d,2,\n",
            name="case.csv",
            found=[(None, None)],
            settings={"target": "trl-sft", "prompt": "{q}", "completion": "{a}"},
        ),
        Case(why="no target, no reader", right=[{**CHAT, "history": [["c", "d"]]}]),
        Case(
            why="a column that the target does not read",
            wrong=[{"prompt": "a", "chosen": "b", "rejected": "c", "system": "d"}],
            found=[(None, None)],
            settings={"target": "trl-dpo"},
        ),
        Case(
            why="columns that are part of the example by their names",
            right=[
                {"instruction": "a", "context": "b", "response": "c"},
                {"system_prompt": "a", "question": "b", "response": "c"},
                {"prompt": "a", "completion": "b", "history": [["c", "d"]]},
                {"system": "a", "tools": [], **CHAT},
            ],
        ),
        Case(
            why="columns without a value, and those with ftlint's own names",
            right=[
                {"prompt": "a", "completion": "b", "note": None, "id": "", "_ftlint": {"ignore": ["D001"]}}
            ],
        ),
        Case(
            why="what graders and reward functions may read",
            right=[{"messages": CHAT["messages"][:1], "answer": "b", "difficulty": 3}],
            settings={"target": "openai-rft"},
        ),
        Case(
            why="a reward function reads columns",
            right=[{"prompt": [{"role": "user", "content": "a"}], "x": "b"}],
        ),
        Case(
            why="a field that the target has no place for is reported elsewhere",
            right=[{**CHAT, "id": 1}],
            settings={"target": "openai-chat"},
        ),
    )


def _stops(key: str, shapes: list[str], context: RuleContext) -> bool:
    """Whether the target stops at the column beside records of one of these shapes."""
    columns = context.fact("stopping_columns")
    return isinstance(columns, list) and any(f"{shape}.{key}" in columns for shape in shapes)


def _reported(key: str, n: int, shapes: list[str], context: RuleContext) -> str:
    if shapes == [""]:
        return f"column {quote(key)}, with {n:,} value{'' if n == 1 else 's'}, is in no template"
    target = context.target
    if _stops(key, shapes, context) and target is not None:
        count = f"{n:,} value{'' if n == 1 else 's'}"
        return f"column {quote(key)}, with {count}, stops {target.name} beside messages; leave it out or rename it"
    reader = target.name if target is not None and set(shapes) <= set(target.shapes) else " and ".join(shapes)
    return f"column {quote(key)}, with {n:,} value{'' if n == 1 else 's'}, is not read ({reader})"
