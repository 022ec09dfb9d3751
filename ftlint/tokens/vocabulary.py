"""Token vocabularies: OpenAI's are in this package, others come from a ``tokenizer.json``. No network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.display import did_you_mean
from ftlint.errors import UsageError

if TYPE_CHECKING:
    from tiktoken import Encoding
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent.parent / "vocab"
# Vocabulary: the name of its file in tiktoken's cache (SHA-1 of its address), and the file's SHA-256.
O200K = (
    "fb374d419588a4632f3f557e76b4b70aebbca790",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)
VOCABULARIES = {
    "r50k_base": (
        "0ea1e91bbb3a60f729a8dc8f777fd2fc07cd8df4",
        "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    ),
    "p50k_base": (
        "ec7223a39ce59f226a68acc30dc1af2788490e15",
        "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
    ),
    "cl100k_base": (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
    "o200k_base": O200K,
    "o200k_harmony": O200K,
}
# File name of the tokenizers of open models.
TOKENIZER_FILE = "tokenizer.json"

_loading = Lock()


def is_file(vocabulary: str) -> bool:
    """Whether a vocabulary is named by the path of a ``tokenizer.json``."""
    return vocabulary not in VOCABULARIES and vocabulary.endswith(".json")


@cache
def encoding(name: str) -> "Encoding":
    """The vocabulary of that name, loaded from this package. Raises UsageError for an unknown one."""
    return load_encoding(name)


def load_encoding(name: str) -> "Encoding":
    """The same, loaded again: for a separate thread."""
    # Checked before tiktoken does: it would delete a damaged file and download another.
    path_of(name)
    from tiktoken import Encoding
    from tiktoken_ext.openai_public import ENCODING_CONSTRUCTORS

    with _loading, _offline():
        found = Encoding(**ENCODING_CONSTRUCTORS[name]())
    # tiktoken has its own table; as Python objects the tokens are 25 MB of unused memory.
    found._mergeable_ranks = {}
    return found


def path_of(name: str) -> Path:
    """The file of a vocabulary in this package, after a check that it is intact. Raises UsageError."""
    if name not in VOCABULARIES:
        known = ", ".join(VOCABULARIES)
        raise UsageError(f'no vocabulary "{name}"{did_you_mean(name, VOCABULARIES)} ({known})')
    file, checksum = VOCABULARIES[name]
    path = FOLDER / file
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != checksum:
        raise UsageError(f"{path}: the vocabulary {name} is missing or damaged; install ftlint again")
    return path


def tokenizer_file(given: str | os.PathLike[str]) -> str:
    """The path of the given ``tokenizer.json``, or of the one in the given folder.

    Raises UsageError if there is none, if it cannot be read, or if the package tokenizers is missing.
    """
    path = Path(given)
    if path.is_dir():
        path /= TOKENIZER_FILE
    if not is_file(str(path)):
        raise UsageError(f"{path}: name a tokenizer.json, or the folder that holds one")
    tokenizer(str(path))
    return str(path)


@cache
def tokenizer(path: str) -> "Tokenizer":
    """The tokenizer of an open model, from its ``tokenizer.json``. Raises UsageError (see ``tokenizer_file``)."""
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise UsageError(
            "a tokenizer.json is read by the package tokenizers, which is not installed: "
            'pip install "ftlint[tokenizers]"'
        ) from None
    if not Path(path).is_file():
        raise UsageError(f"{path}: there is no such tokenizer.json")
    try:
        found = Tokenizer.from_file(path)
    except Exception as error:  # It raises Exception itself.
        raise UsageError(f"{path} is no tokenizer.json: {error}") from None
    # Some are saved with truncation or padding enabled.
    found.no_truncation()
    found.no_padding()
    return found


@contextmanager
def _offline() -> Iterator[None]:
    """Inside this context, tiktoken finds its vocabularies in this package, loads them fast, and downloads nothing."""
    from tiktoken import load
    from tiktoken_ext import openai_public

    before, fetch, read = (
        os.environ.get("TIKTOKEN_CACHE_DIR"),
        load.read_file,
        openai_public.load_tiktoken_bpe,
    )
    os.environ["TIKTOKEN_CACHE_DIR"] = str(FOLDER)
    load.read_file, openai_public.load_tiktoken_bpe = _refuse, _ranks
    try:
        yield
    finally:
        load.read_file, openai_public.load_tiktoken_bpe = fetch, read
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def _ranks(address: str, expected_hash: str | None = None) -> dict[bytes, int]:
    """A replacement for tiktoken's loader, without a Python object for every line."""
    from tiktoken import load

    lines = pl.read_csv(
        load.read_file_cached(address, expected_hash),
        separator=" ",
        has_header=False,
        quote_char=None,
        schema={"token": pl.String, "rank": pl.UInt32},
    )
    return dict(zip(lines["token"].str.decode("base64").to_list(), lines["rank"].to_list(), strict=True))


def _refuse(blobpath: str) -> bytes:
    raise UsageError(
        f"tiktoken wants {blobpath}, which ftlint does not have; install the tiktoken ftlint asks for"
    )
