"""A control plane without nodes: etcd and kube-apiserver as processes of this machine."""

import contextlib
import http.client
import json
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from base64 import b64encode
from functools import cached_property
from pathlib import Path

from ...k8s.api import Api, ApiError
from ...machine.runner import ending_with_parent
from .programs import find

_START_SECONDS = 60.0
_PAUSE_SECONDS = 0.05
_REQUEST_SECONDS = 30.0
_TRIES = 3
_LOG_LINES = 15
_KEY_START = bytes.fromhex("3031020101042000")
_KEY_END = bytes.fromhex("a00a06082a8648ce3d030107")
"""A private key of the curve P-256 in the form of RFC 5915, around the last 31 bytes of its number,
which is so less than the order of the curve."""


class ControlPlaneFailed(Exception):
    """The control plane does not start; the message has the last lines of the log."""


class ControlPlane:
    """etcd and kube-apiserver on free local ports, with a folder of their own for all data.

    There are no nodes and no controllers. They end with `end`, and with this process (Linux).
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Start it, with the programs of `folder`, as `find` looks for them.

        Raises ProgramsMissing and ControlPlaneFailed.
        """
        self._programs = find(folder)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._token = secrets.token_urlsafe(24)
        started = time.monotonic()
        for number in range(_TRIES):
            self._folder = Path(tempfile.mkdtemp(prefix="slipway-api-server-"))
            try:
                self._start()
                break
            except ControlPlaneFailed as error:
                # Another process may have taken a port meanwhile.
                self.end()
                if "address already in use" not in str(error) or number + 1 == _TRIES:
                    raise
            except BaseException:
                self.end()
                raise
        self.seconds = time.monotonic() - started

    @property
    def url(self) -> str:
        """Address of the API server."""
        return f"https://127.0.0.1:{self._port}"

    @property
    def kubeconfig(self) -> str:
        """A kubeconfig of an administrator, e.g. for kubectl or a provider of Pulumi."""
        authority = b64encode((self._folder / "apiserver.crt").read_bytes()).decode()
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [
                    {
                        "name": "test",
                        "cluster": {"server": self.url, "certificate-authority-data": authority},
                    }
                ],
                "users": [{"name": "test", "user": {"token": self._token}}],
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
                "current-context": "test",
            }
        )

    @cached_property
    def api(self) -> Api:
        """Requests to it, as an administrator."""
        context = ssl.create_default_context(cafile=str(self._folder / "apiserver.crt"))

        def connect() -> http.client.HTTPConnection:
            return http.client.HTTPSConnection(
                "127.0.0.1", self._port, timeout=_REQUEST_SECONDS, context=context
            )

        return Api(connect, self._token)

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of etcd and kube-apiserver."""
        return tuple(each.pid for each in self._processes)

    def end(self) -> None:
        """End both processes, and remove their data."""
        while self._processes:
            process = self._processes.pop()
            process.kill()  # nothing of it is needed any more
            process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        self._port, etcd = _free_port(), f"http://127.0.0.1:{_free_port()}"
        self._run(
            "etcd",
            f"--data-dir={self._folder / 'etcd'}",
            f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}",
            "--listen-peer-urls=http://127.0.0.1:0",
            "--unsafe-no-fsync",
            "--log-level=error",
        )
        key = self._folder / "service-account.key"
        _write(key, _private_key())
        users = self._folder / "users.csv"
        _write(users, f'{self._token},test,test,"system:masters"\n')
        self._run(
            "kube-apiserver",
            f"--etcd-servers={etcd}",
            f"--secure-port={self._port}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--cert-dir={self._folder}",
            f"--token-auth-file={users}",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
        )
        self._wait()

    def _run(self, name: str, *options: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [*ending_with_parent("KILL"), str(self._programs[name]), *options],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for pytest, which ends it
                )
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            ended = [each for each in self._processes if each.poll() is not None]
            if ended or time.monotonic() > deadline:
                what = "ended" if ended else f"is not ready within {_START_SECONDS:.0f} s"
                raise ControlPlaneFailed(f"the control plane {what}:\n{self._last_lines()}")
            with contextlib.suppress(ApiError, OSError, ssl.SSLError):
                if self._is_ready():
                    return
            time.sleep(_PAUSE_SECONDS)

    def _is_ready(self) -> bool:
        if not (self._folder / "apiserver.crt").exists():
            return False  # it is made in the first moments
        return self.api.text("/readyz") == "ok"

    def _last_lines(self) -> str:
        lines: list[str] = []
        for log in sorted(self._folder.glob("*.log")):
            written = log.read_text(encoding="utf-8", errors="replace").splitlines()
            lines += [f"{log.stem}: {line}" for line in written[-_LOG_LINES:]]
        return "\n".join(lines)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def _private_key() -> str:
    """Return a key with which the API server signs tokens of service accounts, as PEM."""
    text = b64encode(_KEY_START + secrets.token_bytes(31) + _KEY_END).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}\n-----END EC PRIVATE KEY-----\n"


def _write(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
