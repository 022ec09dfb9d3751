"""The public rule API loads its names at first use: the table of modules agrees with what type checkers are shown."""

import ast
import subprocess
import sys
from pathlib import Path

import ftlint.rule

TREE = ast.parse(Path(ftlint.rule.__file__).read_text(encoding="utf-8"))


def test_the_table_agrees_with_the_imports_for_type_checkers() -> None:
    (block,) = (node for node in TREE.body if isinstance(node, ast.If))
    shown = {
        (alias.name, node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names = {(name, module) for module, names in ftlint.rule.NAMES.items() for name in names}
    submodules = {
        (name, package) for package, _, name in (path.rpartition(".") for path in ftlint.rule.SUBMODULES)
    }
    assert names | submodules == shown


def test_every_public_name_is_there() -> None:
    assert all(getattr(ftlint.rule, name) is not None for name in ftlint.rule.__all__)
    assert ftlint.rule.secrets.mask("text") == "text"


def test_the_page_of_a_rule_loads_no_batch() -> None:
    code = "import sys; from ftlint.cli.main import main\ntry: main(['rule', 'C003'])\nfinally: print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0
    heavy = {
        "polars",
        "ftlint.batch.batch",
        "ftlint.shapes",
        "ftlint.io.columnar",
        "ftlint.analysis.phrases",
    }
    assert not heavy & set(ran.stderr.split())
