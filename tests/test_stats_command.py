"""``ftlint stats`` as people and scripts use it: arguments in, exit code, streams and files out."""

import json
from pathlib import Path

import pytest
from command_line import ran
from counted_rows import chat, lines, pair, said

import ftlint

FIXTURES = Path(__file__).parent.parent / "fixtures"
SHORT = chat(said("system", 2), said("user", 5), said("assistant", 9))
LONG = chat(said("user", 3), said("assistant", 300))
TOOL = {"type": "function", "function": {"name": "word"}}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run ``ftlint stats`` with arguments: its exit code, standard output and standard error."""

    def running(*arguments: str) -> tuple[int, str, str]:
        return ran(capsys, "stats", *arguments)

    return running


def write(name: str, rows: list) -> str:
    Path(name).write_bytes(lines(rows))
    return name


TOLD = """\
train.jsonl  chat · 6 examples · 2.7 kB
  1 of 7 rows cannot be read as examples: ftlint check says why
  1 turn an example · 469 tokens of o200k_base (345 trained)
  roles         assistant 6 · user 6 · system 5
  instructions  the same in 5 examples
  per example   min 31 · p5 31 · median 31 · mean 78 · p95 243 · max 314
                █      ▂                ╷ limit 65,536
  per answer    min 9 · p5 9 · median 9 · mean 58 · p95 227 · max 300
  cut at        65,536   0   gpt-4.1-mini-2025-04-14
  duplicates    4 examples (66.7 %)
  not counted   the declared tools of 1 example
  16 epochs (default of openai-chat) → 7,504 billed tokens → $0.04 at $5.00 per million (price of
    2026-11-20, --price to override)
"""
ROWS = [*[SHORT] * 5, {**LONG, "tools": [TOOL]}, "{"]


def test_the_text_is_dense_and_ends_with_the_cost(run) -> None:
    write("train.jsonl", ROWS)
    assert run("train.jsonl", "--model", "gpt-4.1-mini") == (0, TOLD, "")


def test_what_is_over_the_limit_stands_behind_its_mark(run) -> None:
    write("train.jsonl", [SHORT, LONG, chat(said("user", 60), said("assistant", 2))])
    code, out, _ = run("train.jsonl", "--limit", "64", "--epochs", "2", "--price", "3", "--color", "always")
    assert code == 0
    assert "█  \x1b[1m╷\x1b[0m\x1b[1;31m█   █\x1b[0m   ╷ limit 64" in out
    assert "cut at        64   2 (66.7 %), of these 1 loses the whole answer" in out
    assert "2 epochs → 318 billed tokens → < $0.01 at $3.00 per million" in out
    assert "tokens are an estimate by o200k_base" in out


def test_models_that_cost_the_same_tokens_share_a_line(run) -> None:
    write("train.jsonl", ROWS)
    _, out, _ = run("train.jsonl", "--target", "openai-chat")
    assert "16 epochs (default of openai-chat) → 7,504 billed tokens (prices of 2026-11-20" in out
    assert "    gpt-4.1-mini-2025-04-14   $0.04 at $5.00 per million\n" in out
    _, out, _ = run("train.jsonl", "--target", "azure-openai")
    assert "each epoch → 469 billed tokens; no price is known (--price to say one)" in out
    _, out, _ = run("train.jsonl", "--target", "together")
    assert "1 epoch (default of together) → 469 tokens" in out
    assert "other vocabularies: openai/gpt-oss-120b, openai/gpt-oss-20b (--model for their figures)" in out


def test_a_trainers_limit_names_the_setting(run) -> None:
    write("train.jsonl", [SHORT])
    assert (
        "1,024   0   trl-sft, unless max_length says otherwise"
        in run("train.jsonl", "--target", "trl-sft")[1]
    )


def test_every_format_has_the_same_figures(run) -> None:
    write("train.jsonl", ROWS)
    code, out, err = run("train.jsonl", "--model", "gpt-4.1-mini", "--output-format", "json")
    assert (code, err, out[-1]) == (0, "", "\n")
    told = json.loads(out)
    assert {
        key: told[key] for key in ("schema", "command", "target", "model", "vocabulary", "exact", "total")
    } == {
        "schema": 1,
        "command": "stats",
        "target": None,
        "model": "gpt-4.1-mini-2025-04-14",
        "vocabulary": "o200k_base",
        "exact": True,
        "total": None,
    }
    (file,) = told["files"]
    assert (file["path"], file["rows"], file["examples"]) == ("train.jsonl", 7, 6)
    assert file["tokens"]["per_example"] == {"min": 31, "p5": 31, "median": 31, "mean": 78.166667, "p95": 243.25, "max": 314}  # fmt: skip
    assert file["tokens"]["histogram"][0] == {"from": 23, "to": 32, "examples": 5}
    assert file["cuts"] == [{"limit": 65536, "examples": 0, "lost": 0, "of": ["gpt-4.1-mini-2025-04-14"], "unless": None}]  # fmt: skip
    assert file["not_counted"]["tools"] == 1
    assert file["training"]["costs"] == [
        {
            "model": "gpt-4.1-mini-2025-04-14",
            "status": "winding-down",
            "retired": "2027-01-14",
            "limit": 65536,
            "billed": 7504,
            "price": 5.0,
            "checked": "2026-11-20",
            "verified": True,
            "dollars": 0.03752,
        }
    ]
    code, out, err = run("train.jsonl", "--model", "gpt-4.1-mini", "--output-format", "markdown")
    assert (code, err) == (0, "")
    assert "| tokens an example | 31 | 31 | 31 | 78.2 | 243.2 | 314 |\n" in out
    assert "| gpt-4.1-mini-2025-04-14 | 7,504 | $5.00 | $0.04 | price of 2026-11-20, winding-down |\n" in out


def test_what_strangers_wrote_is_no_markup_and_no_command(run) -> None:
    rows = [{"prompt": f"{n} is", "completion": "a|b\x1b[31m" if n % 2 else "::x"} for n in range(30)]
    write("a_b.jsonl", rows)
    _, out, _ = run("a_b.jsonl", "--output-format", "markdown")
    assert "### a\\_b.jsonl" in out and "| a&#124;b" in out and "\x1b" not in out
    assert "\x1b" not in run("a_b.jsonl")[1]


def test_several_files_and_folders_are_told_each_and_together(run) -> None:
    Path("data").mkdir()
    write("data/a.jsonl", [SHORT])
    Path("data/b.csv").write_text("Question,Answer\nword,word word\n")
    code, out, _ = run("data", write("c.jsonl", [SHORT]))
    assert code == 0
    heads = [line for line in out.splitlines() if line and line[0] != " "]
    assert [line.replace("\\", "/") for line in heads[:4]] == [
        "data/a.jsonl  chat · 1 example · 198 bytes",
        "data/b.csv  completion · 1 example · 31 bytes",
        "c.jsonl  chat · 1 example · 198 bytes",
        "all 3 files  chat 2, completion 1 · 3 examples · 427 bytes",
    ]
    assert "duplicates    1 example of one file in another" in out


def test_a_template_makes_examples_of_any_table(run) -> None:
    Path("b.csv").write_text("question,topic,story\nword,word,word word\n,,word\n")
    _, out, _ = run(
        "b.csv", "--prompt", "{question} {topic}", "--completion", "{story}", "--output-format", "json"
    )
    (file,) = json.loads(out)["files"]
    assert (file["container"], file["examples"], file["tokens"]["total"]) == ("csv", 2, 2 + 2 + 1 + 1)


def test_standard_input_is_read(run, monkeypatch) -> None:
    class Piped:
        buffer = __import__("io").BytesIO(b"prompt,completion\nword,word\n")

    monkeypatch.setattr("sys.stdin", Piped())
    code, out, _ = run("-", "--stdin-name", "in.csv")
    assert (code, out.splitlines()[0]) == (0, "in.csv  completion · 1 example · 28 bytes")


@pytest.mark.parametrize("name", ["f001_empty_dataset.csv", "f013_lfs_pointer.parquet"])
def test_nothing_read_is_1(run, name) -> None:
    code, out, _ = run(str(FIXTURES / "faults" / name))
    assert code == 1
    assert "0 examples" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl"),
        (["train.jsonl", "--output-format", "jsn"], 'no output format "jsn"; did you mean "json"?'),
        (["train.jsonl", "--target", "openai-cht"], 'did you mean "openai-chat"?'),
        (["train.jsonl", "--model", "gpt-9"], 'no model "gpt-9"'),
        (["train.jsonl", "--limit", "0"], "--limit 0: 1 or more is wanted"),
        (["train.jsonl", "--price", "-2"], "--price -2.0: 0 or more is wanted"),
        (["train.jsonl", "--color", "blue"], 'no colour choice "blue"'),
        (["train.jsonl", "-o", "train.jsonl"], "train.jsonl is the input itself"),
        (["train.jsonl", "-o", "there.json"], "there.json exists"),
        pytest.param(["train.jsonl", "--tokenizer", "nowhere.json"], "nowhere.json", marks=pytest.mark.slow),
    ],
)
def test_wrong_usage_is_2_and_one_sentence(run, arguments, said) -> None:
    write("train.jsonl", [SHORT])
    write("there.json", ["{}"])
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err and "Traceback" not in err


def test_the_figures_go_to_a_file(run) -> None:
    write("train.jsonl", ROWS)
    assert run("train.jsonl", "--model", "gpt-4.1-mini", "-o", "stats.txt") == (0, "", "")
    assert Path("stats.txt").read_text(encoding="utf-8") == TOLD
    assert run("train.jsonl", "-o", "stats.txt", "--overwrite", "--output-format", "json")[0] == 0
    assert json.loads(Path("stats.txt").read_bytes())["schema"] == 1


def test_python_gives_the_same_figures() -> None:
    write("train.jsonl", ROWS)
    told = ftlint.stats("train.jsonl", model="gpt-4.1-mini", epochs=2)
    assert (told.files[0].tokens, told.all.training.costs[0].billed) == (469, 938)
    assert ftlint.stats(["train.jsonl", write("b.jsonl", [pair(1, 2)])]).all.examples == 7
