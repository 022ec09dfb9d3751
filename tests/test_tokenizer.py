"""Tokens of open models: counted with a ``tokenizer.json`` that is written here."""

import json
import sys
from pathlib import Path

import pytest
from counted_rows import chat, figures, lines, pair, said

import ftlint
from ftlint import UsageError
from ftlint.config.settings import from_python
from ftlint.engine.plan import make_context
from ftlint.tokens.counter import MIN_PARALLEL_CHARACTERS, OPEN_PART_BYTES, count, count_all
from ftlint.tokens.vocabulary import tokenizer_file

pytestmark = pytest.mark.slow

tokenizers = pytest.importorskip("tokenizers", reason="the extra tokenizers is not installed")


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A tokenizer that makes a token of every word, puts one more before each text, and cuts after three."""
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<s>": 0, "?": 1, "word": 2}, unk_token="?"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = tokenizers.processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 0)])
    made.enable_truncation(3)
    made.enable_padding(length=64)
    path = tmp_path / "tokenizer.json"
    made.save(str(path))
    return path


def test_nothing_is_added_cut_or_filled_up(words: Path) -> None:
    vocabulary = tokenizer_file(words)
    assert count("a b c d e", vocabulary) == 5
    assert count("", vocabulary) == 0
    assert count("a \ud83d b", vocabulary) == 3
    assert count_all(["a", "a b", "a"], vocabulary) == [1, 2, 1]


def test_many_texts_are_counted_as_each_alone(words: Path) -> None:
    vocabulary = tokenizer_file(words.parent)
    texts = [f"text {n} " + "word " * (n % 50) for n in range(20_000)] + ["\ud83d x", ""]
    assert sum(map(len, texts)) > max(MIN_PARALLEL_CHARACTERS, 2 * OPEN_PART_BYTES)
    assert count_all(texts, vocabulary) == [2 + n % 50 for n in range(20_000)] + [2, 0]


def test_figures_are_counted_with_it_and_exact(words: Path) -> None:
    found = figures([pair(4, 6)], tokenizer=words)
    assert (found.tokens, found.trained) == (10, 6)
    # Roles are words, too; around messages stands what stands around OpenAI's.
    assert figures([chat(said("user", 3), said("assistant", 5))], tokenizer=words).tokens == 3 + 2 * 4 + 8
    job = make_context(from_python(target="trl-sft", tokenizer=words))
    assert job.counts_exactly and job.encoding == str(words)
    assert not make_context(from_python(target="trl-sft")).counts_exactly


def test_rules_count_with_it(words: Path, tmp_path: Path) -> None:
    # Thousands of tokens to OpenAI's vocabularies, a few words to this one.
    long = {"prompt": "x" * 30_000, "completion": "ab" * 20_000}
    path = tmp_path / "train.jsonl"
    path.write_bytes(lines([long]))
    assert ftlint.check(path, target="trl-sft", select="L").counts["L002"] == 1
    assert ftlint.check(path, target="trl-sft", select="L", tokenizer=words).counts == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nowhere.json", None, "there is no such tokenizer.json"),
        ("config.json", "{}", "is no tokenizer.json"),
        ("tokenizer.json", "word", "is no tokenizer.json"),
        ("words.txt", "word", "name a tokenizer.json, or the folder that holds one"),
    ],
)
def test_what_is_no_tokenizer_is_a_mistake_in_the_command(tmp_path: Path, name, text, said) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=said):
        make_context(from_python(tokenizer=path))


def test_without_the_package_the_way_to_get_it_is_said(words: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(UsageError, match=r'pip install "ftlint\[tokenizers\]"'):
        tokenizer_file(words)


def test_the_package_is_loaded_only_when_it_is_asked_for(tmp_path: Path, words: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(lines([pair(4, 6)]))
    asked = f"import ftlint, sys; ftlint.stats({str(path)!r}); print('tokenizers' in sys.modules)"
    import subprocess

    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
    assert json.loads(words.read_bytes())["model"]["type"] == "WordLevel"
