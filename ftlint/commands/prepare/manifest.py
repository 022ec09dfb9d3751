"""The manifest of a preparation: what was read, decided and written, so that it can be reproduced."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from ftlint.batch.record_makers import SpeakerRoles, Templates
from ftlint.commands.prepare.options import PrepareOptions
from ftlint.commands.prepare.result import Prepared
from ftlint.config.conversion import ConversionOptions
from ftlint.config.settings import Settings, check
from ftlint.engine.pipeline import PassResult
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing
from ftlint.secrets import mask_all
from ftlint.version import __version__

SCHEMA = 1
# Stored as they are; the others have their own form in a manifest.
SAME = (
    "model",
    "task",
    "select",
    "ignore",
    "extend_select",
    "separator",
    "stop",
    "rule_options",
    "map",
    "templates",
    "conversion",
    "tokenizer",
)


class ManifestSettings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The settings that determine the output; the others only affect how a report is displayed."""

    model: str | None = None
    task: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    separator: str | None = None
    stop: str | None = None
    tokenizer: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    join_rows: str | None = None
    rule_folders: tuple[str, ...] = ()
    rule_options: dict[str, dict[str, Any]] = {}
    map: dict[str, str] = {}
    templates: Templates = Templates()
    conversion: ConversionOptions = ConversionOptions()
    turns: dict[str, str] = {}


class ManifestInput(msgspec.Struct, kw_only=True):
    """The input file. ``path`` is relative to the manifest; ``-`` is standard input."""

    path: str
    container: str
    bytes: int
    sha256: str


class ManifestOutput(msgspec.Struct, kw_only=True):
    """One output file, in the folder of the manifest.

    ``rows_from`` are runs of the source's rows in output order, each with its first row and its length; None
    if there were too many.
    """

    part: str | None
    path: str
    rows: int
    bytes: int
    sha256: str
    rows_from: list[tuple[int, int]] | None = None


class ManifestPrompt(msgspec.Struct, kw_only=True):
    """The request format of the tuned model."""

    shape: str
    task: str | None
    classes: list[str]
    separator: str | None
    stop: str | None
    system: str | None


class ManifestContent(msgspec.Struct, kw_only=True):
    """The content of a manifest. ``decisions`` are those of the dataset rules, by code."""

    schema: int
    tool: dict[str, str]
    input: ManifestInput
    outputs: list[ManifestOutput]
    counts: dict[str, Any]
    remedies: dict[str, bool]
    decisions: dict[str, dict[str, Any]]
    asking: ManifestPrompt
    split: dict[str, Any] | None
    intent: PrepareOptions
    settings: ManifestSettings


class Manifest(Struct, frozen=True):
    """A manifest as it was read from ``path``."""

    path: Path
    content: ManifestContent

    @property
    def source(self) -> str:
        """The input's path, relative to the current folder."""
        name = self.content.input.path
        beside = self.path.parent / name
        return str(beside) if name != "-" and beside.exists() else name

    @property
    def intent(self) -> PrepareOptions:
        """The intent of the preparation."""
        return self.content.intent

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        stored = self.content.settings
        return check(
            Settings(
                **{name: getattr(stored, name) for name in SAME},
                rule_folders=tuple(Path(folder) for folder in stored.rule_folders),
                read=ReadOptions(encoding=stored.encoding, sheet=stored.sheet, join_rows=stored.join_rows),
                turns=SpeakerRoles(stored.turns),
            )
        )

    def answer(self, code: str) -> bool:
        """Whether the remedy of that rule was agreed to."""
        return self.content.remedies.get(code, False)

    @property
    def divided(self) -> bool:
        """Whether examples were reserved for validation."""
        return self.content.split is not None

    def check_input(self, source: PassResult[Any]) -> None:
        """Raise UsageError where the input is another file than it was."""
        known = self.content.input.sha256
        if source.sha256 != known:
            raise UsageError(
                f"{source.source.name} is not the file that {self.path} was made from: "
                f"SHA-256 {source.sha256[:12]}…, not {known[:12]}…"
            )

    def compared(self, made: Prepared) -> str:
        """One sentence: whether the files equal those of the manifest."""
        written = {file.path: file.sha256 for file in made.report.files}
        known = [output.sha256 for output in self.content.outputs]
        if list(written.values()) == known:
            return f"the same bytes as {self.path.name} says"
        other = self.content.tool.get("version", "?")
        why = f" (that was ftlint {other}, this is {__version__})" if other != __version__ else ""
        return f"other bytes than {self.path.name} says{why}"


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file. Raises UsageError where it is none that this version can follow."""
    try:
        content = msgspec.json.decode(path.read_bytes(), type=ManifestContent)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no manifest of ftlint prepare: {error}") from None
    if content.schema != SCHEMA:
        raise UsageError(f"{path}: a manifest of schema {content.schema}; this ftlint knows {SCHEMA}")
    return Manifest(path, content)


def write_manifest(made: Prepared, seen: PassResult[Any], settings: Settings, intent: PrepareOptions) -> None:
    """Write the manifest in the folder of the files that it describes."""
    if made.manifest is None:
        return
    source = _from(made.manifest, seen.source)
    content = ManifestContent(
        schema=SCHEMA,
        tool={"name": "ftlint", "version": __version__},
        input=ManifestInput(path=source, container=seen.container, bytes=seen.bytes, sha256=seen.sha256),
        outputs=list(_outputs(made)),
        counts={
            "read": made.outlook.rows,
            "kept": made.kept.total(),
            "changed": made.changed,
            "dropped": dict(sorted(made.dropped.items())),
            "fixed": dict(sorted(made.fixed.items())),
        },
        remedies={remedy.code: agreed for remedy, agreed in made.remedies},
        decisions=mask_all(made.decisions),
        asking=ManifestPrompt(
            shape=made.shape,
            task=made.task.name,
            classes=mask_all([label for label, *_ in made.task.classes]),
            separator=mask_all(made.marks.separator),
            stop=mask_all(made.marks.stop),
            system=mask_all(made.marks.system),
        ),
        split=(made.division.summary or None) if made.division is not None else None,
        intent=intent,
        settings=_stored(settings),
    )
    with replacing(made.manifest) as out:
        out.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")


def _outputs(made: Prepared) -> Iterator[ManifestOutput]:
    for (part, path), file in zip(made.files.items(), made.report.files, strict=True):
        yield ManifestOutput(
            part=part or None,
            path=path.name,
            rows=made.kept[part],
            bytes=file.bytes,
            sha256=file.sha256,
            rows_from=made.runs[part].listed if part in made.runs else None,
        )


def _stored(settings: Settings) -> ManifestSettings:
    return ManifestSettings(
        **{name: getattr(settings, name) for name in SAME},
        encoding=settings.read.encoding,
        sheet=settings.read.sheet,
        join_rows=settings.read.join_rows,
        rule_folders=tuple(str(folder) for folder in settings.rule_folders),
        turns=dict(settings.turns.roles),
    )


def _from(manifest: Path, source: Source) -> str:
    """The input path as the manifest's reader resolves it: the name alone if both are in one folder."""
    if source.remote is not None:
        return source.name
    if source.path is None or source.is_stdin:
        return "-"
    beside = source.path.resolve().parent == manifest.resolve().parent
    return source.path.name if beside else str(source.path)
