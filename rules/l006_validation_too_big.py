"""The validation file is bigger than the target takes.

Validation runs again and again while a model is trained, so some targets limit its file more tightly than the one
for training: in examples, or in bytes. The job is refused, or only a part of the file is looked at.

There is no fix: a few hundred examples tell as much as many thousands. The option `files` says which files are
for validation, by patterns for their names; nothing is guessed. A limit that is a share of the training file is
not checked: one file alone cannot tell.

Silent for other files, and without a target that states such a limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ftlint.rule import Annotated, Case, FileInfo, FileRule, Meta, RuleContext, Severity, Violation
from ftlint.rule import Options as RuleOptions

ROWS = [{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}] * 3


class ValidationTooBig(FileRule):
    """Files that are named as being for validation."""

    code, name, severity = "L006", "validation-too-big", "warning"

    class Options(RuleOptions):
        """Which files are for validation, and limits of your own."""

        files: Annotated[
            tuple[str, ...], Meta(description='patterns for the names of validation files, e.g. ["valid*"]')
        ] = ()
        examples: Annotated[
            Annotated[int, Meta(ge=0)] | None,
            Meta(description="most validation examples, instead of the target's number"),
        ] = None
        bytes: Annotated[
            Annotated[int, Meta(gt=0)] | None,
            Meta(description="largest validation file, instead of the target's number"),
        ] = None

    def severity_for(self, context: RuleContext) -> Severity | None:
        limited = self._most("examples", context) is not None or self._most("bytes", context) is not None
        return self.severity if self.options.files and limited else None

    def check_file(self, file: FileInfo, context: RuleContext) -> Iterable[Violation]:
        name = file.name.replace("\\", "/").rpartition("/")[2]
        if not any(fnmatchcase(name, pattern) for pattern in self.options.files):
            return
        who = f"{context.target.name} takes" if context.target is not None else "you take"
        for what, n in (("examples", file.examples), ("bytes", file.bytes)):
            most = self._most(what, context)
            if most is not None and n > most:
                yield Violation(f"{n:,} {what} for validation; {who} {most:,}")

    def _most(self, what: str, context: RuleContext) -> int | None:
        own: int | None = getattr(self.options, what)
        if own is not None or context.target is None:
            return own
        return context.target.number(f"max_validation_{what}")

    cases = (
        Case(
            why="too many examples in a validation file",
            wrong=ROWS,
            name="data/valid.jsonl",
            found=[(None, None)],
            options={"files": ["valid*"], "examples": 2},
        ),
        Case(
            why="a big one",
            wrong=ROWS,
            name="valid.jsonl",
            found=[(None, None)],
            options={"files": ["*.txt", "valid*"], "bytes": 100},
        ),
        Case(
            why="the file for training is another matter",
            right=ROWS,
            name="train.jsonl",
            options={"files": ["valid*"], "examples": 2},
        ),
        Case(
            why="within the target's limit",
            right=ROWS,
            name="valid.jsonl",
            settings={"target": "mistral-platform"},
            options={"files": ["valid*"]},
        ),
        Case(why="nobody said which files are for validation", right=ROWS, options={"examples": 2}),
    )
