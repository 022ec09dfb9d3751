"""Exact token counts with OpenAI's vocabularies, which lie in this package: the network is never tried.

Special tokens are always ordinary text here, so data that spells ``<|endoftext|>`` is counted like any other.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.target import Target

if TYPE_CHECKING:
    from tiktoken import Encoding

FOLDER = Path(__file__).parent / "vocab"
# Vocabulary: the name its file has in tiktoken's cache (SHA-1 of its address), and the file's SHA-256.
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
# tiktoken's patterns overflow their stack on a million blanks in a row.
MOST_BLANKS = 500_000
BLANKS = re.compile(r"\s+")
# A reserved token every vocabulary has: put between texts, no token can reach from one into the next.
MARK = "<|endoftext|>"
PART_CHARACTERS = 100_000
# Below this many characters in all, threads cost more than they save.
FEW_CHARACTERS = 500_000

_loading = Lock()


@cache
def encoding(name: str) -> "Encoding":
    """The vocabulary of that name, loaded from this package. Raises UsageError for an unknown one."""
    if name not in VOCABULARIES:
        known = ", ".join(VOCABULARIES)
        raise UsageError(f'no vocabulary "{name}"{did_you_mean(name, VOCABULARIES)} ({known})')
    file, checksum = VOCABULARIES[name]
    path = FOLDER / file
    # Checked before tiktoken does: it would delete a damaged file and fetch another.
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != checksum:
        raise UsageError(f"{path}: the vocabulary {name} is missing or damaged; install ftlint again")
    import tiktoken

    with _loading, _offline():
        return tiktoken.get_encoding(name)


def count(text: str, encoding_name: str) -> int:
    """Tokens of a text. Exact, but for texts with more than half a million blanks in a row.

    Such a run is counted in pieces of half a million, which may add a token or two for each.
    """
    encode = encoding(encoding_name).encode_ordinary
    return sum(len(encode(piece)) for piece in _pieces(text))


def count_all(texts: Sequence[str], encoding_name: str) -> list[int]:
    """Tokens of each text, as :func:`count` counts them. Equal texts are counted once, many on all cores."""
    distinct = dict.fromkeys(texts)
    threads = os.cpu_count() or 1
    if threads == 1 or sum(map(len, distinct)) < FEW_CHARACTERS:
        counts = {text: count(text, encoding_name) for text in distinct}
    else:
        from concurrent.futures import ThreadPoolExecutor

        # Measured: threads that start on a vocabulary nobody has used yet are a third slower to the end.
        encoding(encoding_name).encode_ordinary("a b")
        counts = {}
        with ThreadPoolExecutor(threads) as pool:
            parts = list(_parts(distinct))
            for part, found in zip(
                parts, pool.map(lambda part: _count_part(part, encoding_name), parts), strict=True
            ):
                counts.update(zip(part, found, strict=True))
    return [counts[text] for text in texts]


def count_conversation(messages: Sequence[Any], encoding_name: str, target: Target | None = None) -> int:
    """Tokens of one conversation as they are billed; see :func:`count_conversations`."""
    return count_conversations([messages], encoding_name, target)[0]


def count_conversations(
    conversations: Sequence[Sequence[Any]], encoding_name: str, target: Target | None = None
) -> list[int]:
    """Tokens of each conversation as they are billed.

    For chat: every text of every message, role and name too, and a few tokens around each message, name and
    conversation. Declared tools and images are not counted, since nobody says how. Where the target's records
    are a prompt and a completion, only these two texts.
    """
    bare = target is not None and target.shape == "completion"
    texts: list[str] = []
    sizes: list[int] = []
    for messages in conversations:
        before = len(texts)
        for message in messages:
            if isinstance(message, dict):
                texts.extend(_content(message.get("content")) if bare else _texts(message))
        sizes.append(len(texts) - before)
    counts = iter(count_all(texts, encoding_name))
    return [
        sum(next(counts) for _ in range(size)) + (0 if bare else _around(messages, target))
        for size, messages in zip(sizes, conversations, strict=True)
    ]


def _around(messages: Sequence[Any], target: Target | None) -> int:
    each, name, whole = (
        _fact(target, "message_tokens", 3),
        _fact(target, "name_tokens", 1),
        _fact(target, "reply_tokens", 3),
    )
    named = sum(isinstance(message, dict) and isinstance(message.get("name"), str) for message in messages)
    return each * len(messages) + name * named + whole


def _fact(target: Target | None, name: str, usual: int) -> int:
    said = target.number(name) if target is not None else None
    return usual if said is None else said


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    for key, value in message.items():
        if isinstance(value, str):
            yield value
        elif key == "content":
            yield from _content(value)
        elif key in ("tool_calls", "function_call"):
            for call in value if isinstance(value, list) else [value]:
                yield from _call(call)


def _content(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            yield from (part[key] for key in ("text", "refusal") if isinstance(part.get(key), str))


def _call(call: Any) -> Iterator[str]:
    function = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return
    if isinstance(function.get("name"), str):
        yield function["name"]
    arguments = function.get("arguments")
    if arguments is not None:
        yield arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def _pieces(text: str) -> list[str]:
    """The text, cut inside runs of blanks that are too long for tiktoken."""
    if len(text) <= MOST_BLANKS:
        return [text]
    cuts = [0]
    for run in BLANKS.finditer(text):
        cuts.extend(range(run.start() + MOST_BLANKS, run.end(), MOST_BLANKS))
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _parts(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in parts worth a thread's while; a text that is long or spells the mark stands alone."""
    part: list[str] = []
    size = 0
    for text in texts:
        if len(text) > PART_CHARACTERS or MARK in text:
            yield [text]
            continue
        part.append(text)
        size += len(text)
        if size > PART_CHARACTERS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _count_part(part: Sequence[str], encoding_name: str) -> list[int]:
    """Tokens of each text, by one call for all of them: so threads rarely wait for each other."""
    if len(part) == 1:
        return [count(part[0], encoding_name)]
    vocabulary = encoding(encoding_name)
    ids = vocabulary.encode(MARK.join(part), allowed_special={MARK}, disallowed_special=())
    mark = vocabulary.encode_single_token(MARK)
    counts, start = [], 0
    for _ in range(len(part) - 1):
        end = ids.index(mark, start)
        counts.append(end - start)
        start = end + 1
    return [*counts, len(ids) - start]


@contextmanager
def _offline() -> Iterator[None]:
    """While this lasts, tiktoken finds its vocabularies in this package and cannot fetch any."""
    from tiktoken import load

    before, fetch = os.environ.get("TIKTOKEN_CACHE_DIR"), load.read_file
    os.environ["TIKTOKEN_CACHE_DIR"] = str(FOLDER)
    load.read_file = _refuse
    try:
        yield
    finally:
        load.read_file = fetch
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def _refuse(blobpath: str) -> bytes:
    raise UsageError(
        f"tiktoken wants {blobpath}, which ftlint does not have; install the tiktoken ftlint asks for"
    )
