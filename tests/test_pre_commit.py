"""The hooks, run by the real pre-commit on commits to a scratch repository; nothing is installed for it."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")
if which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)

import yaml  # what pre-commit reads its files with

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
CLEAN = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
FAULTY = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]}\n'
MENDABLE = CLEAN + "\n" + CLEAN.replace("hi", "good evening")


class Repository:
    """A scratch repository with one of the hooks installed."""

    def __init__(self, folder: Path, home: Path, hook: str) -> None:
        self.folder = folder
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "FTLINT_"))},
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "XDG_CONFIG_HOME": str(home),
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            **{
                f"GIT_{who}_{what}": "t@example.com"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        self.git("init", "-q")
        self.write(
            ".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": [local(hook)]}]})
        )
        self.run(sys.executable, "-m", "pre_commit", "install")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Stage everything and commit it, as somebody at a terminal does."""
        self.git("add", "-A")
        return self.run("git", "commit", "-q", "-m", "data")

    @property
    def commits(self) -> int:
        return int(self.run("git", "rev-list", "--count", "--all").stdout or 0)


def hooks() -> dict[str, dict[str, object]]:
    return {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}


def local(hook: str) -> dict[str, object]:
    """The hook of the manifest, run by this Python: an environment of its own would need a network."""
    made = {key: value for key, value in hooks()[hook].items() if key != "minimum_pre_commit_version"}
    entry = str(made["entry"])
    assert entry.startswith("ftlint ")
    return {**made, "language": "system", "entry": f'"{Path(sys.executable).as_posix()}" -m {entry}'}


@pytest.fixture
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    (tmp_path / "repository").mkdir()
    (tmp_path / "home").mkdir()
    return Repository(tmp_path / "repository", tmp_path / "home", request.param)


def with_hook(name: str) -> pytest.MarkDecorator:
    """The test gets a repository with this hook."""
    return pytest.mark.parametrize("repository", [name], indirect=True)


def test_pre_commit_accepts_the_manifest() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert list(hooks()) == ["ftlint", "ftlint-fix", "ftlint-project"]


@with_hook("ftlint")
def test_faulty_data_is_not_committed_and_clean_data_is(repository: Repository) -> None:
    repository.write("data/train.jsonl", CLEAN + FAULTY)
    stopped = repository.commit()
    assert stopped.returncode != 0
    assert "C003 empty-answer" in stopped.stderr
    assert repository.commits == 0
    repository.write("data/train.jsonl", CLEAN)
    assert repository.commit().returncode == 0
    assert repository.commits == 1
    assert repository.git("status", "--porcelain") == ""


@with_hook("ftlint")
def test_what_the_configuration_excludes_is_not_looked_at(repository: Repository) -> None:
    repository.write(".ftlint.toml", 'exclude = ["raw/"]\n')
    repository.write("raw/train.jsonl", FAULTY)
    assert repository.commit().returncode == 0
    repository.write("raw/train.jsonl", FAULTY * 2)
    repository.write("train.jsonl", FAULTY)
    stopped = repository.commit()
    assert stopped.returncode != 0
    assert "raw/train.jsonl" not in stopped.stderr


@with_hook("ftlint")
def test_only_names_of_data_reach_the_hook(repository: Repository) -> None:
    repository.write("package.json", "{}")
    repository.write("notes.txt", "{")
    assert repository.commit().returncode == 0


@with_hook("ftlint")
def test_train_and_validation_meet_in_one_process(repository: Repository) -> None:
    repository.write(".ftlint.toml", 'fail-on = "warning"\n')
    repository.write("train.jsonl", CLEAN)
    repository.write("valid.jsonl", CLEAN)
    stopped = repository.commit()
    assert stopped.returncode != 0
    assert "valid.jsonl" in stopped.stderr


@with_hook("ftlint-fix")
def test_the_fixing_hook_stops_once_and_leaves_the_mended_file(repository: Repository) -> None:
    repository.write("train.jsonl", MENDABLE)
    assert repository.commit().returncode != 0
    assert (repository.folder / "train.jsonl").read_text(encoding="utf-8") == MENDABLE.replace("\n\n", "\n")
    assert repository.commit().returncode == 0
    assert repository.commits == 1


@with_hook("ftlint-fix")
def test_the_fixing_hook_leaves_tables_alone(repository: Repository) -> None:
    repository.write("train.csv", "prompt,completion\na, b\n\n")
    assert repository.commit().returncode == 0


@with_hook("ftlint-project")
def test_the_project_hook_checks_the_datasets_whatever_file_changed(repository: Repository) -> None:
    repository.write("ftlint.toml", '[datasets.talk]\ntrain = "a.jsonl"\nvalid = "b.jsonl"\n')
    repository.write("a.jsonl", CLEAN)
    repository.write("b.jsonl", CLEAN.replace("hi", "good evening"))
    assert repository.commit().returncode == 0
    repository.write("b.jsonl", FAULTY)
    stopped = repository.commit()
    assert stopped.returncode != 0
    assert "b.jsonl" in stopped.stderr
