"""The GitHub action: its script is run as a script, with what GitHub would give it; its manifest is held against that."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".github" / "action" / "run.sh"
CLEAN = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
FAULTY = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]}\n'

needs_bash = pytest.mark.skipif(
    shutil.which("bash") is None or os.name == "nt", reason="bash is not installed"
)


class Step:
    """One step of a job: its folder, and what it left in the files that GitHub reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.temporary = folder / "temporary"
        self.output, self.summary = folder / "output", folder / "summary"
        for made in (self.folder, self.temporary):
            made.mkdir()
        for name, text in (("clean", CLEAN), ("faulty", FAULTY)):
            (self.folder / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.temporary),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "FTLINT_PYTHON": sys.executable,
            "FTLINT_NO_CACHE": "1",
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
        }
        for path in (self.output, self.summary):
            path.write_text("", encoding="utf-8")
        return subprocess.run(
            ["bash", str(SCRIPT)],
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text(encoding="utf-8").splitlines())


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path)


@needs_bash
def test_clean_data_passes(step: Step) -> None:
    done = step.run(paths="clean.jsonl")
    assert done.returncode == 0, done.stderr
    assert step.outputs == {"exit-code": "0", "findings": step.outputs["findings"]}
    assert "::error" not in done.stdout


@needs_bash
def test_faulty_data_fails_with_annotations_outputs_and_a_summary(step: Step) -> None:
    done = step.run(paths="clean.jsonl\nfaulty.jsonl\n", sarif_file="out.sarif", target="openai-chat")
    assert done.returncode == 1
    assert "::error file=faulty.jsonl" in done.stdout
    assert step.outputs["exit-code"] == "1"
    assert int(step.outputs["findings"]) >= 1
    assert step.outputs["sarif-file"] == "out.sarif"
    assert json.loads((step.folder / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "C003" in step.summary.read_text(encoding="utf-8")
    assert list(step.temporary.iterdir()) == []


@needs_bash
@pytest.mark.parametrize("name", ["github", "concise", "text"])
def test_the_summary_is_written_once_or_not_at_all(step: Step, name: str) -> None:
    step.run(paths="faulty.jsonl", output_format=name)
    assert step.summary.read_text(encoding="utf-8").count("# ftlint") <= 1
    assert "C003" in step.summary.read_text(encoding="utf-8")
    step.run(paths="faulty.jsonl", output_format=name, summary="false")
    assert step.summary.read_text(encoding="utf-8") == ""


@needs_bash
def test_options_are_parted_as_in_a_shell_and_never_run(step: Step) -> None:
    done = step.run(paths="faulty.jsonl", args="--ignore 'C003' --exit-zero", output_format="concise")
    assert done.returncode == 0
    done = step.run(paths="$(touch stolen)\n`touch stolen`", args="--select '$(touch stolen)' ; touch stolen")
    assert done.returncode == 2
    assert not (step.folder / "stolen").exists()
    assert step.outputs["exit-code"] == "2"
    assert step.run(args="'open").returncode == 2


@needs_bash
def test_a_path_is_never_an_option_and_may_have_blanks(step: Step) -> None:
    (step.folder / "two words.jsonl").write_text(CLEAN, encoding="utf-8")
    assert step.run(paths="two words.jsonl").returncode == 0
    assert step.run(paths="--exit-zero").returncode == 2


@needs_bash
def test_nothing_can_be_put_into_the_outputs(step: Step) -> None:
    assert step.run(paths="clean.jsonl", sarif_file="a\nexit-code=0").returncode == 2
    assert step.outputs == {"exit-code": "2"}
    assert step.run(paths="clean.jsonl", version="1.0 --index-url=x").returncode == 2


@needs_bash
def test_the_datasets_of_the_configuration(step: Step) -> None:
    (step.folder / "ftlint.toml").write_text('[datasets.all]\ntrain = "faulty.jsonl"\n', encoding="utf-8")
    done = step.run(args="--project")
    assert done.returncode == 1
    assert "::error file=faulty.jsonl" in done.stdout


def test_the_manifest_and_the_script_speak_of_the_same_inputs() -> None:
    manifest = (ROOT / "action.yml").read_text(encoding="utf-8")
    given = dict(re.findall(r"^        (INPUT_\w+): \$\{\{ inputs\.([\w-]+) \}\}$", manifest, re.MULTILINE))
    assert all(name == f"INPUT_{key.upper().replace('-', '_')}" for name, key in given.items())
    assert set(given) == set(re.findall(r"INPUT_\w+", SCRIPT.read_text(encoding="utf-8")))
    section = manifest.partition("inputs:\n")[2].partition("outputs:\n")[0]
    assert set(re.findall(r"^  ([\w-]+):$", section, re.MULTILINE)) == {
        *given.values(),
        "python-version",
        "working-directory",
    }


def test_the_manifest_pastes_nothing_into_scripts_and_pins_what_it_uses() -> None:
    manifest = (ROOT / "action.yml").read_text(encoding="utf-8")
    steps = manifest.partition("steps:\n")[2]
    for line in steps.splitlines():
        if line.strip().startswith("run:"):
            assert "${{" not in line
        if "uses:" in line:
            assert re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v[\d.]+$", line)
    assert steps.count("run:") == steps.count("shell: bash")


def test_the_manifest_is_yaml() -> None:
    yaml = pytest.importorskip("yaml")
    manifest = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert manifest["runs"]["using"] == "composite"
    assert set(manifest["outputs"]) == {"exit-code", "findings", "sarif-file"}
    assert all(
        "description" in entry for entry in (*manifest["inputs"].values(), *manifest["outputs"].values())
    )


def test_the_image_holds_what_the_wheel_is_built_from_and_runs_as_nobody_special() -> None:
    taken = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert taken == {"ftlint", "rules", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"}
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert lines.index("USER 1000") < lines.index('ENTRYPOINT ["ftlint"]')
    assert "WORKDIR /data" in lines
    assert all("slim" in line for line in lines if line.startswith("FROM"))
