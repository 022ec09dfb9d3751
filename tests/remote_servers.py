"""Servers on loopback for tests of files that lie elsewhere: one that speaks S3, and web servers of several manners."""

import json
import logging
import os
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUCKET = "bucket"


class Requests(logging.Handler):
    """The requests that the S3 server was asked, as its log tells: ``GET /bucket/key``."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        found = re.search(r"(GET|HEAD) (\S+) HTTP", record.getMessage())
        if found:
            self.lines.append(f"{found[1]} {found[2]}")


@contextmanager
def s3_server() -> Iterator[Requests]:
    """An S3 server with one empty bucket; the environment names it."""
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    seen, log = Requests(), logging.getLogger("werkzeug")
    log.addHandler(seen)
    log.setLevel(logging.INFO)
    log.propagate = False
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    # Another server may have been asked before.
    S3FileSystem.clear_instance_cache()
    try:
        # What an earlier server of this process held is still there.
        urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
        s3().mkdir(BUCKET)
        yield seen
    finally:
        server.stop()
        log.removeHandler(seen)
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def s3():
    """The file system of the server that the environment names."""
    import fsspec

    return fsspec.filesystem("s3")


class Web:
    """A web server: files by their path, and under it, by the first folder, how it behaves.

    ``ranges`` gives pieces, ``whole`` never does, ``chunked`` does not even say how long a file is, ``broken`` breaks
    off in the middle of every piece but the first ones, ``short`` says that it gave all and did not, ``busy`` is busy
    the first time, ``secret`` wants a password, ``forbidden`` lets nobody in, ``replaced`` gives another version from
    the third piece on.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, int]] = []
        self.sent = 0
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.root = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.partition("?")[0]
        _, manner, name = path.split("/", 2)
        times = sum(one == path for one, _ in self.asked)
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", ""))
        self.asked.append((path, int(found[1]) if found else -1))
        wants = handler.headers.get("Authorization") != "Basic bWU6b3BlbnNlc2FtZQ=="
        status = {"forbidden": 403, "teapot": 418}.get(manner, 404 if name not in self.files else 200)
        status = 401 if manner == "secret" and wants else 503 if manner == "busy" and not times else status
        if status != 200:
            self._give(handler, status, b"", {})
            return
        data = self.files[name]
        headers = {"ETag": '"second"' if manner == "replaced" and times > 2 else '"first"'}
        if manner == "chunked":
            self._give_chunked(handler, data)
        elif manner == "whole" or found is None:
            self._give(handler, 200, data, headers)
        elif int(found[1]) >= len(data):
            self._give(handler, 416, b"", {"Content-Range": f"bytes */{len(data)}", **headers})
        else:
            start, end = int(found[1]), min(int(found[2]) + 1, len(data))
            piece = data[start:end]
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
            cut = len(piece) // 2 if start else None
            self._give(handler, 206, piece, headers, manner, cut)

    def _give(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: dict[str, str],
        manner: str = "",
        cut: int | None = None,
    ) -> None:
        handler.send_response(status)
        given = body[:cut] if manner in ("broken", "short") and cut is not None else body
        length = len(given) if manner == "short" else len(body)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(given)
        self.sent += len(given)
        if len(given) < length:
            handler.close_connection = True

    def _give_chunked(self, handler: BaseHTTPRequestHandler, data: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(data), 1000):
            piece = data[start : start + 1000]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")


class Hub(Web):
    """The little that a client of the Hugging Face Hub asks of it, for one dataset, ``me/talk``; nothing is private."""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path, _, query = handler.path.partition("?")
        self.asked.append((path, -1))
        if path.startswith("/datasets/me/talk/resolve/main/"):
            data = self.files[path.partition("/main/")[2]]
            start, end = map(int, handler.headers["Range"].removeprefix("bytes=").split("-"))
            headers = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
            self._give(handler, 206, data[start : end + 1], headers)
        elif path.startswith("/api/datasets/me/talk/tree/main"):
            entries = self._entries(path.partition("/main")[2].strip("/"), "recursive=true" in query)
            self._give(handler, 200, json.dumps(entries).encode(), {"Content-Type": "application/json"})
        elif path.startswith("/api/datasets/me/talk"):
            about = {"id": "me/talk", "sha": "0" * 40, "siblings": [], "private": False, "tags": []}
            self._give(handler, 200, json.dumps(about).encode(), {"Content-Type": "application/json"})
        else:
            self._give(handler, 404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _entries(self, folder: str, deep: bool) -> list[dict[str, object]]:
        start = f"{folder}/" if folder else ""
        below = {name: data for name, data in self.files.items() if name.startswith(start)}
        files = [name for name in below if deep or "/" not in name.removeprefix(start)]
        folders = {start + name.removeprefix(start).split("/")[0] for name in below.keys() - set(files)}
        return [
            {"type": "file", "path": name, "size": len(below[name]), "oid": sha1(below[name]).hexdigest()}
            for name in files
        ] + [{"type": "directory", "path": name, "size": 0, "oid": "0" * 40} for name in sorted(folders)]
