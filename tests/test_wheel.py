"""However ftlint is installed, it finds the same rules, targets and vocabularies."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
LIST = (
    "from ftlint.rule.registry import all_rules; from ftlint.targets.target import target_names; from ftlint.tokens import counter; "
    "print(*all_rules(), *target_names(), counter.count('hello world', 'cl100k_base'))"
)


def listed(python: Path | str, *, at: Path, path: str = "") -> str:
    """What a Python finds, run in a folder that is no checkout, with only ``path`` added to its own packages."""
    environ = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [str(python), "-c", LIST], cwd=at, env=environ, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("ftlint-*.whl"))


def test_the_wheel_alone_finds_what_the_checkout_finds(wheel: Path, tmp_path: Path) -> None:
    alone = str(tmp_path / "alone")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            "--target",
            alone,
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    assert listed(sys.executable, at=tmp_path, path=str(tmp_path / "alone")) == listed(
        sys.executable, at=tmp_path, path=str(ROOT)
    )


def test_the_wheel_holds_the_rules_inside_the_package_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("ftlint/rules/c003_") for name in names)
    assert "ftlint/rules/phrases/refusal.zh.txt" in names
    assert "ftlint/rules/targets/openai-chat.toml" in names
    assert "ftlint/rules/schemas/chat.json" in names
    assert "ftlint/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "rules/"))]


def test_an_uninstalled_checkout_runs(tmp_path: Path) -> None:
    data = tmp_path / "train.jsonl"
    data.write_text('{"prompt": "a", "completion": " b"}\n', encoding="utf-8")
    command = [sys.executable, "-m", "ftlint", "check", str(data), "--isolated", "--output-format", "json"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"examples"' in done.stdout
