"""A record for Amazon Nova has no `schemaVersion`.

AWS's own records all say `"schemaVersion": "bedrock-conversation-2024"`, and its tools refuse those that do not. It is
missing mostly where messages were written for the Converse API, whose requests have no such field.

The fix writes it at the front of the record. No text changes, so it is safe.

Silent without a target, for targets without such a field, and for another version, which AWS's guide allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl, quote

KEY = "schemaVersion"
VERSION = {KEY: "bedrock-conversation-2024"}
TALK = [{"role": "user", "content": [{"text": "a"}]}, {"role": "assistant", "content": [{"text": "b"}]}]
SYSTEM = [{"text": "s"}]
NOVA = {"target": "bedrock-nova"}


class MissingSchemaVersion(RecordRule):
    """Records without the target's fact ``schema_version``."""

    code, name, severity, fix = "S010", "missing-schema-version", "error", "safe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("schema_version")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape").is_in(list(context.target.shapes) if context.target is not None else [])

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        if example.record.get(KEY) is None:
            wanted = quote(str(context.fact("schema_version")))
            yield Violation(f'"{KEY}" is missing; it should be {wanted}', KEY)

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        rest = {key: value for key, value in example.record.items() if key != KEY}
        example.record.clear()
        example.record.update({KEY: context.fact("schema_version"), **rest})

    cases = (
        Case(
            why="missing, and null",
            wrong=[{"system": SYSTEM, "messages": TALK}, {KEY: None, "messages": TALK}],
            found=[(1, KEY), (2, KEY)],
            severity="error",
            fixed=[{**VERSION, "system": SYSTEM, "messages": TALK}, {**VERSION, "messages": TALK}],
            settings=NOVA,
        ),
        Case(
            why="the usual version, and another",
            right=[{**VERSION, "messages": TALK}, {KEY: "mine", "messages": TALK}],
            settings=NOVA,
        ),
        Case(why="without a target nobody minds", right=[{"system": SYSTEM, "messages": TALK}]),
    )
