"""CONTRIBUTING.md names what is there, and the code takes its words from the glossary."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ftlint"
BASELINE = Path(__file__).parent / "retired_names.txt"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:ftlint|rules|tests|fixtures|\.ci)/[\w./-]*)`", GUIDE)))
RETIRED = frozenset(GUIDE.partition("Retired words:")[2].partition("\n\n")[0].replace(".", "").split())


@pytest.mark.parametrize("path", PATHS)
def test_every_path_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()
    assert (ROOT / path).is_dir() == path.endswith("/")


def test_every_package_is_on_the_map() -> None:
    packages = {f"ftlint/{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    assert packages - {"ftlint/rules/"} <= set(PATHS)


def test_retired_words_name_nothing_new(update_fixtures: bool) -> None:
    known = set(BASELINE.read_text(encoding="utf-8").split())
    found = {name for name in _names() if RETIRED & set(_words(name))}
    assert sorted(found - known) == [], "take a word of the glossary in CONTRIBUTING.md"
    if update_fixtures:
        BASELINE.write_text("".join(f"{name}\n" for name in sorted(found)), encoding="utf-8", newline="\n")
    elif found != known:
        gone = ", ".join(sorted(known - found))
        pytest.fail(f"no longer there, so take it out (pytest --update-fixtures): {gone}")


def _names() -> Iterator[str]:
    """The names of all modules, classes and functions."""
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(PACKAGE / "rules"):
            continue
        yield path.stem
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
