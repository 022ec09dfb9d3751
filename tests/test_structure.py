"""The shape of the code: who prints, and how long modules and functions are. Layers are import-linter's (pyproject.toml)."""

import ast
from collections.abc import Container, Iterator
from graphlib import TopologicalSorter
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


def test_modules_import_one_another_in_no_circle() -> None:
    modules = {_module(path): path for path in FILES}
    graph = {name: set(_imported(path, modules)) - {name} for name, path in modules.items()}
    TopologicalSorter(graph).prepare()


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, modules: Container[str]) -> Iterator[str]:
    """What a module imports as it is loaded: not in functions, nor for type checkers alone."""
    for statement in _at_load(ast.parse(path.read_text(encoding="utf-8")).body):
        names: list[str] = []
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            inside = [f"{statement.module}.{alias.name}" for alias in statement.names]
            names = [name if name in modules else str(statement.module) for name in inside]
        yield from (name for name in names if name in modules)


def _at_load(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If):
            for_types = "TYPE_CHECKING" in ast.dump(statement.test)
            yield from _at_load(statement.orelse if for_types else [*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try):
            yield from _at_load(statement.body)
        else:
            yield statement
