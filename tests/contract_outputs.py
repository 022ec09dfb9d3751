"""What ftlint writes for every fixture: one row for each command, compared with ``contract/outputs.txt``.

A row says the fixture, the command, the exit code, the findings that are left by rule, the rows read, kept, changed
and dropped, and of each file that was written the first 16 digits of its SHA-256. Of workbooks, Parquet and packed
files the decoded content counts, not the container.
``contract_golden.py`` writes the rows anew.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from command_line import ftlint
from contract_files import FIXTURES, fixture_names

SHAPES = ("chat", "openai-chat", "openai-completions", "sharegpt", "alpaca", "trl-sft", "gemini")
CONTAINERS = ("json", "csv", "tsv", "xlsx", "parquet")
# These are converted to every shape; the others, which differ in what is inside, take turns with two of them.
WHOLLY = ("shapes/", "chat.jsonl", "messy.csv")
# These are written as every container as well.
REPACKED = ("chat.jsonl", "messy.csv", "shapes/claude.jsonl", "shapes/preference.jsonl")
FORMAT = ("--isolated", "--no-progress", "--output-format", "json")
# What a conversion writes does not depend on rules about texts; leaving them out saves most of the time.
QUICK = ("--config", 'select=["F"]')
# How long a provider still takes jobs depends on the day.
DATED = ("--ignore", "L007")
Command = tuple[str, list[str]]


def commands(name: str, place: int) -> Iterator[Command]:
    """Every command for a fixture: what it is called in the table, and its arguments."""
    short = name.rpartition("/")[2]
    if not name.startswith("clean/"):
        yield "fix", ["check", short, "--fix", "-o", "out.jsonl", *FORMAT]
    unsafe = ["--fix", "--unsafe-fixes", "-o", "out.jsonl", "--rejects", "bad.jsonl"]
    yield "fix unsafe", ["check", short, *unsafe, *FORMAT]
    yield (
        "prepare",
        ["prepare", short, "-y", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--no-stats", *DATED, *FORMAT],
    )
    yield (
        "split",
        ["split", short, "-o", "part", "--valid", "0.3", "--seed", "1", "--rejects", "bad.jsonl", *FORMAT],
    )
    turn = [SHAPES[(place + nth) % len(SHAPES)] for nth in (0, 3)]
    for shape in SHAPES if name.startswith(WHOLLY) else turn:
        converted = ["-o", "out.jsonl", "--to", shape, "--rejects", "bad.jsonl", *QUICK, *FORMAT]
        yield f"convert {shape}", ["convert", short, *converted]
    for ending in CONTAINERS if name in REPACKED else ():
        repacked = ["-o", f"out.{ending}", "--to", "sharegpt", *QUICK, *FORMAT]
        yield f"convert sharegpt {ending}", ["convert", short, *repacked]


def rows_of(name: str, folder: Path) -> Iterator[str]:
    """The rows of one fixture; ``folder`` is empty, and is so afterwards."""
    for label, arguments in commands(name, fixture_names().index(name)):
        shutil.copy(FIXTURES / name, folder)
        ran = ftlint(*arguments, folder=folder)
        told = ran.json if ran.out.startswith("{") else {}
        cells = [
            name,
            label,
            f"exit {ran.code}",
            _pairs(told.get("counts") or told.get("unread") or {}) or "-",
            _amounts(told) or "-",
            _pairs(_digests(folder, name.rpartition("/")[2])) or "nothing written",
        ]
        yield " | ".join(cells)
        for path in folder.iterdir():
            path.unlink()


def _pairs(cells: dict[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(cells.items()))


def _amounts(told: dict) -> str:
    """Rows read, kept, changed, dropped and findings fixed; of a division, the examples of each part."""
    if "summary" in told:
        names = ("read", "kept", "changed", "dropped", "fixed")
        return " ".join(f"{key} {told['summary'][key]}" for key in names)
    return " ".join(f"{file['part']} {file['examples']}" for file in told.get("files", []))


def _digests(folder: Path, source: str) -> dict[str, object]:
    """The files in a folder beside the source; of a manifest only that it is there, for it names the version."""
    written = {path.name: path for path in folder.iterdir() if path.name != source}
    return {
        name: "written" if name.endswith(".manifest.json") else _digest(_content(path))
        for name, path in written.items()
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16] if content else "empty"


def _content(path: Path) -> bytes:
    """What a file says: its bytes, or what is in its container."""
    if path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.load_workbook(path)
        sheets = {sheet.title: [list(row) for row in sheet.values] for sheet in book}
        return json.dumps(sheets, default=str).encode()
    if path.suffix == ".parquet":
        import polars

        frame = polars.read_parquet(path)
        schema = {column: str(kind) for column, kind in frame.schema.items()}
        return json.dumps([schema, frame.to_dicts()], default=str).encode()
    return path.read_bytes()


def all_rows() -> list[str]:
    """The rows of all fixtures."""
    made = []
    for name in fixture_names():
        with tempfile.TemporaryDirectory() as folder:
            made += rows_of(name, Path(folder))
    return made
