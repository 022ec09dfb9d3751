"""The shape of the code: who prints, how long modules and functions are. Layers and circles: pyproject.toml."""

import ast
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ftlint"
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] in ("cli", "__main__.py"):
        pytest.skip("this is the command line")
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_and_functions_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    # A command's signature is its manual, a line an option; only what it does counts.
    long = {f.name: n for f in functions if (n := f.end_lineno - f.body[0].lineno + 1) > 42}
    assert long == {}


def test_the_package_root_is_small() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 15


def test_one_class_has_one_name() -> None:
    classes = Counter(
        node.name
        for path in FILES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1] == []
