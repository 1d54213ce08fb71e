"""The Docker Engine's API through docker-py, imported only when a resource really changes.

docker-py has no types, so its objects are Any here and its errors become words here.
"""

import importlib
import os
import threading
from typing import Any

from standins.docker_plugin.docker_host import certificate_folder, uses_tls

_PULL_AND_PUSH_SECONDS = 3600


class DockerClient:
    """One connection to Docker at `address`, opened at its first use."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._api: Any = None

    @property
    def api(self) -> Any:
        """Return docker-py's low-level client for this engine."""
        with self._lock:
            if self._api is None:
                docker: Any = importlib.import_module("docker")
                self._api = docker.APIClient(
                    base_url=self.address,
                    version="auto",
                    timeout=_PULL_AND_PUSH_SECONDS,
                    tls=_tls(docker, self.address),
                )
            return self._api


def _tls(docker: Any, address: str) -> Any:
    if address.startswith("unix:") or not uses_tls():
        return False
    folder = certificate_folder()
    return docker.tls.TLSConfig(
        client_cert=(os.fspath(folder / "cert.pem"), os.fspath(folder / "key.pem")),
        ca_cert=os.fspath(folder / "ca.pem"),
        verify=True,
    )


def engine_errors() -> tuple[type[Exception], ...]:
    """Return what a call to Docker may raise: its answers, and a broken connection."""
    return (importlib.import_module("docker.errors").DockerException, OSError)


def is_not_found(error: Exception) -> bool:
    """Tell whether Docker said that the thing does not exist."""
    return getattr(error, "status_code", None) == 404


def in_words(error: Exception) -> str:
    """Return Docker's own message, without the HTTP around it."""
    return str(getattr(error, "explanation", None) or error)
