"""Imports go one way: read, shapes → batch → rule → rules/* → registry → engine → run → report, write → cli."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ftlint"
# Each layer may import from the layers above it in this list, and from its own.
LAYERS = [
    [
        "ahead",
        "errors",
        "staff",
        "plugins",
        "json_words",
        "json_written",
        "nearest",
        "secret_checks",
        "secret_forms",
        "secrets",
        "quote",
        "path",
        "lazy",
        "result",
        "facts",
        "data_url",
    ],
    ["read", "shapes", "sight"],
    ["target", "vocabulary", "crew", "tokens", "counted", "misfit", "own_schema", "template", "transcript"],
    [
        "calls",
        "talk",
        "talked",
        "arguments",
        "legacy",
        "media",
        "sides",
        "json_types",
        "padding",
        "seen",
        "example",
        "exchanges",
        "speakers",
        "frames",
        "digest",
        "mojibake",
        "about",
        "shingles",
        "resemblance",
        "clusters",
        "near",
        "phrases",
        "scripts",
        "spoken",
        "overlap",
        "fingerprint",
        "groups",
        "bonds",
        "task",
        "endings",
        "beginnings",
        "job",
        "batch",
    ],
    ["case", "rule_base", "frame_rule", "piece_rule", "notes", "rule", "blame"],
    ["config"],
    ["registry", "sql_rule", "splits", "selection", "settings", "contents", "config_schema"],
    ["cache_key", "cache_folder", "cache"],
    ["spill", "partial", "partial_bytes", "narrowing", "failing", "framed", "engine", "workers"],
    ["log", "mending", "mend", "plan", "tolerance"],
    ["run", "failures_told"],
    ["baseline", "settling", "against", "in_parts", "checking", "shards"],
    ["measuring"],
    [
        "write",
        "output",
        "goal",
        "dress",
        "known",
        "rewrite",
        "rewrite_lines",
        "account",
        "choice",
        "fit",
        "recipe",
        "fixing",
        "shares",
        "drawing",
        "parts",
        "splitting",
        "together",
        "parting",
        "expansion",
        "glance",
        "conversion",
        "converting",
    ],
    ["preparing"],
    ["report", "picture", "comparing", "api"],
    ["provider"],
    ["submitting", "results", "trying"],
    ["cli", "__main__", "pytest_plugin"],
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# write knows only how bytes reach the disk; report and fix both use it, so it counts as low.
LEVEL["write"] = 1


def imports(path: Path) -> set[str]:
    """The ftlint modules that a file imports when it is loaded or run, types aside."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ftlint"):
            parts = node.module.split(".")[1:]
            found |= {parts[0]} if parts else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("ftlint.")}
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        pytest.skip("the package itself offers the API lazily")
    below = {name: LEVEL[name] for name in imports(path) if name not in ("__version__",)}
    assert {name for name, level in below.items() if level > LEVEL[own]} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] in ("cli", "__main__.py"):
        pytest.skip("this is the command line")
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_is_one_subject(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    # A command's signature is its manual, a line an option; only what it does counts.
    long = {f.name: n for f in functions if (n := f.end_lineno - f.body[0].lineno + 1) > 42}
    assert long == {}
