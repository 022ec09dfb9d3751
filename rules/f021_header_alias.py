"""A column or field is known under another name than the usual one.

` Prompt `, `COMPLETION`, `Question`, `conversations`: ftlint knows what is meant and reads on. Many trainers do
not: one blank too many in a header, and the column is missing for them. So it is said, once for each name, at
the first record that has it.

The fix writes the field under its usual name, in its place. No text changes, so it is safe. Without a target it only
mends capitals and blanks: another name may be the one that your trainer, your grader or your reward function reads.

An error for a target that reads fields by their own names only: it finds no `prompt` under `question`, and stops, or
trains on nothing. Trainers that are told which column is which (LLaMA-Factory, Axolotl, NeMo, torchtune) find it, so
there it is only said; so it is without a target.

Silent for other names that the target reads (Databricks' `response`), for records of a shape that such a target does
not read (wrong-shape), for columns that it does not read under any name (unread-column), for names that you gave
yourself with `--map`, for names that are right, and for other names of OpenAI's two answers (old-field-names).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Example,
    RuleContext,
    Severity,
    Violation,
    pl,
    quote,
)

# The answers of OpenAI's pairs, whose other names are a fault of their own.
PAIR = ("preferred_output", "non_preferred_output")


class HeaderAlias(DatasetRule):
    """Collects the names that stand for a shape's fields, each with its first record."""

    code, name, severity, fix = "F021", "header-alias", "info", "safe"
    local_decision: ClassVar[Mapping[str, Any]] = {"apply": True}

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("field_names") if _are_fixed(context) else self.severity

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        first: dict[tuple[str, str], int] = {}
        found = {id(kind): _aliases(kind, context) for kind in batch.detected_shapes if kind is not None}
        if any(found.values()):
            for i, kind in enumerate(batch.record_shapes):
                for pair in found.get(id(kind), ()):
                    first.setdefault(pair, i)
        if not first:
            return None
        return pl.DataFrame(
            [(key, field, batch.rows[i], batch.lines[i]) for (key, field), i in first.items()],
            schema={"key": pl.String, "field": pl.String, "row": pl.UInt64, "line": pl.UInt64},
            orient="row",
        )

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        firsts = pl.concat(frames).group_by("key", "field").agg(pl.col("row").min(), pl.col("line").min())
        return firsts.sort("row", "key", "field")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        who = f"; {context.target.name} does not" if context.target and _are_fixed(context) else ""
        pairs = observed.select("key", "field").rows()
        named = context.target is not None
        renames = {key: name for key, field in pairs if (name := field if named else _plain(key)) != key}
        violations = [
            Violation(
                f'column {quote(key)} is read as "{field}"{who}', row=row, line=line, fixable=key in renames
            )
            for key, field, row, line in observed.select("key", "field", "row", "line").rows()
        ]
        return Conclusion(violations, decision={"apply": True, "renames": renames} if renames else None)

    def affected_rows(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> Sequence[int]:
        has_alias = {id(kind): kind and _aliases(kind, context) for kind in batch.detected_shapes}
        places = [i for i, kind in enumerate(batch.record_shapes) if has_alias.get(id(kind))]
        return [i for i in places if _renames(batch.example(i), context)]

    def apply_decision(self, example: Example, decision: dict[str, Any], context: RuleContext) -> None:
        example.rename(_renames(example, context))

    cases = (
        Case(
            why="blanks and capitals in a header",
            name="x.csv",
            wrong=b" Prompt ,COMPLETION\nWhat is it?,A test\n",
            found=[(2, None), (2, None)],
            fixed=[{"prompt": "What is it?", "completion": "A test"}],
        ),
        Case(
            why="a question and an answer, reported at their first record",
            wrong=[
                {"prompt": "a", "completion": "b"},
                {"Question": "c", "id": 1, "Answer": "d"},
                {"Question": "e", "id": 2, "Answer": "f"},
            ],
            found=[(2, None), (2, None)],
            fixed=[
                {"prompt": "a", "completion": "b"},
                {"prompt": "c", "id": 1, "completion": "d"},
                {"prompt": "e", "id": 2, "completion": "f"},
            ],
            settings={"target": "mlx-lm"},
        ),
        Case(
            why="without a target nobody knows who reads the answer by that name",
            wrong=[{"question": "a", "answer": "b"}, {" Question": "c", "Completion": "d"}],
            found=[(1, None), (1, None), (2, None), (2, None)],
            fixed=[{"question": "a", "answer": "b"}, {"question": "c", "completion": "d"}],
        ),
        Case(
            why="chat messages under ShareGPT's name",
            wrong=[
                {"conversations": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            ],
            found=[(1, None)],
            fixed=[{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="capitals in OpenAI's pairs, whose older names are reported elsewhere",
            wrong=[
                {
                    "Input": {"messages": [{"role": "user", "content": "a"}]},
                    "preferred_completion": [{"role": "assistant", "content": "b"}],
                    "Non preferred output": [{"role": "assistant", "content": "c"}],
                }
            ],
            found=[(1, None), (1, None)],
            fixed=[
                {
                    "input": {"messages": [{"role": "user", "content": "a"}]},
                    "preferred_completion": [{"role": "assistant", "content": "b"}],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
        ),
        Case(
            why="TRL finds no prompt under a question",
            wrong=[{"question": "a", "answer": "b"}],
            found=[(1, None), (1, None)],
            severity="error",
            fixed=[{"prompt": "a", "completion": "b"}],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="nor under Prompt, nor messages among conversations",
            wrong=[
                {"Prompt": "a", "completion": "b"},
                {"conversations": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
            found=[(1, None), (2, None)],
            severity="error",
            fixed=[
                {"prompt": "a", "completion": "b"},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="a column that TRL does not read under any name",
            right=[{"prompt": "a", "completion": "b", "system_prompt": "c"}],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="LLaMA-Factory's name of the label for TRL",
            wrong=[{"prompt": "a", "completion": "b", "kto_tag": True}],
            found=[(1, None)],
            severity="error",
            fixed=[{"prompt": "a", "completion": "b", "label": True}],
            settings={"target": "trl-kto"},
        ),
        Case(
            why="a provider reads its own names only",
            wrong=[{"input": "a", "output": "b"}],
            found=[(1, None), (1, None)],
            severity="error",
            settings={"target": "openai-completions"},
        ),
        Case(
            why="a trainer that is told which column is which",
            wrong=[{"question": "a", "answer": "b"}],
            found=[(1, None), (1, None)],
            severity="info",
            settings={"target": "nemo"},
        ),
        Case(
            why="names that the target reads",
            right=[{"prompt": "a", "response": "b"}],
            settings={"target": "databricks"},
        ),
        Case(
            why="torchtune's own names",
            right=[{"input": "a", "output": "b"}],
            settings={"target": "torchtune"},
        ),
        Case(
            why="another shape is reported elsewhere",
            right=[{"question": "a", "answer": "b"}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="the usual names, and others beside them",
            right=[{"prompt": "a", "completion": "b", "Question": "c"}],
        ),
        Case(
            why="a name that the user gave",
            right=[{"frage": "a", "antwort": "b"}],
            settings={"map": {"prompt": "frage", "completion": "antwort"}},
        ),
    )


def _are_fixed(context: RuleContext) -> bool:
    """Whether the target reads fields by their own names only."""
    return context.fact("field_names") == "fixed"


def _aliases(kind: Any, context: RuleContext) -> list[tuple[str, str]]:
    """The (key, field) pairs of a detected shape that the target does not read, without old names of a pair's answers."""
    read = context.fact("read_names")
    shapes = context.target.shapes if context.target is not None else {}
    if _are_fixed(context) and kind.shape.name not in shapes:
        return []
    # Under its own name the target does not read it, either (unread-column, unknown-field).
    unread = set(kind.shape.folded_fields if _are_fixed(context) else ()).difference(_own_fields(context))
    answers = PAIR if kind.shape.name == "preference" else ()
    return [
        (key, field)
        for key, field in kind.renamed
        if key not in (read if isinstance(read, list) else ())
        and field not in unread
        and (field not in answers or _is_spelling(key, field))
    ]


def _renames(example: Example, context: RuleContext) -> dict[str, str]:
    """The new names of a record's fields."""
    return {
        key: name
        for key, field in _aliases(example.sighting, context)
        if (name := field if _is_read(example, context) else _plain(key)) not in example.record
    }


def _own_fields(context: RuleContext) -> Sequence[str]:
    """The fields of records that the target states to read."""
    fields = context.fact("record_fields")
    return fields if isinstance(fields, list | tuple) else ()


def _is_spelling(key: str, field: str) -> bool:
    """Whether a key is the field's own name with capitals, blanks or dashes."""
    return _plain(key) == field


def _plain(key: str) -> str:
    """A key without capitals, blanks and dashes."""
    return "_".join(key.casefold().replace("-", " ").replace("_", " ").split())


def _is_read(example: Example, context: RuleContext) -> bool:
    """Whether the target reads records of this shape, and so the fields by their own names."""
    return context.target is not None and example.shape in context.target.shapes
