"""Files of every container, at the addresses of servers that tests start, and the fixtures that start them."""

import gzip
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from command_line import Ran, ran
from remote_servers import BUCKET, Requests, Web, s3, s3_server
from test_cli import CHAT, NO_ANSWER

from ftlint.io.compression import zstd
from ftlint.io.remote import web as on_web

LINES = CHAT + NO_ANSWER + '{"messages": [\n' + CHAT + "\n" + CHAT[:-1]
TABLE = "question,answer\nhi,hello\nwho,\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (("question", "answer"), ("hi", "hello"), ("who", None)):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def parquet() -> bytes:
    made = io.BytesIO()
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]
    pl.DataFrame({"messages": [turns] * 2000}).write_parquet(made, row_group_size=100)
    return made.getvalue()


FILES = {
    "plain.jsonl": LINES.encode(),
    "bom.jsonl": b"\xef\xbb\xbf" + LINES.encode(),
    "latin.jsonl": LINES.replace("hi", "hé").encode("latin-1"),
    "packed.jsonl.gz": gzip.compress(LINES.encode() * 50),
    "cut.jsonl.gz": gzip.compress(os.urandom(4000).hex().encode() * 50)[:-500],
    "packed.jsonl.zst": zstd.compress(LINES.encode() * 50),
    "lying.jsonl": gzip.compress(LINES.encode()),
    "document.json": json.dumps([json.loads(CHAT)] * 3).encode(),
    "table.csv": TABLE.encode(),
    "book.xlsx": workbook(),
    "damaged.xlsx": workbook()[:-200],
    "columns.parquet": parquet(),
    "damaged.parquet": parquet()[:-50],
    "empty.jsonl": b"",
    "page.jsonl": b"<!doctype html><p>Sign in",
    "text.txt": b"once upon a time\n\nthere was\n",
}


@pytest.fixture(name="requests", scope="module")
def requests_to_s3() -> Iterator[Requests]:
    with s3_server() as seen:
        files = s3()
        for name, data in FILES.items():
            files.pipe_file(f"{BUCKET}/{name}", data)
        yield seen


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(on_web, "RETRY_DELAYS", (0.0, 0.0))


@pytest.fixture(name="run")
def run_command(capsys: pytest.CaptureFixture[str]):
    """Run ftlint with arguments, as its entry point does."""

    def running(*arguments: str) -> Ran:
        return ran(capsys, *arguments)

    return running


@pytest.fixture(name="web")
def web_server() -> Iterator[Web]:
    server = Web()
    server.files.update(FILES)
    yield server
    server.server.shutdown()
    server.server.server_close()


def put(key: str, data: str | bytes) -> str:
    s3().pipe_file(f"{BUCKET}/{key}", data if isinstance(data, bytes) else data.encode())
    return f"s3://{BUCKET}/{key}"
