"""The file is bigger than the target takes.

An upload that is too big is refused, often only when all of it has been sent. Some providers take bigger files in
parts, or another way than the plain upload: then the message says so, and it is only a warning or a note.

There is no fix: split the file, take out duplicates (duplicate-example) or send it the other way. A file that is
packed (.gz, .zst) is measured as it lies there. The option `bytes` says a limit of your own.

An error where the target's documentation states the limit, else a warning. Silent without a target, and for
targets that read the file from your own disk.
"""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.rule import Annotated, Case, FileInfo, FileRule, Meta, RuleContext, Severity, Violation
from ftlint.rule import Options as RuleOptions

UNITS = (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))
FACTS = ("file_bytes", "upload_bytes", "direct_bytes", "total_bytes")


class FileTooBig(FileRule):
    """The size of the file against what one upload, an upload in parts and the whole account take."""

    code, name, severity = "L004", "file-too-big", "error"

    class Options(RuleOptions):
        """A limit of your own."""

        bytes: Annotated[
            Annotated[int, Meta(gt=0)] | None,
            Meta(description="largest file, instead of the target's number"),
        ] = None

    def severity_for(self, context: RuleContext) -> Severity | None:
        limited = context.target is not None and any(
            context.target.number(fact) is not None for fact in FACTS
        )
        return self.severity if limited or self.options.bytes is not None else None

    def check_file(self, file: FileInfo, context: RuleContext) -> Iterable[Violation]:
        size, own, target = file.bytes, self.options.bytes, context.target
        if own is not None:
            if size > own:
                yield Violation(f"{_size(size)}; you take {_size(own)}", severity="error")
            return
        if target is None:
            return
        plain, parts, direct, total = (target.number(fact) for fact in FACTS)
        most = max((limit for limit in (plain, parts) if limit is not None), default=total)
        if most is not None and size > most:
            stated = any(target.verified(fact) for fact in FACTS if target.number(fact) == most)
            severity: Severity = "error" if stated else "warning"
            yield Violation(f"{_size(size)}; {target.name} takes {_size(most)}", severity=severity)
        elif plain is not None and parts is not None and size > plain:
            yield Violation(
                f"{_size(size)}; {target.name} takes {_size(plain)} at once, and up to {_size(parts)} in parts",
                severity="warning",
            )
        elif direct is not None and size > direct:
            yield Violation(
                f"{_size(size)}; {target.name} takes {_size(direct)} in one request: send it the other way",
                severity="info",
            )

    cases = (
        Case(
            why="bigger than it may be",
            wrong=[{"prompt": "a", "completion": "b"}],
            found=[(None, None)],
            options={"bytes": 10},
        ),
        Case(
            why="as big as it may be",
            right=b'{"prompt": "a", "completion": "b"}\n',
            options={"bytes": 35},
        ),
        Case(
            why="within the target's limit",
            right=[{"prompt": "a", "completion": "b"}],
            settings={"target": "openai-completions"},
        ),
        Case(why="no target, no limit", right=[{"prompt": "a", "completion": "b"}]),
    )


def _size(number: int) -> str:
    for unit, size in UNITS:
        if number >= size:
            return f"{number / size:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{number:,} bytes"
