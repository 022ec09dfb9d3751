"""Rules from elsewhere: packages that offer them by the entry point group ``ftlint.rules``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RULE = '''"""Somebody shouts."""

from ftlint.rule import TextRule, pl


class Shouting(TextRule):
    """Texts with three exclamation marks."""

    code, name, severity = "MY001", "three-marks", "error"
    message = "three exclamation marks"

    def when(self, context):
        return pl.col("text").str.contains("!!!", literal=True)
'''


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with one that offers a rule."""
    package = tmp_path / "site" / "shouting_rules"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "my001_three_marks.py").write_text(RULE, encoding="utf-8")
    info = tmp_path / "site" / "shouting_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: shouting-rules\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text("[ftlint.rules]\nshouting = shouting_rules\n", encoding="utf-8")
    (tmp_path / "train.jsonl").write_text('{"prompt": "a", "completion": "b!!!"}\n', encoding="utf-8")
    return tmp_path / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """ftlint in a process that can see the packages."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "ftlint", *arguments]
    return subprocess.run(
        command, env=environ, cwd=site.parent, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_a_package_offers_a_rule(site: Path) -> None:
    done = run(site, "check", "train.jsonl", "--output-format", "concise", "--select", "MY")
    assert done.stdout.startswith("train.jsonl:1: MY001")
    assert done.returncode == 1
    assert "Somebody shouts." in run(site, "rule", "three-marks").stdout


def test_a_broken_package_is_named_with_file_and_line(site: Path) -> None:
    (site / "shouting_rules" / "my001_three_marks.py").write_text(
        '"""Broken."""\n\nimport nowhere\n', encoding="utf-8"
    )
    done = run(site, "check", "train.jsonl")
    assert done.returncode == 2
    assert "my001_three_marks.py:3: ModuleNotFoundError" in done.stderr


def test_a_code_that_is_taken_is_refused(site: Path) -> None:
    text = RULE.replace("MY001", "C003")
    (site / "shouting_rules" / "my001_three_marks.py").write_text(text, encoding="utf-8")
    done = run(site, "check", "train.jsonl")
    assert done.returncode == 2
    assert "the code C003 is taken by empty-answer" in done.stderr
