"""The API of a cluster by HTTP, through a `kubectl proxy` that all requests of a process share.

kubectl knows every way to log in that a kubeconfig can name, and takes a tenth of a second to
start; a request through the proxy takes some milliseconds. The proxy listens on a Unix socket in a
folder of this user's alone.
https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/
"""

import atexit
import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import quote, urlencode

from ..machine.runner import CommandError, LocalError, ending_with_parent
from .objects import Manifest

_PREFIX = "slipway-proxy-"
_START_SECONDS = 15.0
_PAUSE_SECONDS = 0.02
_REQUEST_SECONDS = 15.0
_MISSING = 404
_FAILED = 400
_JSON = "application/json"
_APPLY = "application/apply-patch+yaml"


class ApiError(LocalError):
    """The API server refused a request, or nothing answered: `status` is 0 then.

    `reason` is the API's word for it, such as `Forbidden`; `message` its sentence.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Api:
    """Requests to the API server of one cluster, by paths such as `/api/v1/namespaces/shop/pods`.

    All methods raise ApiError.
    """

    def __init__(self, connect: Callable[[], http.client.HTTPConnection], token: str = "") -> None:
        self._connect = connect
        self._token = token

    @classmethod
    def of_proxy(cls, unix_socket: Path) -> Self:
        """Return the API behind a `kubectl proxy`."""
        return cls(lambda: _Connection(unix_socket))

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the object or list at the path."""
        return json.loads(self._ask("GET", path, query))

    def find(self, path: str) -> dict[str, Any] | None:
        """Return the object at the path; None if there is none."""
        try:
            return self.get(path)
        except ApiError as error:
            if error.status == _MISSING:
                return None
            raise

    def text(self, path: str, **query: str) -> str:
        """Return what is at the path as text, such as the log of a container."""
        return self._ask("GET", path, query).decode(errors="replace")

    def apply(
        self,
        manifest: Mapping[str, Any],
        manager: str,
        *,
        dry_run: bool = False,
        path: str | None = None,
        strict: bool = False,
    ) -> dict[str, Any]:
        """Apply the object server-side under a field manager, and return it as it is then.

        Fields of other managers are taken over. `path` is that of the object if it has no
        namespace or an unusual plural; with `strict`, unknown fields are refused.
        """
        query = {"fieldManager": manager, "force": "true", **_trial(dry_run)}
        if strict:
            query["fieldValidation"] = "Strict"
        path = path or path_of(manifest)
        return json.loads(self._ask("PATCH", path, query, manifest, _APPLY))

    def replace(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Put the object at the path, such as a subresource, and return it."""
        return json.loads(self._ask("PUT", path, {}, body, _JSON))

    def create(
        self, path: str, body: Mapping[str, Any], *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Create the object in the collection at the path, and return it."""
        return json.loads(self._ask("POST", path, _trial(dry_run), body, _JSON))

    def delete(self, path: str, options: Mapping[str, Any] | None = None) -> None:
        """Delete the object at the path; one that does not exist is no error.

        `options` are those of the API, e.g. `{"propagationPolicy": "Foreground"}`.
        """
        try:
            self._ask("DELETE", path, {}, options or {}, _JSON)
        except ApiError as error:
            if error.status != _MISSING:
                raise

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        content: str = _JSON,
    ) -> bytes:
        words = f"?{urlencode(query)}" if query else ""
        connection = self._connect()
        try:
            sent = None if body is None else json.dumps(body)
            headers = {} if body is None else {"Content-Type": content}
            if self._token:
                headers["Authorization"] = f"Bearer {self._token}"
            connection.request(method, quote(path) + words, sent, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(0, "Unreachable", f"the API server does not answer: {error}") from None
        finally:
            connection.close()
        if answer.status >= _FAILED:
            raise _refused(answer.status, text)
        return text


def api(kubeconfig: str) -> Api:
    """Return the API of the cluster that a kubeconfig leads to.

    The proxy runs until this process ends, and is started again if it was ended. Raises
    CommandError when it does not start.
    """
    with _LOCK:
        running = _PROXIES.get(kubeconfig)
        if running is None or running.process.poll() is not None:
            # The kernel ends it with the thread that started it: this one lives on.
            running = _PROXIES[kubeconfig] = _STARTER.submit(_start, kubeconfig).result()
        return running.api


def path_of(manifest: Mapping[str, Any]) -> str:
    """Return the path of a namespaced object."""
    metadata = manifest["metadata"]
    folder = collection(manifest["apiVersion"], manifest["kind"], metadata["namespace"])
    return f"{folder}/{metadata['name']}"


def collection(api_version: str, kind: str, namespace: str) -> str:
    """Return the path of all objects of a kind in a namespace."""
    root = "apis" if "/" in api_version else "api"
    return f"/{root}/{api_version}/namespaces/{namespace}/{_plural(kind.lower())}"


def _plural(word: str) -> str:
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"


def _trial(dry_run: bool) -> dict[str, str]:
    return {"dryRun": "All"} if dry_run else {}


class _Connection(http.client.HTTPConnection):
    """A connection by way of a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_REQUEST_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _refused(status: int, text: bytes) -> ApiError:
    answer: Any = None
    with contextlib.suppress(ValueError):
        answer = json.loads(text)
    if isinstance(answer, dict) and "message" in answer:
        known = cast("Manifest", answer)
        return ApiError(status, str(known.get("reason", "")), str(known["message"]))
    return ApiError(status, "", text.decode(errors="replace").strip() or f"HTTP {status}")


@dataclass(frozen=True)
class _Proxy:
    process: "subprocess.Popen[str]"
    api: Api


_LOCK = threading.Lock()
_STARTER = ThreadPoolExecutor(max_workers=1)
_PROXIES: dict[str, _Proxy] = {}


def _start(kubeconfig: str) -> _Proxy:
    _remove_dead()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    config, path = folder / "config", folder / "socket"
    config.touch(mode=0o600)
    config.write_text(kubeconfig, encoding="utf-8")
    command = ("kubectl", "--kubeconfig", str(config), "proxy", f"--unix-socket={path}")
    process = subprocess.Popen(
        [*ending_with_parent(), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C is for the program, which may still need the cluster
    )
    atexit.register(_end, process, folder)
    deadline = time.monotonic() + _START_SECONDS
    while not _listens(path):
        if process.poll() is not None or time.monotonic() > deadline:
            _end(process, folder)
            output = process.stderr.read() if process.stderr else ""
            raise CommandError("kubectl proxy", "did not start", output)
        time.sleep(_PAUSE_SECONDS)
    config.unlink()  # it was read, and may hold a key
    return _Proxy(process, Api.of_proxy(path))


def _remove_dead() -> None:
    """Remove the folders of proxies whose processes were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another process removes it too
            status = folder.lstat()
            is_old = time.time() - status.st_mtime > _START_SECONDS
            if status.st_uid == os.getuid() and is_old and not _listens(folder / "socket"):
                shutil.rmtree(folder, ignore_errors=True)


def _listens(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
            trial.connect(str(path))
    except OSError:
        return False
    return True


def _end(process: "subprocess.Popen[str]", folder: Path) -> None:
    process.terminate()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
