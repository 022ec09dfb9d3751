"""Files that lie elsewhere are read as the same files on this machine are."""

import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from remote_files import (  # noqa: F401
    FILES,
    in_empty_folder,
    put,
    requests_to_s3,
    run_command,
    web_server,
)
from remote_servers import BUCKET, Hub, Requests, Web
from test_cli import CHAT, NO_ANSWER

from ftlint import SourceChanged, check, convert, fix, split
from ftlint.io.address import shown
from ftlint.io.block import ReadOptions
from ftlint.io.find import find_sources
from ftlint.io.reader import open_reader
from ftlint.io.stream import open_source

pytestmark = pytest.mark.slow

for package in ("s3fs", "aiohttp", "moto"):
    pytest.importorskip(package)


def seen(path: str, name: str) -> object:
    """All that a report says of a file but for where it lies."""
    file = check(path).files[0]
    told = [
        (f.code, f.severity, f.line, f.row, f.path, f.message.replace(path, name).replace(shown(path), name))
        for f in file.findings
    ]
    # Of a file elsewhere parts are read, and perhaps nobody reads all of it.
    assert bool(file.sha256) == (shown(path) == path == name)
    return told, file.tallies, file.fixable, file.rows, file.bytes, file.container, file.shape


@pytest.mark.parametrize("name", FILES)
def test_what_is_found_is_the_same_wherever_a_file_lies(name: str, requests: Requests, web: Web) -> None:
    import fsspec

    Path(name).write_bytes(FILES[name])
    fsspec.filesystem("memory").pipe_file(f"/folder/{name}", FILES[name])
    here = seen(name, name)
    assert seen(f"s3://{BUCKET}/{name}", name) == here
    assert seen(f"memory://folder/{name}", name) == here
    assert seen(f"{web.root}/ranges/{name}", name) == here
    assert seen(f"{web.root}/whole/{name}?X-Amz-Signature=abc", name) == here
    assert seen(f"{web.root}/chunked/{name}", name) == here


def test_globs_and_folders_name_what_they_would_here(requests: Requests) -> None:
    names = (
        "b.jsonl",
        "a.csv",
        "notes.txt",
        "sub/c.jsonl",
        ".hidden/d.jsonl",
        "train.manifest.json",
        "x.png",
    )
    for name in names:
        put(f"tree/{name}", CHAT)
        Path("tree", name).parent.mkdir(parents=True, exist_ok=True)
        Path("tree", name).write_text(CHAT)
    root = f"s3://{BUCKET}/"
    for given in (
        "tree",
        "tree/",
        "tree/*.jsonl",
        "tree/**/*.jsonl",
        "tree/?.jsonl",
        "tree/[ab].*",
        "tree/*",
    ):
        here = [source.name for source in find_sources([given])]
        there = [source.name.removeprefix(root) for source in find_sources([root + given])]
        assert there == [name.replace(os.sep, "/") for name in here], given
    kept = find_sources([root + "tree"], excludes=["*.csv", "sub/"])
    assert [source.name for source in kept] == [f"{root}tree/b.jsonl"]


def test_a_key_may_look_like_a_pattern(requests: Requests) -> None:
    odd = put("odd [1]?.jsonl", CHAT)
    assert [source.name for source in find_sources([odd, odd])] == [odd]


def test_reading_50_mb_takes_few_requests_and_a_part_of_it_little_more_than_its_bytes(web: Web) -> None:
    data = os.urandom(1 << 20) * 50
    web.files["big.jsonl"] = data
    source = pickle.loads(pickle.dumps(find_sources([f"{web.root}/ranges/big.jsonl"])[0]))
    with open_source(source) as file:
        assert b"".join(iter(lambda: file.read(1 << 20), b"")) == data
    assert len(web.asked) <= 14 and web.sent < len(data) + (1 << 20)

    web.asked, web.sent = [], 0
    start, end = 20 << 20, 24 << 20
    with open_source(source, end) as file:
        file.seek(start)
        read = b""
        while len(read) < end - start + 10:
            read += file.read(1 << 20)
    assert data[start:].startswith(read)
    assert web.sent <= end - start + (64 << 10) and len(web.asked) <= 7

    web.asked, web.sent = [], 0
    with open_source(source) as file:
        file.seek(-8, io.SEEK_END)
        assert file.read() == data[-8:] and file.read(1) == b"" and file.tell() == len(data)
        assert file.seek(3) == 3 and file.read(4) == data[3:7]
    assert web.sent <= 8 + (256 << 10)


def test_a_small_object_is_asked_for_once(requests: Requests) -> None:
    name = put("small.jsonl", CHAT)
    requests.lines.clear()
    assert check(name).files[0].rows == 1
    assert [line for line in requests.lines if line.startswith("GET")] == [f"GET /{BUCKET}/small.jsonl"]


def test_parts_of_a_file_are_all_of_it_and_each_is_fetched_alone(requests: Requests, web: Web) -> None:
    text = "".join(json.dumps({"text": "x" * (n % 700), "n": n}) + "\n" for n in range(16_000))
    web.files["parts.jsonl"] = text.encode()
    for path in (put("parts.jsonl", text), f"{web.root}/ranges/parts.jsonl"):
        source = find_sources([path])[0]
        parts = open_reader(source, ReadOptions()).parts(1_000_000)
        assert len(parts) > 5
        numbers = [
            record["n"]
            for part in parts
            for block in open_reader(source, ReadOptions(), part).blocks()
            for record in block.records
        ]
        assert numbers == list(range(16_000))
    assert web.sent <= len(text) + (256 << 10) + len(parts) * (64 << 10)


def test_it_is_checked_alike_by_processes_and_in_shards(requests: Requests, web: Web, run) -> None:
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    rows = [json.dumps({"messages": turns, "n": n}) if n % 50 else "{" for n in range(2000)]
    name = put("many.jsonl", "\n".join(rows))
    assert check(name, jobs=2, part_bytes=40_000).files == check(name).files

    web.files["many.jsonl"] = "\n".join(rows).encode()
    address = f"{web.root}/ranges/many.jsonl?X-Amz-Signature=topsecret"
    whole = json.loads(run("check", address, "--output-format", "json").out)
    for shard in ("1/2", "2/2"):
        assert run("check", address, "--shard", shard, "--save", "shards").code == 0
    assert json.loads(run("merge", "shards", "--output-format", "json").out)["files"] == whole["files"]
    assert not any(b"topsecret" in file.read_bytes() for file in Path("shards").iterdir())


def test_a_replaced_object_is_noticed(requests: Requests, web: Web) -> None:
    big = CHAT.encode() * 300_000
    for place in (put, in_memory):
        source = find_sources([place("again.jsonl", big)])[0]
        reading = open_reader(source, ReadOptions(block_bytes=1 << 20))
        assert not reading.changed()
        blocks = reading.blocks()
        next(blocks)
        place("again.jsonl", big.upper())
        assert reading.changed()
        with pytest.raises(SourceChanged, match=r"again.jsonl changed while it was read$"):
            list(blocks)
    web.files["again.jsonl"] = big
    source = find_sources([f"{web.root}/replaced/again.jsonl"])[0]
    with pytest.raises(SourceChanged, match="changed while it was read"):
        list(open_reader(source, ReadOptions()).blocks())


def in_memory(name: str, data: bytes) -> str:
    import fsspec

    fsspec.filesystem("memory").pipe_file(f"/folder/{name}", data)
    return f"memory://folder/{name}"


def test_nothing_of_it_is_loaded_for_a_file_here() -> None:
    Path("train.jsonl").write_text(CHAT)
    code = (
        "import sys; from ftlint import check; check('train.jsonl');"
        "print([m for m in sys.modules if m.split('.')[0] in ('fsspec', 's3fs', 'aiohttp', 'asyncio')"
        " or m.startswith('ftlint.io.remote.') and m != 'ftlint.io.address'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_every_command_reads_it_and_writes_here(requests: Requests, run) -> None:
    name = put("work.jsonl", (CHAT + NO_ANSWER) * 30)
    held = put("held.jsonl", CHAT)
    Path("work.jsonl").write_text((CHAT + NO_ANSWER) * 30)
    assert fix(name, output="there.jsonl").files[0].written == "there.jsonl"
    fix("work.jsonl", output="here.jsonl")
    assert Path("there.jsonl").read_bytes() == Path("here.jsonl").read_bytes()
    convert(name, "c.jsonl", "alpaca")
    convert("work.jsonl", "d.jsonl", "alpaca")
    assert Path("c.jsonl").read_bytes() == Path("d.jsonl").read_bytes()
    assert len(split(name, valid=0.2, output="parts").files) == 2
    assert run("stats", name).code == 0
    assert run("prepare", name, "-o", "made.jsonl", "--yes").code in (0, 1)
    assert Path("made.jsonl").is_file()
    assert json.loads(Path("made.manifest.json").read_text())["input"]["path"] == name
    assert run("report", name, "--markdown", "-o", "page.md").code == 0
    assert "work.jsonl" in Path("page.md").read_text()
    against = run("check", name, "--against", held, "--output-format", "concise")
    assert f"compared with {held}" in against.out + against.err or "L" in against.out


def test_a_dataset_of_the_hub_is_read() -> None:
    pytest.importorskip("huggingface_hub")
    hub = Hub()
    hub.files = {
        "data/train.jsonl": CHAT.encode() * 9_000,
        "data/valid.jsonl": NO_ANSWER.encode(),
        "README.md": b"#",
    }
    environ = {**os.environ, "HF_ENDPOINT": hub.root, "HF_HUB_DISABLE_TELEMETRY": "1"}
    for key in ("HF_TOKEN", "HF_HUB_OFFLINE"):
        environ.pop(key, None)
    root = "hf://datasets/me/talk"
    code = (
        "import json; from ftlint.io.find import find_sources; from ftlint import check;"
        f"print(json.dumps([[s.name for s in find_sources([p])] for p in ({root!r}, '{root}/data/t*.jsonl')]));"
        f"print(json.dumps([file.rows for file in check('{root}/data').files]));"
        f"check('{root}/none.jsonl')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    train, valid = f"{root}/data/train.jsonl", f"{root}/data/valid.jsonl"
    found, rows = map(json.loads, ran.stdout.splitlines())
    assert (found, rows) == ([[train, valid], [train]], [9_000, 1])
    assert ran.stderr.rstrip().endswith(f"UsageError: {root}/none.jsonl: no such file, folder or bucket")


def test_a_kept_report_is_of_one_version(requests: Requests, monkeypatch: pytest.MonkeyPatch, run) -> None:
    monkeypatch.delenv("FTLINT_NO_CACHE", raising=False)
    name = put("kept.jsonl", CHAT)

    def codes() -> tuple[int, list[str]]:
        requests.lines.clear()
        code = run("check", name, "--cache-dir", "cache").code
        return code, [line for line in requests.lines if line.startswith("GET")]

    assert codes() == (0, [f"GET /{BUCKET}/kept.jsonl"])
    assert codes() == (0, [])
    put("kept.jsonl", NO_ANSWER)
    assert codes() == (1, [f"GET /{BUCKET}/kept.jsonl"])


def test_files_called_alike_are_compared(requests: Requests) -> None:
    put("pair/train.jsonl", CHAT)
    put("pair/valid.jsonl", CHAT)
    report = check(f"s3://{BUCKET}/pair")
    assert any(finding.code == "D004" for file in report.files for finding in file.findings)
