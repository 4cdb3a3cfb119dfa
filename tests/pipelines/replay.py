"""A server on this machine that answers as a script says: recorded shapes, and each way in which a reply goes wrong."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Reply:
    """One answer. `says_bytes` is the Content-Length it claims; with `resets` the connection breaks after the body."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    says_bytes: int | None = None
    resets: bool = False
    stalls_seconds: float = 0.0
    repeats_body: int = 1


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    at: float


class Replay:
    """Routes by path: a list of replies is given one after the other, and the last one again and again.

    What has no route is answered by `otherwise`, which gets the path, the query and the whole question.
    """

    def __init__(self) -> None:
        self.routes: dict[str, list[Reply]] = {}
        self.otherwise: Callable[[str, dict[str, list[str]], str], Reply] = lambda path, query, question: Reply(
            status=404
        )
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self.ports: set[int] = set()
        """The client's ends of the connections that were used."""
        self._now = 0
        self._lock = threading.Lock()
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                replay.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that went away is what many of these scripts want."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def on(self, path: str, *replies: Reply) -> None:
        """Script a path; a path with a query is looked up before the path alone."""
        self.routes[path] = list(replies)

    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [asked.path for asked in self.asked]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Give the next reply of the script."""
        parts = urlsplit(handler.path)
        with self._lock:
            self.asked.append(Asked(parts.path, parse_qs(parts.query), dict(handler.headers), time.monotonic()))
            self.ports.add(handler.client_address[1])
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            replies = self.routes.get(handler.path) or self.routes.get(parts.path) or []
            if replies:
                reply = replies.pop(0) if len(replies) > 1 else replies[0]
            else:
                reply = self.otherwise(parts.path, parse_qs(parts.query), handler.path)
        try:
            with suppress(ConnectionError):
                self._send(handler, reply)
        finally:
            with self._lock:
                self._now -= 1

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        etag = reply.headers.get("ETag")
        if etag is not None and handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.send_header("ETag", etag)
            handler.end_headers()
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.status != 204:
            length = len(reply.body) * reply.repeats_body if reply.says_bytes is None else reply.says_bytes
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        half = len(reply.body) // 2 if reply.stalls_seconds else 0
        handler.wfile.write(reply.body[:half])
        if reply.stalls_seconds:
            handler.wfile.flush()
            time.sleep(reply.stalls_seconds)
        for _ in range(reply.repeats_body):
            handler.wfile.write(reply.body[half:])
        if reply.resets:
            handler.wfile.flush()
            # A linger of no time turns the close into a reset.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            handler.connection.close()
        elif reply.says_bytes is not None:
            handler.close_connection = True


@contextmanager
def serving() -> Iterator[Replay]:
    """A server for the length of a test."""
    replay = Replay()
    thread = threading.Thread(target=replay.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield replay
    finally:
        replay.server.shutdown()
        replay.server.server_close()
        thread.join()
