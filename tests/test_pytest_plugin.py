"""The fixture ``ftlint_report`` as the tests of a repository of data use it."""

import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
CLEAN = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
FAULTY = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]}\n'


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run pytest on one test with two files of data, in a process of its own."""
    # Whether the checkout is installed or not, the plug-in is loaded once.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    data = pytester.mkdir("data")
    (data / "train.jsonl").write_text(CLEAN + FAULTY, encoding="utf-8")
    (data / "valid.jsonl").write_text(CLEAN.replace("hi", "good evening"), encoding="utf-8")

    def running(body: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(f"def test_data(ftlint_report):\n    {body}\n")
        return pytester.runpytest_subprocess("-p", "ftlint.pytest_plugin", *options)

    return running


def test_clean_data_passes(run) -> None:
    run('assert ftlint_report("data/valid.jsonl").examples == 1').assert_outcomes(passed=1)


def test_faulty_data_fails_with_the_findings_as_its_text(run) -> None:
    ran = run('ftlint_report("data/train.jsonl", target="openai-chat")')
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(
        ["*train.jsonl*2 examples*", "*E*C003 empty-answer*", "*messages?1?.content*says nothing*"]
    )
    assert "Traceback" not in ran.stdout.str()
    assert "pytest_plugin.py" not in ran.stdout.str()


@pytest.mark.slow
def test_a_test_may_judge_for_itself(run) -> None:
    run('assert ftlint_report("data", fail=False).counts["C003"] == 1').assert_outcomes(passed=1)


@pytest.mark.slow
def test_several_files_and_settings(run) -> None:
    run('ftlint_report(["data/train.jsonl", "data/valid.jsonl"], ignore="C003")').assert_outcomes(passed=1)


@pytest.mark.slow
def test_the_configuration_file_counts(run, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("ftlint.toml").write_text('ignore = ["C003"]\n', encoding="utf-8")
    run('ftlint_report("data/train.jsonl")').assert_outcomes(passed=1)
    run('ftlint_report("data/train.jsonl", isolated=True)').assert_outcomes(failed=1)


@pytest.mark.slow
def test_fail_on(run) -> None:
    run('ftlint_report("data/train.jsonl", severity={"C003": "warning"})').assert_outcomes(passed=1)
    body = 'ftlint_report("data/train.jsonl", severity={"C003": "warning"}, fail_on="warning")'
    run(body).assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('"data/none.jsonl", fail=False', "ftlint: data/none.jsonl: no such file"),
        ('"data", target="openai-chatt"', 'did you mean "openai-chat"?'),
        ('"data", selct="C"', 'no setting "selct"; did you mean "select"?'),
    ],
)
def test_what_cannot_be_checked_fails_in_one_line(run, call: str, said: str) -> None:
    ran = run(f"ftlint_report({call})")
    ran.assert_outcomes(failed=1)
    assert said in ran.stdout.str().replace("\\", "/")
    assert "Traceback" not in ran.stdout.str()


@pytest.mark.slow
def test_paths_are_those_of_the_root_folder(run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\n")
    tests = pytester.mkdir("tests")
    (tests / "test_it.py").write_text(
        'def test_it(ftlint_report):\n    ftlint_report("data/valid.jsonl")\n', encoding="utf-8"
    )
    pytester.chdir()
    run("pass", "--rootdir", str(pytester.path), "tests").assert_outcomes(passed=1)


def test_the_plug_in_costs_nothing_where_no_test_asks_for_it(run) -> None:
    body = "pass\n\ndef test_unused():\n    import sys\n    assert not {'polars', 'ftlint.config.settings'} & set(sys.modules)"
    run(body, "-k", "unused").assert_outcomes(passed=1, deselected=1)


def test_the_package_offers_it_to_pytest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"ftlint": "ftlint.pytest_plugin"}
