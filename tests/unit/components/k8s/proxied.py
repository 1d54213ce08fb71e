"""Doubles of an API server behind a Unix socket, and of the `kubectl proxy` before it."""

import json
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """A request that the double was sent."""

    method: str
    path: str
    query: dict[str, str]
    content: str
    body: Any


@dataclass
class Server:
    """An API server that answers each request with the next answer, and a path without one with
    404."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict[str, Any])
    """Status and text by method and path, such as `GET /version`."""

    requests: list[Request] = field(default_factory=list[Request])

    def answer(self, request: str, body: Any, status: int = 200) -> None:
        """Answer a request with an object, or with a text."""
        self.answers[request] = status, body if isinstance(body, str) else json.dumps(body)

    def refuse(self, request: str, status: int, reason: str, message: str) -> None:
        """Answer a request as an API server refuses it."""
        self.answer(request, _status(status, reason, message), status)


def _status(code: int, reason: str, message: str) -> dict[str, Any]:
    known = {"kind": "Status", "apiVersion": "v1", "status": "Failure"}
    return {**known, "code": code, "reason": reason, "message": message}


class _Sockets(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def serving(path: Path) -> Generator[Server]:
    """Serve the double at a Unix socket."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def address_string(self) -> str:
            return "unix"

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            content = self.headers.get("Content-Type", "")
            body = json.loads(text) if text else None
            server.requests.append(Request(self.command, parts.path, query, content, body))
            missing = 404, json.dumps(_status(404, "NotFound", f"{parts.path} not found"))
            status, answer = server.answers.get(f"{self.command} {parts.path}", missing)
            sent = answer.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_PATCH = do_POST = do_DELETE = handle_any

    with _Sockets(str(path), Handler) as sockets:
        threading.Thread(target=sockets.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        sockets.shutdown()


FAKE_KUBECTL = """\
#!{python}
# Plays `kubectl --kubeconfig FILE proxy --unix-socket=PATH`: answers each request with the text of
# the kubeconfig as the version, and its own process id.
import json, os, pathlib, socketserver, stat, sys
from http.server import BaseHTTPRequestHandler

_, kubeconfig_option, kubeconfig, command, option = sys.argv
assert (kubeconfig_option, command) == ("--kubeconfig", "proxy"), sys.argv
assert stat.S_IMODE(os.stat(kubeconfig).st_mode) == 0o600
assert stat.S_IMODE(os.stat(os.path.dirname(kubeconfig)).st_mode) == 0o700
text = pathlib.Path(kubeconfig).read_text(encoding="utf-8")
with open({starts!r}, "a", encoding="utf-8") as starts:
    starts.write(f"{{os.getpid()}}\\n")
if text == "refused":
    sys.exit("error: no configuration has been provided")
if text == "silent":
    import time
    time.sleep(60)

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({{"gitVersion": text, "pid": os.getpid()}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "unix"

    def log_message(self, *arguments):
        pass

with socketserver.ThreadingUnixStreamServer(option.removeprefix("--unix-socket="), Handler) as s:
    s.serve_forever()
"""
