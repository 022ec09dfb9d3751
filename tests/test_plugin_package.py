"""The example of a plug-in in ``fixtures/plugin``: a rule, a target, a shape, an output and a reader of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "fixtures" / "plugin"
LETTERS = "Where is it?\n--\nDear Ann,\nOn its way.\n==\nAnd now?\n--\nIt is there.\n==\n"
ROWS = [
    {"letter": "Where is it?", "reply": "Dear Ann,\nOn its way."},
    {"letter": "And now?", "reply": "It is there."},
]


def install(name: str, site: Path, *, package: str = "ftlint_letters", version: str = "1.0") -> None:
    """Put a copy of the example into a folder of packages, as pip does, under a name."""
    shutil.copytree(EXAMPLE / "ftlint_letters", site / package)
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8"
    )
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in entries.items()), ""]
    text = "\n".join(lines).replace("ftlint_letters", package)
    (info / "entry_points.txt").write_text(text, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with the example in it, beside data."""
    install("ftlint_letters", tmp_path / "site")
    data = tmp_path / "data"
    data.mkdir()
    (data / "post.letters").write_text(LETTERS, encoding="utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    (data / "train.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "site"


def data_of(site: Path) -> Path:
    """The folder of data beside the packages."""
    return site.parent / "data"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """ftlint in a process that can see the packages."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)]), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "ftlint", *arguments],
        env=environ,
        cwd=data_of(site),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def found(site: Path, *arguments: str) -> dict[str, object]:
    """The JSON report."""
    done = run(site, "check", "--isolated", "--output-format", "json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_all_of_it_is_listed(site: Path) -> None:
    done = run(site, "plugins")
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines() if "(ftlint_letters 1.0)" in line] == [
        ["rules", "letters"],
        ["targets", "letters"],
        ["shapes", "letter"],
        ["outputs", "postcard"],
        ["readers", "letters"],
    ]


def test_a_reader_a_shape_and_a_rule(site: Path) -> None:
    report = found(site, "post.letters", "--select", "LTR,S")
    (file,) = report["files"]
    assert (file["container"], file["shape"], file["rows"]) == ("letters", "letter", 2)
    assert [(f["code"], f["row"], f["path"]) for f in report["findings"]] == [("LTR001", 2, "reply")]


def test_folders_find_its_files(site: Path) -> None:
    names = {Path(file["path"]).name for file in found(site, ".")["files"]}
    assert names == {"post.letters", "train.jsonl"}


def test_what_breaks_its_schema_or_its_reader_is_a_finding(site: Path) -> None:
    (data_of(site) / "train.jsonl").write_text('{"letter": 1, "reply": "Dear you"}\n', encoding="utf-8")
    (data_of(site) / "post.letters").write_text(LETTERS + "==\n", encoding="utf-8")
    report = found(site, "train.jsonl", "post.letters", "--select", "S,F")
    assert [(Path(f["file"]).name, f["code"], f["path"]) for f in report["findings"]] == [
        ("train.jsonl", "S005", "letter"),
        ("post.letters", "F014", None),
    ]
    assert "ValueError: line 10 is '=='" in report["findings"][1]["message"]


def test_a_fix_and_a_conversion(site: Path) -> None:
    done = run(site, "check", "train.jsonl", "--isolated", "--fix", "--unsafe-fixes", "-o", "out.jsonl")
    assert done.returncode == 0, done.stdout
    fixed = [
        json.loads(line) for line in (data_of(site) / "out.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert fixed == [ROWS[0], {**ROWS[1], "reply": "Dear reader,\nIt is there."}]
    done = run(site, "convert", "post.letters", "-o", "chat.jsonl", "--to", "openai-chat")
    assert done.returncode in (0, 1), done.stderr
    first = json.loads((data_of(site) / "chat.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert [message["role"] for message in first["messages"]] == ["user", "assistant"]
    done = run(site, "convert", "chat.jsonl", "-o", "back.jsonl", "--to", "letter-house")
    assert [
        json.loads(line) for line in (data_of(site) / "back.jsonl").read_text(encoding="utf-8").splitlines()
    ] == ROWS


def test_a_target(site: Path) -> None:
    assert "letter-house" in run(site, "target", "--all").stdout
    assert "Letter House" in run(site, "target", "letter-house").stdout
    report = found(site, "train.jsonl", "--model", "scribe-1")
    assert report["target"] == "letter-house"


def test_an_output(site: Path) -> None:
    done = run(site, "check", "train.jsonl", "--isolated", "--output-format", "postcard")
    assert (done.stdout, done.returncode) == ("train.jsonl: clean\n", 0)
    done = run(site, "check", "train.jsonl", "--isolated", "--report", "postcard=card.txt")
    assert (data_of(site) / "card.txt").read_text(encoding="utf-8") == "train.jsonl: clean\n"
    assert (
        'did you mean "postcard"?' in run(site, "check", "train.jsonl", "--output-format", "postcart").stderr
    )


@pytest.mark.parametrize(
    ("group", "line", "said"),
    [
        ("rules", "letters = nowhere", "plug-in letters (nowhere) of other 2.0: ModuleNotFoundError"),
        ("outputs", "json = ftlint_letters.output:render", "the name json is taken by ftlint's own"),
        ("outputs", "postcard = os:getcwd", "the name postcard is taken by plug-in postcard"),
        ("readers", "csv = ftlint_letters.reader:read", "the name csv is taken by ftlint's own"),
        ("shapes", "chat = ftlint_letters.shape:Letter", "the name chat is taken by ftlint's own"),
        ("shapes", "note = ftlint_letters.shape:Letter", "that is no shape called note"),
        ("targets", "more = ftlint_letters.targets", "the target letter-house is taken by plug-in letters"),
        ("targets", "more = ftlint_letters.shape", "no package with the TOML files of targets"),
        ("rules", "more = ftlint_letters.shape:Letter", "that is neither a rule nor a module of rules"),
        ("rules", "more = ftlint_letters.rules", "the code LTR001 is taken by no-greeting"),
    ],
    ids=lambda value: value if " " not in value else "",
)
def test_what_cannot_be_is_2_and_names_both(site: Path, group: str, line: str, said: str) -> None:
    info = site / "other-2.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(f"[ftlint.{group}]\n{line}\n", encoding="utf-8")
    done = run(site, "check", "train.jsonl", "--isolated")
    if group == "targets":
        done = run(site, "check", "train.jsonl", "--isolated", "--target", "openai-chat")
    if said.startswith("plug-in letters (nowhere)"):
        shutil.rmtree(site / "ftlint_letters-1.0.dist-info")
        done = run(site, "check", "train.jsonl", "--isolated")
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "other 2.0" in done.stderr or "ltr001_no_greeting.py" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert run(site, "plugins").returncode == 2


def test_without_a_plug_in_there_is_none(tmp_path: Path) -> None:
    for name in ("site", "data"):
        (tmp_path / name).mkdir()
    assert run(tmp_path / "site", "plugins").returncode == 0


def test_the_cases_of_its_rule_hold(site: Path) -> None:
    program = (
        "from ftlint.rule.registry import find_rule\nimport ftlint, json\n"
        "rule = find_rule('LTR001')\n"
        "for n, case in enumerate(rule.cases):\n"
        "    open(f'{n}.jsonl', 'w').write(''.join(json.dumps(row) + chr(10) for row in case.rows))\n"
        "    report = ftlint.check(f'{n}.jsonl', select='LTR001')\n"
        "    assert [(f.line, f.path) for f in report.findings if f.code == 'LTR001'] == list(case.found), report\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])}
    subprocess.run([sys.executable, "-c", program], env=environ, cwd=data_of(site), check=True)


def test_its_page_names_every_group() -> None:
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for group, entries in project["entry-points"].items():
        assert f"`{group}`" in page
        for value in entries.values():
            assert re.sub(":.*", "", value).replace(".", "/") in page
