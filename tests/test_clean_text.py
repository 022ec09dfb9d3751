"""Clean text in many scripts and of many kinds: no rule about text, quality or secrets has anything to say of it."""

import json
import unicodedata
from pathlib import Path

import pytest
from examples import few_quick
from public import check

from ftlint.rule.registry import all_rules

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"
FILES = sorted(CLEAN.glob("*.jsonl"))
RULES = [rule for rule in all_rules().values() if rule.code[0] in "UQX" and not rule.opt_in]
CODES = [rule.code for rule in RULES]
every_file = pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in FILES])


def told(data: bytes, name: str) -> list[str]:
    """What the rules say of a file, a line each."""
    report = check(data, name, select=CODES)
    return [f"line {f.line}: {f.code} {f.path}: {f.message}" for f in report.findings if f.code in CODES]


def answers(file: Path) -> list[tuple[str, str]]:
    """The last question and answer of each record."""
    talks = [json.loads(line)["messages"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [(talk[-2]["content"], talk[-1]["content"]) for talk in talks]


@pytest.mark.parametrize("file", few_quick([pytest.param(file, id=file.stem) for file in FILES], 8))
def test_no_rule_fires_on_clean_text(file: Path) -> None:
    assert told(file.read_bytes(), file.name) == []


@every_file
def test_nor_where_it_is_prompts_and_completions(file: Path) -> None:
    rows = [{"prompt": prompt, "completion": completion} for prompt, completion in answers(file)]
    # A record without its instructions is another one: it no longer says that HTML is wanted.
    if file.stem != "html_on_request":
        assert told(_lines(rows), "rows.jsonl") == []


@every_file
def test_nor_where_it_is_plain_text(file: Path) -> None:
    rows = [{"text": f"{prompt}\n{completion}"} for prompt, completion in answers(file)]
    if file.stem != "html_on_request":
        assert told(_lines(rows), "rows.jsonl") == []


def test_nor_on_all_of_it_at_once() -> None:
    assert told(b"".join(file.read_bytes() for file in FILES), "all.jsonl") == []


def test_the_text_is_in_at_least_twelve_scripts() -> None:
    scripts = set()
    for file in FILES:
        for prompt, completion in answers(file):
            letters = [sign for sign in prompt + completion if sign.isalpha()]
            scripts |= {unicodedata.name(sign, "?").partition(" ")[0] for sign in letters}
    assert scripts >= {
        *(
            "LATIN",
            "CYRILLIC",
            "GREEK",
            "ARABIC",
            "HEBREW",
            "DEVANAGARI",
            "BENGALI",
            "TAMIL",
            "THAI",
            "KHMER",
        ),
        *("MYANMAR", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "GEORGIAN", "ARMENIAN", "ETHIOPIC", "SINHALA"),
        *("TELUGU", "KANNADA", "MALAYALAM", "GURMUKHI", "GUJARATI", "LAO", "TIBETAN"),
    }


def _lines(rows: list[dict[str, str]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
