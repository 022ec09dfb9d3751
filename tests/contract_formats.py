"""The keys of everything that other programs read, with the types of their values, one a line.

``findings[].line: int|null`` says that each finding has a line, which is a number or null.
"""

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

from command_line import ftlint
from contract_files import FIXTURES
from provider_server import ProviderServer

JSON = ("--isolated", "--no-progress", "--output-format", "json")
TYPES = {
    str: "text",
    bool: "bool",
    int: "int",
    float: "float",
    type(None): "null",
    list: "list",
    dict: "object",
}
CODE = re.compile(r"[A-Z]{1,3}\d{3}")


def keys(title: str, *values: Any) -> list[str]:
    """Each place in the values with the types of what stands there. Codes of rules are called ``CODE``."""
    places: dict[str, set[str]] = {}
    for value in values:
        for place, kind in _places("", value):
            places.setdefault(place, set()).add(kind)
    return [f"{title} {place}: {'|'.join(sorted(kinds))}" for place, kinds in sorted(places.items()) if place]


def _places(place: str, value: Any) -> Iterator[tuple[str, str]]:
    yield place, TYPES[type(value)]
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "CODE" if CODE.fullmatch(key) else key
            yield from _places(f"{place}.{name}" if place else name, inner)
    if isinstance(value, list):
        for inner in value:
            yield from _places(f"{place}[]", inner)


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def world(folder: Path) -> None:
    """Files with findings of every kind: about a row, a file and the whole, with and without a fix."""
    shutil.copy(FIXTURES / "messy.csv", folder)
    shutil.copy(FIXTURES / "faults/f004_invalid_json.jsonl", folder / "broken.jsonl")
    classes = [("negative", "bad"), ("positive", "good")]
    rows = [
        {"prompt": f"Review {number}: {word}, {seen} it was ->", "completion": f" {label}"}
        for number in range(40)
        for label, word in classes[number % 2 : number % 2 + 1]
        for seen in [f"{number * 7919 % 1000:b}"]
    ]
    (folder / "classes.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    (folder / "chat.jsonl").write_bytes((FIXTURES / "chat.jsonl").read_bytes())


def json_reports() -> list[str]:
    """The JSON of check, fix, diff of fixes, convert, prepare, split, stats and diff."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world(folder)
        return list(_json_reports(folder))


def _json_reports(folder: Path) -> Iterator[str]:
    def told(command: str, *arguments: str) -> Any:
        return ftlint(command, *arguments, *JSON, folder=folder).json

    ftlint("check", "broken.jsonl", "--isolated", "--write-baseline", "known.jsonl", folder=folder)
    checked = told(
        "check", "messy.csv", "broken.jsonl", "--baseline", "known.jsonl", "--target", "openai-chat"
    )
    yield from keys("check", checked)
    unsafe = ("--fix", "--unsafe-fixes", "-o", "fixed.jsonl", "--rejects", "bad.jsonl")
    yield from keys("check --fix", told("check", "messy.csv", *unsafe))
    yield from keys("convert", told("convert", "messy.csv", "-o", "out.jsonl", "--to", "trl-sft", "--recipe"))
    yield from keys("prepare", told("prepare", "messy.csv", "-y"))
    classes = told("prepare", "classes.jsonl", "-y", "--target", "openai-completions", "--split")
    yield from keys("prepare (classes)", classes)
    yield from keys(
        "split", told("split", "classes.jsonl", "--valid", "0.2", "--test", "5", "--rejects", "r.jsonl")
    )
    stats = ("messy.csv", "classes.jsonl", "--target", "openai-completions")
    yield from keys("stats", told("stats", *stats))
    yield from keys(
        "diff", told("diff", "messy.csv", "messy_prepared.jsonl"), told("diff", "chat.jsonl", "messy.csv")
    )


def machine_reports() -> list[str]:
    """What CI systems and editors read: SARIF, GitLab, RDJSON, JSON lines, CSV, JUnit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world(folder)
        return list(_machine_reports(folder))


def _machine_reports(folder: Path) -> Iterator[str]:
    def told(form: str) -> str:
        return ftlint(
            "check", "messy.csv", "broken.jsonl", "--isolated", "--output-format", form, folder=folder
        ).out

    sarif = json.loads(told("sarif"))
    yield from keys("sarif", sarif)
    run = sarif["runs"][0]
    yield f"sarif $schema = {sarif['$schema']}"
    yield f"sarif version = {sarif['version']}"
    yield from (f"sarif rule {rule['id']} {rule['name']}" for rule in run["tool"]["driver"]["rules"])
    found = [f"sarif result {one['ruleId']} {one['level']}" for one in run["results"]]
    yield from (f"{line} × {found.count(line)}" for line in sorted(set(found)))
    yield from keys("gitlab", json.loads(told("gitlab")))
    yield from keys("rdjson", json.loads(told("rdjson")))
    yield from keys("json-lines", *map(json.loads, told("json-lines").splitlines()))
    yield f"csv {','.join(next(csv.reader(io.StringIO(told('csv')))))}"
    yield from sorted(set(_elements("junit", ElementTree.fromstring(told("junit")))))


def _elements(place: str, element: ElementTree.Element) -> Iterator[str]:
    place = f"{place} {element.tag}"
    yield " ".join((place, *(f"@{name}" for name in sorted(element.attrib))))
    for inner in element:
        yield from _elements(place, inner)


def side_files() -> list[str]:
    """The files that ftlint leaves for later: manifests, rejects, what was lost, baselines, shards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world(folder)
        return list(_side_files(folder))


def _side_files(folder: Path) -> Iterable[str]:
    ftlint("prepare", "classes.jsonl", "-y", "--split", "--isolated", folder=folder)
    ftlint("prepare", "messy.csv", "-y", "--isolated", "--rejects", "bad.jsonl", folder=folder)
    manifests = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.manifest.json"))]
    yield from keys("manifest", *manifests)
    yield from keys("rejects", *_lines(folder / "bad.jsonl"))
    ftlint(
        "convert", "chat.jsonl", "-o", "o.jsonl", "--to", "openai-completions", "--isolated", folder=folder
    )
    yield from keys("lost", *_lines(folder / "o.jsonl.lost.jsonl"))
    ftlint("check", "messy.csv", "--isolated", "--write-baseline", "known.jsonl", folder=folder)
    yield from keys("baseline", *_lines(folder / "known.jsonl"))
    for number in (1, 2):
        ftlint("check", "messy.csv", "--isolated", "--shard", f"{number}/2", "--save", "kept", folder=folder)
    shards = sorted((folder / "kept").iterdir())
    yield from (f"shard file {shard.name}" for shard in shards)
    magic, _, rest = shards[0].read_bytes().partition(b"\n")
    yield f"shard begins with {magic.decode()}"
    header = json.loads(rest[8 : 8 + int.from_bytes(rest[:8], "little")])
    yield from keys("shard", {**header, "settings": {}, "sources": []})


def jobs() -> list[str]:
    """What is remembered of a job that was submitted and followed, and what submit says of it as JSON."""
    with tempfile.TemporaryDirectory() as name, ProviderServer() as server:
        folder = Path(name)
        world(folder)
        keyed = {"OPENAI_API_KEY": server.key, "FTLINT_RETRY_WAIT": "0.0002"}
        asked = ("--model", "gpt-4.1-mini", "--suffix", "tools", "-y", "--every", "0", "--follow")
        with patch.dict(os.environ, keyed):
            ran = ftlint("submit", "chat.jsonl", *asked, "--base-url", server.url, *JSON, folder=folder)
        remembered = _lines(folder / ".ftlint" / "jobs.jsonl")
        entries = [keys(f"jobs.jsonl ({one['kind']})", one) for one in remembered]
        return [f"exit {ran.code}", *(line for lines in entries for line in lines), *keys("submit", ran.json)]
