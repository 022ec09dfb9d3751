"""The least that can be done: what ftlint is measured against.

python tests/bench/floor.py decode FILE         reads, splits and decodes JSON lines with msgspec
python tests/bench/floor.py tiktoken FILE N     N processes that parse and call tiktoken, each on its share of the bytes
python tests/bench/floor.py count FILE          parses and calls ftlint.tokens.count_all
"""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]
BLOCK = 8 << 20
ENCODING = "o200k_base"


def records(path: str, share: int = 0, shares: int = 1) -> Iterator[list[Any]]:
    """The records of a file, or of a share of its bytes, in blocks as large as ftlint's.

    A line belongs to the share in which it begins.
    """
    decode = msgspec.json.Decoder().decode
    # Thousands of new dicts would set it off again and again, with nothing to collect.
    gc.disable()
    size = Path(path).stat().st_size
    end = size * (share + 1) // shares
    with Path(path).open("rb") as file:
        if start := size * share // shares:
            file.seek(start - 1)
            file.readline()
        while (left := end - file.tell()) > 0 and (block := file.read(min(BLOCK, left))):
            lines = (block + (b"" if block.endswith(b"\n") else file.readline())).split(b"\n")
            yield [decode(line) for line in lines if line]


def texts(path: str, share: int = 0, shares: int = 1) -> Iterator[str]:
    """Every prompt and completion, or the content of every message."""
    for block in records(path, share, shares):
        for record in block:
            if "messages" in record:
                yield from (message["content"] for message in record["messages"])
            else:
                yield from (record["prompt"], record["completion"])


def decode_only(path: str) -> int:
    """The number of records."""
    return sum(map(len, records(path)))


def call_tiktoken(path: str, share: int = 0, shares: int = 1) -> int:
    """The number of tokens, or of a share of them, by tiktoken itself."""
    os.environ["TIKTOKEN_CACHE_DIR"] = str(ROOT / "ftlint" / "vocab")
    import tiktoken

    encode = tiktoken.get_encoding(ENCODING).encode_ordinary
    return sum(len(encode(text)) for text in texts(path, share, shares))


def call_ftlint(path: str) -> int:
    """The number of tokens, by ftlint."""
    sys.path.insert(0, str(ROOT))
    from ftlint.tokens.counter import count_all

    return sum(count_all(list(texts(path)), ENCODING))


def in_processes(path: str, shares: int) -> int:
    """The number of tokens, by so many processes at once."""
    command = [sys.executable, __file__, "tiktoken", path]
    running = [
        subprocess.Popen([*command, str(share), str(shares)], stdout=subprocess.PIPE)
        for share in range(shares)
    ]
    return sum(int(process.communicate()[0]) for process in running)


def main() -> None:
    """Do one of them and print the number."""
    what, path, *numbers = sys.argv[1:]
    match what, [int(number) for number in numbers]:
        case "decode", []:
            print(decode_only(path))
        case "count", []:
            print(call_ftlint(path))
        case "tiktoken", [1]:
            print(call_tiktoken(path))
        case "tiktoken", [processes]:
            print(in_processes(path, processes))
        case "tiktoken", [share, shares]:
            print(call_tiktoken(path, share, shares))
        case _:
            sys.exit(str(__doc__))


if __name__ == "__main__":
    main()
