"""Explain a failed job: the message, the line and file it refers to, and the row of the source file behind it."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftlint.display import quote
from ftlint.training.provider.records import JobError
from ftlint.training.submit.job_log import JobEntry, JobLog


def origin_of(manifest: Path, file: Path, line: int) -> str | None:
    """``row 12 of stories.csv``; None if the manifest does not record it."""
    try:
        content = json.loads(manifest.read_bytes())
        outputs = {entry["path"]: entry for entry in content["outputs"]}
        nth = _nth_line(file, line)
        row = None if nth is None else _row(content, outputs[file.name], nth)
        name = content["input"]["path"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if row is None else f"row {row:,} of {'the input' if name == '-' else name}"


def _nth_line(file: Path, line: int) -> int | None:
    """The index of the example on a line, from 0."""
    nth = -1
    with file.open("rb") as lines:
        for number, text in enumerate(lines, 1):
            filled = bool(text.strip())
            nth += filled
            if number == line:
                return nth if filled else None
    return None


def _row(content: dict[str, Any], output: dict[str, Any], nth: int) -> int | None:
    """The source row of an example: from the row ranges of the manifest, or one row per example in order."""
    runs = output.get("rows_from")
    if runs is None:
        one_to_one = content["counts"]["read"] == output["rows"] and content["split"] is None
        return nth + 1 if one_to_one and not content["intent"].get("expand_turns") else None
    for first, many in runs:
        if nth < many:
            return int(first) + nth
        nth -= many
    return None


# "Line 3, message 2, key …", "Line 12 is not a dictionary", "Example 6174 message contains an invalid token".
PLACE = re.compile(
    r"\b(?P<what>line|example|row)s?\s+#?(?P<number>\d+)(?:,\s*message\s+(?P<message>\d+))?", re.I
)
SPECIAL = re.compile(r"<\|\w+\|>")
MAX_PLACES = 5
EXCERPT = 120
# Whether the first example has the number 0 or 1 is undocumented for messages that count examples.
NEAR = (0, 1, -1)


@dataclass(frozen=True, slots=True)
class FailurePlace:
    """A line of the submitted file. ``source`` is its origin, if known."""

    words: str
    line: int
    message: int | None
    excerpt: str
    source: str | None


@dataclass(frozen=True, slots=True)
class SubmittedFiles:
    """The submitted files, the manifest that they were written with, and the target that they were checked for.

    ``sha256`` are those of the files at the time of submission.
    """

    training: Path
    target: str
    validation: Path | None = None
    manifest: Path | None = None
    sha256: Mapping[Path, str] = field(default_factory=dict)


def submitted_files(entry: JobEntry, job_log: JobLog) -> SubmittedFiles:
    """The submitted files of a logged job."""
    files = [file for file in (entry.training, entry.validation) if file is not None]
    return SubmittedFiles(
        job_log.found(entry.training.path),
        entry.target,
        job_log.found(entry.validation.path) if entry.validation is not None else None,
        job_log.found(entry.manifest) if entry.manifest is not None else None,
        {job_log.found(file.path): file.sha256 for file in files},
    )


def explain_failure(fault: JobError, sent: SubmittedFiles | None) -> Iterator[str]:
    """Explain the failure in sentences, the most important first: the provider's own, then what ftlint adds."""
    code = f" ({fault.code})" if fault.code else ""
    yield f"the provider says{code}: {fault.message}"
    if sent is not None:
        yield from referenced_files(fault, sent)


def referenced_files(fault: JobError, sent: SubmittedFiles) -> Iterator[str]:
    """The lines of the file that the message refers to, their origin, and the remedy."""
    file = sent.validation if _is_validation(fault) and sent.validation is not None else sent.training
    lines = places(fault, file, sent.manifest)
    if lines and not _unchanged(file, sent.sha256.get(file)):
        yield f"{file} is not what was sent any more; what stands there now is"
    for place in lines:
        message = f", its {_nth(place.message)} message" if place.message is not None else ""
        yield f"{place.words} is line {place.line} of {file}{message}: {place.excerpt}"
        if place.source is not None:
            yield f"it was made of {place.source}"
    if about_file(fault):
        yield f"ftlint check {file} --target {sent.target} tells more; mend it and submit again"


def about_file(fault: JobError) -> bool:
    """Whether the data is at fault."""
    return fault.param in ("training_file", "validation_file") or "file" in (fault.code or "")


def places(fault: JobError, file: Path, manifest: Path | None) -> list[FailurePlace]:
    """The lines that the provider's message names, up to a limit."""
    listed = []
    for match in list(PLACE.finditer(fault.message))[:MAX_PLACES]:
        number = int(match["number"])
        line = number if match["what"].lower() == "line" else _line_of(file, number, fault.message)
        text = _text(file, line)
        if text is None:
            continue
        message = int(match["message"]) if match["message"] else None
        origin = origin_of(manifest, file, line) if manifest is not None else None
        words = match.group()[0].upper() + match.group()[1:]
        listed.append(FailurePlace(words, line, message, quote(text, EXCERPT), origin))
    return listed


def _unchanged(file: Path, sha256: str | None) -> bool:
    """Whether the file is unchanged since it was submitted, as far as that is known."""
    if sha256 is None:
        return True
    with file.open("rb") as now:
        return hashlib.file_digest(now, "sha256").hexdigest() == sha256


def _is_validation(fault: JobError) -> bool:
    return fault.param == "validation_file" or "validation" in (fault.code or "")


def _line_of(path: Path, example: int, message: str) -> int:
    """The line of an example by its number: blank lines do not count, and the quoted text must be on it."""
    filled = _filled(path)
    tokens = SPECIAL.findall(message)
    for step in NEAR if tokens else NEAR[:1]:
        at = example - 1 + step
        if 0 <= at < len(filled) and all(token in (_text(path, filled[at]) or "") for token in tokens):
            return filled[at]
    return filled[example - 1] if 0 < example <= len(filled) else example


def _filled(path: Path) -> Sequence[int]:
    try:
        with path.open("rb") as file:
            return [number for number, line in enumerate(file, 1) if line.strip()]
    except OSError:
        return ()


def _text(path: Path, line: int) -> str | None:
    """The text of a line of a file; None if it does not exist."""
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                if number == line:
                    return text.decode("utf-8", errors="replace").rstrip("\r\n")
    except OSError:
        return None
    return None


def _nth(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    last = number % 100
    return f"{number}{'th' if 10 < last < 20 else endings.get(number % 10, 'th')}"
