"""Phrases in many languages: the files that come with the rules, and what users add to them."""

import re
from pathlib import Path

import polars as pl
import pytest

from ftlint import UsageError, check
from ftlint.analysis.phrases import added, anyone, beginnings, choice, known, words
from ftlint.rule.registry import built_in_folder

FILES = sorted((built_in_folder() / "phrases").iterdir(), key=lambda path: path.name)
LANGUAGES = {"en", "zh", "ja", "ko", "es", "fr", "de", "pt", "it", "ru", "ar"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_comes_with_the_rules_is_in_order(path: Path) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+\.txt", path.name)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == [line.strip() for line in lines]
    phrases = added([str(path)])
    assert phrases
    assert len(set(phrases)) == len(phrases)
    assert pl.Series(["a"]).str.contains(choice(phrases)).to_list() == [False], "polars reads it, too"


@pytest.mark.parametrize(
    "kind", ["refusal", "boilerplate", "apology", "placeholder", "reading", "repeat", "rewrite"]
)
def test_a_kind_is_there_in_every_language(kind: str) -> None:
    assert {path.name.split(".")[1] for path in FILES if path.name.startswith(f"{kind}.")} >= LANGUAGES


def test_choices_rests_of_words_blanks_apostrophes_and_case() -> None:
    found = re.compile(choice(["i (can't|cannot) help*", "TODO", "ça( va|)"]))
    for text in ("I can’t  helping", "i\ncannot help", "TODO.", "ÇA VA", "ça "):
        assert found.match(text), text
    for text in ("I can help", "todo", "çava", "I can't hinder"):
        assert not found.match(text), text


def test_a_phrase_ends_where_a_word_ends() -> None:
    assert not re.match(choice(["as an ai"]), "as an airline")
    assert re.match(choice(["我不能"]), "我不能说")
    assert re.match(anyone(["as an ai"]), "as an airline")


def test_words_are_whole_but_where_no_blanks_are() -> None:
    found = words(("read", "总结"))
    assert found.search("Read it")
    assert not found.search("bread, ready")
    assert found.search("请总结一下")


@pytest.mark.parametrize("size", [1, 4, 6, 30])
def test_what_begins_as_no_phrase_is_none(size: int) -> None:
    phrases = (
        "i (can't|(really |)cannot|) help*",
        "*ing",
        "TODO",
        "ça( va|)",
        "(抱歉|很抱歉)，我(无法|)回答",
        "a|b c",
    )
    texts = (
        "i can’t helping",
        "I  help",
        "i really cannot  help",
        "sing",
        "TODO",
        "ÇA VA",
        "ça",
        "很抱歉，我回答",
        "b c",
    )
    for text in texts:
        assert re.match(anyone(phrases), text), text
        assert re.match(beginnings(phrases, size), text), text
    assert not re.match(beginnings(phrases[:1], 2), "we can't help")
    assert not re.match(beginnings((), size), "anything")


def test_no_phrase_is_nothing() -> None:
    assert not re.search(choice(()), "anything")


def test_all_of_a_kind_are_known() -> None:
    assert set(known("refusal")) < set(known("refusal", "boilerplate"))


def test_a_file_of_phrases_of_your_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("# a comment\n\n computer says no \n", encoding="utf-8-sig")
    assert added(["mine.txt", "nope"]) == ("computer says no", "nope")
    (tmp_path / "data.jsonl").write_text('{"prompt": "a", "completion": "Computer says no."}\n')
    report = check("data.jsonl", select=["Q001"], rule_options={"Q001": {"phrases": ["mine.txt"]}})
    assert [finding.line for finding in report.files[0].findings] == [1]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("no/such.txt", "no/such.txt"),
        (".txt", ".txt"),
        ("a\0.txt", "phrases"),
        ("latin.txt", "latin.txt is not UTF-8"),
        ("empty.txt", "empty.txt:2"),
        ("a (b", "brackets"),
        ("a) b", "brackets"),
        ("(a|)", "says nothing"),
        ("", "says nothing"),
        ("*", "says nothing"),
    ],
)
@pytest.mark.parametrize("code", ["Q001", "Q002", "Q003", "Q007"])
def test_what_cannot_be_a_phrase_is_told(
    code: str, entry: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "empty.txt").write_text("a\n(|b)\n")
    (tmp_path / "data.jsonl").write_text("{}\n")
    with pytest.raises(UsageError) as told:
        check("data.jsonl", select=[code], rule_options={code: {"phrases": [entry]}})
    assert words in str(told.value)
