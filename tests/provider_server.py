"""A provider on loopback for the tests: real HTTP, the paths and answers of OpenAI's API, and faults on demand.

    with ProviderServer() as server:
        client = OpenAI(base_url=server.url, api_key=server.key)

Requests are checked as ``provider_checks`` tells; what they bring about is kept in ``server.world``. Every request is
remembered in ``server.requests``. ``server.fail(…)`` makes the next fitting requests go wrong. Paths are those of
OpenAI (``/v1/files``) and of Azure (``/openai/files``, ``/openai/deployments/NAME/chat/completions``).
"""

import contextlib
import json
import re
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from provider_checks import Refused
from provider_routes import ROUTES
from provider_world import World

FAULTS = ("status", "reset", "lost", "cut", "page")
CHUNK = 1 << 14


@dataclass
class Fault:
    """What goes wrong: an answer with a ``status``; the connection ``reset`` while the request comes in; the answer
    ``lost`` after the request was carried out, or ``cut`` in its middle; or a web ``page`` for an answer.
    """

    kind: str
    method: str
    path: str
    times: int = 1
    status: int = 500
    message: str = "The server had an error while processing your request."
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    skip: int = 0
    """How many fitting requests are let through first."""


@dataclass(frozen=True)
class Request:
    """One request as it came; ``body`` is its JSON, or the fields of its form with the size of each."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any


class ProviderServer:
    """The server, in a thread of its own. ``key`` is the only key that it accepts."""

    def __init__(self, key: str = "test-key-for-loopback") -> None:
        self.key = key
        self.world = World()
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.url = f"{self.root}/v1"

    def __enter__(self) -> "ProviderServer":
        # A short interval, so that leaving does not wait half a second.
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *told: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fail(self, kind: str, method: str, path: str, **more: Any) -> None:
        """Let the next requests go wrong whose path (without /v1) has this pattern in it."""
        assert kind in FAULTS
        self.faults.append(Fault(kind, method, path, **more))

    def sent(self, method: str, path: str) -> list[Request]:
        """The requests with this method whose path fits the pattern as a whole."""
        return [one for one in self.requests if one.method == method and re.fullmatch(path, one.path)]

    def fault_for(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, used up once."""
        with self.lock:
            for fault in self.faults:
                if fault.method == method and re.search(fault.path, path):
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    fault.times -= 1
                    if not fault.times:
                        self.faults.remove(fault)
                    return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    """One connection; it stays open for more requests."""

    owner: ProviderServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        parts = urlsplit(self.path)
        path = re.sub(r"^/(v1|openai)(?=/)", "", unquote(parts.path))
        fault = self.owner.fault_for(method, path)
        if fault is not None and fault.kind == "reset":
            self.rfile.read(min(int(self.headers.get("Content-Length") or 0) // 2, CHUNK))
            self._reset()
            return
        raw = self._body()
        query = dict(parse_qsl(parts.query))
        body, form = self._understood(raw)
        self.owner.requests.append(Request(method, path, query, body))
        if fault is not None and fault.kind == "page":
            self._send(b"<!doctype html><title>Welcome</title>", kind="text/html")
            return
        if fault is not None and fault.kind == "status":
            self._refuse(Refused(fault.message, code=fault.code, status=fault.status), fault.headers)
            return
        try:
            with self.owner.lock:
                self._allowed()
                found = self._carry_out(method, path, query, body, form)
        except Refused as refused:
            self._refuse(refused)
            return
        if fault is not None and fault.kind == "lost":
            self._reset()
            return
        self._answer(found, cut=fault is not None)

    def _allowed(self) -> None:
        given = self.headers.get("api-key") or (self.headers.get("Authorization") or "").removeprefix(
            "Bearer "
        )
        if given != self.owner.key:
            raise Refused(f"Incorrect API key provided: {given}.", code="invalid_api_key", status=401)

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            pieces = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _understood(self, raw: bytes) -> tuple[Any, dict[str, tuple[str | None, bytes]]]:
        """The body as JSON, or the fields of a form: each with its file name and content."""
        kind = self.headers.get("Content-Type") or ""
        if kind.startswith("multipart/form-data"):
            form = _form(raw, kind)
            told = {name: len(data) if file else data.decode() for name, (file, data) in form.items()}
            return told, form
        return (json.loads(raw) if raw else None), {}

    def _carry_out(self, method: str, path: str, query: dict[str, str], body: Any, form: Any) -> Any:
        world = self.owner.world
        for wanted, pattern, act in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and wanted == method:
                return act(world, match.groups(), query, form if form else body)
        raise Refused(f"Invalid URL ({method} {path})", status=404)

    def _refuse(self, refused: Refused, headers: Mapping[str, str] | None = None) -> None:
        kind = "server_error" if refused.status >= 500 else "invalid_request_error"
        error = {"message": refused.message, "type": kind, "param": refused.param, "code": refused.code}
        self._send(json.dumps({"error": error}).encode(), status=refused.status, headers=headers)

    def _answer(self, found: Any, *, cut: bool) -> None:
        if isinstance(found, list):
            events = [f"data: {json.dumps(one)}\n\n" for one in found]
            text = "".join(events[: max(1, len(events) // 2)] if cut else [*events, "data: [DONE]\n\n"])
            self._send(text.encode(), kind="text/event-stream")
        elif isinstance(found, bytes):
            self._send(found, kind="application/octet-stream", cut=cut)
        else:
            self._send(json.dumps(found).encode(), cut=cut)

    def _send(
        self,
        data: bytes,
        *,
        status: int = 200,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
        cut: bool = False,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        if cut:
            self._reset()

    def _reset(self) -> None:
        """Break the connection off, as a failing network does, without a farewell."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _form(raw: bytes, kind: str) -> dict[str, tuple[str | None, bytes]]:
    boundary = re.search(r'boundary="?([^";]+)', kind)[1].encode()  # type: ignore[index]
    found = {}
    for part in raw.split(b"--" + boundary)[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        name = re.search(rb'[ ;]name="([^"]*)"', head)[1].decode()  # type: ignore[index]
        file = re.search(rb'filename="([^"]*)"', head)
        found[name] = (file[1].decode() if file else None, data.removesuffix(b"\r\n"))
    return found
