"""Makes the data that is measured, into ``tests/bench/data``: the same bytes on every machine.

    python tests/bench/generate.py NAME [--tiny]

Files that are there with the right size are used again.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from calls import tools
from prose import RARE, Writer

FOLDER = Path(__file__).parent / "data"
# Part of every file's name: a change of what is made asks for new files.
EDITION = 2
ROWS_A_SEED = 55_000
LONGEST_ROW = 1 << 16
# How long answers are in rows of 1,060 bytes.
SHORT = 1.27
SYSTEM = (
    "You are a helpful assistant of a mail-order company. Answer politely, in the customer's own language, "
    "and say so when you do not know."
)


@dataclass(frozen=True, slots=True)
class Data:
    """One file: so many bytes of rows, or a little more, but never more than ``lines``; a tiny run takes a hundredth."""

    name: str
    size: int
    rows: Callable[[int], Iterator[bytes]]
    lines: int | None = None

    def path(self, *, tiny: bool) -> Path:
        """Where the file is, or will be."""
        return FOLDER / f"{self.name}{'-tiny' if tiny else ''}-{EDITION}.jsonl"

    def is_there(self, *, tiny: bool) -> bool:
        """Whether the file can be used as it is."""
        path, size = self.path(tiny=tiny), self.size_of(tiny=tiny)
        return path.is_file() and (self.lines is not None or size <= path.stat().st_size < size + LONGEST_ROW)

    def size_of(self, *, tiny: bool) -> int:
        """How many bytes are wanted."""
        return self.size // 100 if tiny else self.size

    def make(self, *, tiny: bool) -> Path:
        """Write the file unless it is there; its path."""
        path, size = self.path(tiny=tiny), self.size_of(tiny=tiny)
        if self.is_there(tiny=tiny):
            return path
        FOLDER.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            written = 0
            for row in islice(_endless(self.rows), self.lines):
                written += out.write(row)
                if written >= size:
                    break
        part.replace(path)
        return path


def _endless(rows: Callable[[int], Iterator[bytes]]) -> Iterator[bytes]:
    seed = 1
    while True:
        yield from rows(seed)
        seed += 1


def chat(seed: int, answers: float = 1.45) -> Iterator[bytes]:
    """Conversations of one to three turns under one system prompt; every twentieth escapes what is not ASCII."""
    writer = Writer(seed)
    for _ in range(ROWS_A_SEED):
        language = writer.language()
        messages = [{"role": "system", "content": SYSTEM}]
        for _ in range(writer.random.choices((1, 2, 3), (6, 3, 1))[0]):
            question = writer.text(writer.many(0.3, 0.6, 8), language)
            answer = writer.text(writer.many(answers, 0.95, 120), language)
            messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        yield _line({"messages": messages}, ascii_only=writer.random.random() < 0.05)


def completion(seed: int) -> Iterator[bytes]:
    """Prompts without separator, answers without leading space; some rows twice, empty, or with CRLF."""
    writer = Writer(seed)
    before = b""
    for _ in range(ROWS_A_SEED):
        language, chance = writer.language(), writer.random.random()
        prompt = writer.text(writer.many(1.5, 0.8, 60), language)
        answer = writer.text(writer.many(0.85, 0.7, 30), language)
        line = _line(
            {"prompt": prompt, "completion": "" if chance < 0.001 else answer}, ascii_only=chance > 0.95
        )
        if before and 0.5 < chance < 0.505:
            line = before
        if 0.6 < chance < 0.62:
            line = line[:-1] + b"\r\n"
        yield line
        before = line


def near(seed: int) -> Iterator[bytes]:
    """Prompts and answers of a kilobyte; every twentieth is an earlier one in which a few words are others."""
    writer = Writer(seed)
    chance, earlier = writer.random, []
    for _ in range(ROWS_A_SEED):
        if earlier and chance.random() < 0.05:
            prompt, answer = chance.choice(earlier)
            answer = _edited(answer, chance.randint(1, 3), writer)
        else:
            prompt, answer = writer.text(chance.randint(2, 5)), writer.text(chance.randint(6, 14))
            earlier.append((prompt, answer))
        yield _line({"prompt": prompt, "completion": answer}, ascii_only=False)


def _edited(text: str, words: int, writer: Writer) -> str:
    said = text.split(" ")
    for _ in range(words):
        said[writer.random.randrange(len(said))] = writer.random.choice(RARE.split())
    return " ".join(said)


def _line(record: dict[str, Any], *, ascii_only: bool) -> bytes:
    return json.dumps(record, ensure_ascii=ascii_only).encode() + b"\n"


DATA = {
    data.name: data
    for data in (
        Data("chat-small", 1_000_000, chat, lines=10),
        Data("chat", 67_000_000, chat),
        # A hundred thousand rows.
        Data("chat-short", 106_000_000, partial(chat, answers=SHORT)),
        Data("completion", 62_000_000, completion),
        Data("near", 100_000_000, near),
        Data("tools", 50_000_000, tools),
        Data("chat-large", 2_000_000_000, chat),
    )
}


def main() -> None:
    """Make one file and print its path."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=DATA)
    parser.add_argument("--tiny", action="store_true", help="a hundredth of it")
    given = parser.parse_args()
    print(DATA[given.name].make(tiny=given.tiny))


if __name__ == "__main__":
    main()
