"""Which files are read: named ones always, folders and globs by their data files."""

import io
import os
import sys
from pathlib import Path

import pytest

from ftlint import UsageError
from ftlint.io.find import find_sources

FILES = [
    "b.jsonl", "a.jsonl.gz", "c.csv", "d.TSV", "e.xlsx", "f.parquet.zst", "g.json", "h.ndjson", "readme.md", "notes.txt",
    ".hidden.jsonl", "sub/z.jsonl", "sub/deep/y.jsonl", ".git/x.jsonl", "node_modules/x.jsonl", ".venv/x.jsonl", "a:b.jsonl",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of all kinds, as the current one."""
    for name in FILES:
        if ":" in name and os.name == "nt":
            continue
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str, **options: object) -> list[str]:
    """The names of what is found, with forward slashes."""
    return [source.name.replace(os.sep, "/") for source in find_sources(paths, **options)]  # type: ignore[arg-type]


def test_a_folder_gives_its_data_files_in_order(folder: Path) -> None:
    found = [name for name in names(".") if ":" not in name]
    assert found == ["a.jsonl.gz", "b.jsonl", "c.csv", "d.TSV", "e.xlsx", "f.parquet.zst", "g.json", "h.ndjson", "sub/z.jsonl", "sub/deep/y.jsonl"]  # fmt: skip


def test_a_manifest_is_no_data(folder: Path) -> None:
    (folder / "b.manifest.json").write_bytes(b"{}")
    assert "b.manifest.json" not in names(".")
    assert names("b.manifest.json") == ["b.manifest.json"]


def test_a_file_that_is_named_is_taken_whatever_its_name(folder: Path) -> None:
    assert names("notes.txt", "readme.md", ".hidden.jsonl") == ["notes.txt", "readme.md", ".hidden.jsonl"]


@pytest.mark.skipif(os.name == "nt", reason="no file name has a colon there")
def test_a_colon_is_a_character_like_any_other(folder: Path) -> None:
    assert names("a:b.jsonl") == ["a:b.jsonl"]


def test_a_glob_that_the_shell_left_alone(folder: Path) -> None:
    assert names("[ab].jsonl*") == ["a.jsonl.gz", "b.jsonl"]
    assert names("sub/**/*.jsonl") == ["sub/deep/y.jsonl", "sub/z.jsonl"]
    assert "readme.md" not in names("*")


def test_every_file_is_read_once(folder: Path) -> None:
    assert names("b.jsonl", "./b.jsonl", "*b.jsonl", str(folder / "b.jsonl")).count("b.jsonl") == 1


def test_what_git_ignores_is_left_out_of_folders_only(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.csv\nsub/\n!c2.csv\n", encoding="utf-8")
    (folder / "c2.csv").write_bytes(b"a\n")
    found = names(".")
    assert "c.csv" not in found
    assert "c2.csv" in found
    assert not [name for name in found if name.startswith("sub/")]
    assert names("c.csv") == ["c.csv"]


def test_a_nested_gitignore_speaks_for_its_folder_and_may_contradict(folder: Path) -> None:
    (folder / ".gitignore").write_text("z.jsonl\n", encoding="utf-8")
    (folder / "sub" / ".gitignore").write_text("!z.jsonl\ndeep\n", encoding="utf-8")
    assert [name for name in names(".") if name.startswith("sub/")] == ["sub/z.jsonl"]


def test_the_repository_above_counts_but_an_ignored_folder_that_is_named_is_read(folder: Path) -> None:
    (folder / ".gitignore").write_text("y.jsonl\n", encoding="utf-8")
    assert names("sub") == ["sub/z.jsonl"]
    (folder / ".gitignore").write_text("sub/\n", encoding="utf-8")
    assert names("sub") == ["sub/z.jsonl", "sub/deep/y.jsonl"]


def test_excluded_files_are_left_out_of_folders_and_globs(folder: Path) -> None:
    assert [name for name in names(".", excludes=["sub/", "*.csv"]) if "sub" in name or "csv" in name] == []
    assert names("c.csv", excludes=["*.csv"]) == ["c.csv"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("b.jsnl", 'no such file or folder; did you mean "b.jsonl"?'),
        ("nowhere/x.jsonl", "there is no folder nowhere"),
        ("*.parquet", "no data file"),
        ("*.md", "no data file among what it matches (files: 1)"),
        ("empty", "no data file in this folder (looked for .jsonl"),
        ("ignored", "ignored by .gitignore: 1"),
        ("texts", ".txt, read only when named: 1"),
        ("", "names no file"),
        ("x\0y", "no such file"),
    ],
)
def test_a_path_without_data_says_why(folder: Path, path: str, words: str) -> None:
    (folder / "empty").mkdir()
    (folder / "ignored").mkdir()
    (folder / "ignored" / "x.csv").write_bytes(b"")
    (folder / "ignored" / ".gitignore").write_text("*", encoding="utf-8")
    (folder / "texts").mkdir()
    (folder / "texts" / "x.txt").write_bytes(b"")
    with pytest.raises(UsageError) as caught:
        find_sources([path])
    assert words in str(caught.value)


def test_standard_input_is_kept_so_that_it_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff{}\r\n")))
    (source,) = find_sources(["-"], stdin_name="train.csv")
    assert source.name == "train.csv"
    assert source.path is not None
    assert [source.path.read_bytes() for _ in range(2)] == [b"\xff{}\r\n"] * 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_kept_too(folder: Path) -> None:
    import threading

    os.mkfifo(folder / "pipe")
    threading.Thread(target=(folder / "pipe").write_bytes, args=(b"{}\n",), daemon=True).start()
    (source,) = find_sources(["pipe"])
    assert source.name == "pipe"
    assert source.path is not None
    assert source.path.read_bytes() == b"{}\n"
