"""No output shows a secret: every kind, in every kind of place, through every command and format."""

import csv
import io
import json
from pathlib import Path

import command_line
import pytest
from examples import few_quick
from made_secrets import SECRETS, parts_that_must_not_show
from report_formats import LIGHT_THEN_ALL

from ftlint.secrets import MASK

ALL = list(SECRETS.values())
HIDDEN = sorted({part for secret in ALL for part in parts_that_must_not_show(secret)})
ONE_LINE = [secret for secret in ALL if "\n" not in secret]


def chat(*messages: dict, **more: object) -> dict:
    return {"messages": list(messages), **more}


def say(role: str, content: object, **more: object) -> dict:
    return {"role": role, "content": content, **more}


def call(name: str, arguments: object, id: object = "c1") -> dict:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def chats(s: str) -> list[object]:
    """Records with the secret in every kind of place, most of them with a fault that some rule tells of."""
    fine = (say("user", "hello"), say("assistant", f"the key is {s}"))
    return [
        chat(*fine),
        chat(say("user", f"  {s}\u200b\u00ad zero"), say("assistant", f"{s}<|im_end|>")),
        chat(say(s, "who?"), say("assistant", "b")),
        chat(say("user", "a"), say("user", s), say("assistant", s), say("assistant", s)),
        chat(say("system", s), say("user", s), say("system", s), say("assistant", "")),
        chat(say("user", "a", name=s), say("assistant", "b", weight=s)),
        chat(say("user", "a", **{s: 1}), say("assistant", "b")),
        chat(*fine, **{s: {s: s}}),
        chat(say("user", [{"type": "text", "text": s}, {"type": s, s: s}]), say("assistant", "b")),
        chat(
            say("user", [{"type": "image_url", "image_url": {"url": s, "detail": s}}]), say("assistant", "b")
        ),
        chat(say("user", 5), say("assistant", {s: s})),
        chat(
            say("user", "a"),
            say(
                "assistant",
                None,
                tool_calls=[call(s, json.dumps({"k": s, s: 1}), s), call("f", f"{{{s}", [s])],
            ),
            say("tool", s, tool_call_id=s + "x"),
            say("assistant", "b"),
            tools=[
                {"type": "function", "function": {"name": s, "parameters": {"type": s, "required": s, s: {}}}}
            ],
        ),
        chat(
            say("user", "a"),
            say("assistant", None, tool_calls=[call("f", json.dumps({"a": s, "b": s}))]),
            say("tool", "r", tool_call_id="c1"),
            say("assistant", "b"),
            tools=[
                {
                    "type": "function",
                    "function": {
                        "name": "f",
                        "parameters": {
                            "type": "object",
                            "properties": {"a": {"enum": ["x"]}, "b": {"pattern": s}},
                            "required": [s],
                            "additionalProperties": False,
                        },
                    },
                }
            ],
        ),
        chat(say("user", "a"), say("assistant", "b", refusal=s, reasoning_content=s)),
        chat(
            say("user", f"\u00e2\u20ac\u2122 {s}\ufffd\x07 &amp; {s}"),
            say("assistant", f"I'm sorry, but I can't. {s}"),
        ),
        {s: s, "other": s},
        {"messages": s},
        {"messages": [s, 1, None, {s: s}]},
        [s],
        s,
    ]


def broken(s: str) -> list[str]:
    """Lines that are no JSON, with the secret where it breaks."""
    line = json.dumps(s)
    return [
        s,
        f"{{{s}: 1}}",
        f'{{"messages": {s}}}',
        f'{{"prompt": {line} {line}}}',
        f'{{"prompt": "a", "completion": {line}',
        f'{{"prompt": {line},}}',
        f"{{'prompt': '{s}'}}",
        f'{{"prompt": "a"}} {s}',
        f'{{"prompt": "a" "{s}"',
        f'{{"prompt": "{"a" * 180}" {s}}}',
        f"{{{line}: 1, {line}: 2}}",
        f'{{"prompt": "a\t{s}", "completion": "b"}}',
        f'{{"prompt": "say "{s}" twice", "completion": "b"}}',
        f"data: {{{line}: 1}}",
        f"<html>{s}</html>",
    ]


def pairs(s: str, n: int) -> list[dict]:
    return [
        *({"prompt": f"question {k} {s}?", "completion": f" {s}"} for k in range(n)),
        {"prompt": s, "completion": s},
        {"prompt": f"{s}\n\n###\n\n", "completion": f"{s} END"},
        {"prompt": f"{s} ->", "completion": s},
    ]


def jsonl(records: list[object]) -> bytes:
    return "".join(
        json.dumps(record, ensure_ascii=k % 2 == 0) + "\n" for k, record in enumerate(records)
    ).encode()


def table(header: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def write_files(folder: Path) -> list[Path]:
    """Files of all kinds, with every secret in each of them."""
    some = ALL
    files = {
        "chat.jsonl": jsonl([record for s in some for record in chats(s)]),
        "broken.jsonl": "".join(
            line.replace("\n", "\\n") + "\n"
            for s in some
            for line in ['{"prompt": "a", "completion": "b"}', *broken(s)]
        ).encode(),
        "lines.jsonl": "\n".join(some).encode(),
        "labels.jsonl": jsonl(
            [
                {"prompt": f"text {k} \n\n###\n\n", "completion": f" {s}"}
                for k in range(12)
                for s in (SECRETS["AWS key id"], SECRETS["AWS session key id"])
            ]
        ),
        "pairs.jsonl": jsonl([pair for s in some for pair in pairs(s, 3)]),
        "document.json": json.dumps(
            {some[0]: [record for s in some for record in chats(s)[:8]]}, indent=1
        ).encode(),
        "header.csv": table(["prompt", "completion", some[0], some[0]], [["a", "b", s, s] for s in some]),
        "short.csv": table(
            ["prompt", "completion"], [[s, s, s] if k % 2 else [s] for k, s in enumerate(some)]
        ),
        "plain.txt": "\n".join(ONE_LINE).encode(),
        "alpaca.json": json.dumps([{"instruction": s, "input": s, "output": s, s: s} for s in some]).encode(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def ftlint(*given: str) -> str:
    """Everything that a run prints."""
    run = command_line.ftlint(*given, "--no-progress")
    printed = run.out + run.err
    assert run.code in (0, 1) or "ftlint: " in printed, printed
    assert "this is a bug" not in printed, printed
    return printed


def shows(text: str) -> list[str]:
    """The hidden pieces that a text shows, as it is, or broken into lines."""
    flat = "".join(text.split())
    return [part for part in HIDDEN if part in text or part in flat]


CHECKS = [
    ["--diff", "--unsafe-fixes"],
    *(
        pytest.param(given, marks=pytest.mark.slow)
        for given in (
            ["--output-format", "text"],
            ["--statistics"],
            ["--diff"],
            ["--fix", "--unsafe-fixes", "--output-format", "full"],
            ["--target", "openai-chat"],
            ["--target", "openai-completions", "--diff", "--unsafe-fixes"],
            ["--select", "X001", "--diff", "--unsafe-fixes"],
        )
    ),
]
EVERYTHING = ("--extend-select", "B,C,D,F,L,P,Q,R,S,T,U,V,X", "--max-per-rule", "0")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_files(tmp_path_factory.mktemp("data"))


def named(files: list[Path], *names: str) -> list[str]:
    return [str(file) for file in files if file.name in names]


@pytest.mark.parametrize("given", few_quick(CHECKS, 3), ids=" ".join)
@pytest.mark.slow
def test_check_shows_no_secret(files: list[Path], given: list[str]) -> None:
    asked = () if "--select" in given else EVERYTHING
    told = ftlint("check", *map(str, files), *given, *asked)
    assert "chat" in told or "--statistics" in given
    assert shows(told) == []
    assert MASK in told or "--unsafe-fixes" not in given


@pytest.mark.parametrize("formats", LIGHT_THEN_ALL)
@pytest.mark.slow
def test_no_format_of_a_report_shows_a_secret(
    files: list[Path], formats: tuple[str, ...], tmp_path: Path
) -> None:
    wanted = [option for name in formats for option in ("--report", f"{name}={tmp_path / name}")]
    ftlint("check", *map(str, files), *wanted, *EVERYTHING)
    for name in formats:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "(masked)" in text, name
        assert shows(text) == [], name
    assert json.loads((tmp_path / "json").read_text(encoding="utf-8"))["counts"]["X001"] > 100


@pytest.mark.slow
def test_what_checks_against_another_file_shows_no_secret(files: list[Path], tmp_path: Path) -> None:
    chat, pairs = named(files, "chat.jsonl", "pairs.jsonl")
    told = ftlint("check", chat, "--against", pairs, "--against", chat, *EVERYTHING)
    assert shows(told) == []


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ("openai-chat", ["--yes"]),
        pytest.param("openai-completions", ["--no-input"], marks=pytest.mark.slow),
        pytest.param("openai-completions", ["--yes", "--output-format", "json"], marks=pytest.mark.slow),
    ],
)
@pytest.mark.slow
def test_prepare_shows_no_secret(files: list[Path], given: list[str], target: str, tmp_path: Path) -> None:
    for file in named(files, "pairs.jsonl", "labels.jsonl", "header.csv", "alpaca.json", "broken.jsonl"):
        out = tmp_path / f"{Path(file).stem}.out.jsonl"
        told = ftlint("prepare", file, "--target", target, *given, "-o", str(out), *EVERYTHING)
        assert shows(told) == [], file
    for manifest in tmp_path.glob("*manifest*.json"):
        assert shows(manifest.read_text(encoding="utf-8")) == [], manifest


@pytest.mark.slow
def test_stats_show_no_secret(files: list[Path], tmp_path: Path) -> None:
    for form in ("text", "json", "markdown"):
        told = ftlint("stats", *map(str, files), "--output-format", form)
        assert "labels.jsonl" in told
        assert shows(told) == []
    (label, *_) = named(files, "labels.jsonl")
    assert "masked" in ftlint("stats", label, "--task", "classification")


@pytest.mark.parametrize("form", ["text", pytest.param("json", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_split_shows_no_secret(files: list[Path], form: str, tmp_path: Path) -> None:
    for file in files:
        given = (
            "-o",
            str(tmp_path / file.stem),
            "--valid",
            "0.2",
            "--output-format",
            form,
            "--group-by",
            "prompt",
        )
        assert shows(ftlint("split", str(file), *given)) == [], file
        assert shows(ftlint("split", str(file), *given[:-2], "--task", "classification")) == [], file


@pytest.mark.parametrize(
    "to",
    [
        "llamafactory",
        *(pytest.param(to, marks=pytest.mark.slow) for to in ("axolotl", "openai-chat", "alpaca")),
    ],
)
@pytest.mark.slow
def test_convert_shows_no_secret(files: list[Path], to: str, tmp_path: Path) -> None:
    for file in files:
        out = tmp_path / f"{file.stem}.out.jsonl"
        recipe = () if to in ("openai-chat", "alpaca") else ("--recipe",)
        told = ftlint("convert", str(file), "--to", to, "-o", str(out), *recipe, *EVERYTHING[2:])
        assert shows(told) == [], file


def test_mistakes_in_a_command_show_no_secret(files: list[Path], tmp_path: Path) -> None:
    header, chat = named(files, "header.csv", "chat.jsonl")
    for given in (
        ("--map", "prompt=nothing"),
        ("--prompt", "{nothing}", "--completion", "{completion}"),
        ("--map", f"prompt={ONE_LINE[3]}"),
    ):
        for file in (header, chat):
            told = ftlint("check", file, *given)
            assert shows(told) == []


def test_what_is_written_keeps_its_secrets(tmp_path: Path) -> None:
    """A fix without the rule about secrets changes none; this also shows that the tests above can fail."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(jsonl([{"prompt": f"a {s}", "completion": s} for s in ONE_LINE]))
    ftlint("check", str(file), "--fix", "-o", str(tmp_path / "b.jsonl"), "--ignore", "X001")
    written = (tmp_path / "b.jsonl").read_text(encoding="utf-8")
    assert set(shows(written)) == set(shows("\n".join(ONE_LINE)))


def test_the_rule_leaves_none(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(jsonl([{"prompt": f"a {s}", "completion": f"{s} b"} for s in ALL]))
    given = ("--fix", "--unsafe-fixes", "--select", "X001", "-o", str(tmp_path / "b.jsonl"))
    ftlint("check", str(file), *given)
    assert shows((tmp_path / "b.jsonl").read_text(encoding="utf-8").replace("\\n", "\n")) == []
