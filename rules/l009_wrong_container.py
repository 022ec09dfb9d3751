"""The target does not read files of this kind.

Most providers take JSON lines and nothing else: a table or a workbook is refused at the upload. ftlint reads it and
says what is wrong with its rows; the file that you upload is the one that `ftlint convert` or `ftlint prepare` writes.

Silent without a target, and for a JSON list, which not-one-per-line reports.
"""

from collections.abc import Iterable

from ftlint.rule import Case, FileInfo, FileRule, RuleContext, Violation

ROW = b"prompt,completion\na,b\n"


class WrongContainer(FileRule):
    """The container against the target's list."""

    code, name, severity = "L009", "wrong-container", "warning"

    def check_file(self, file: FileInfo, context: RuleContext) -> Iterable[Violation]:
        known = context.fact("containers")
        if not isinstance(known, list) or file.container in (*known, "json", ""):
            return
        suffixes = " or ".join(f".{name}" for name in known)
        yield Violation(f"{context.who} reads {suffixes}, not .{file.container}: ftlint convert writes it")

    cases = (
        Case(name="x.csv", wrong=ROW, found=[(None, None)], settings={"target": "openai-completions"}),
        Case(why="a trainer that reads tables", name="x.csv", right=ROW, settings={"target": "trl-sft"}),
        Case(why="no target", name="x.csv", right=ROW),
        Case(
            why="JSON lines",
            right=[{"prompt": "a", "completion": "b"}],
            settings={"target": "openai-completions"},
        ),
    )
