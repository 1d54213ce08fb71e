"""Finding the Docker Engine and checking that it answers."""

import http.client
import os
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from standins.docker_plugin.errors import PluginError

PING_SECONDS = 1.5
_DEFAULT = "unix:///var/run/docker.sock"


def find_engine(configured: str | None) -> str:
    """Return the address of the Docker Engine that answers.

    Inputs: the provider's `host` setting. Without one DOCKER_HOST counts, and without that the
    default socket: as the vendor's, it does not read Docker's current context, so that a machine
    on which the vendor's finds no engine is one for this, too. Bounded by 1.5 s.
    Raises PluginError with the address and why it does not answer.
    """
    address = configured or os.environ.get("DOCKER_HOST") or _DEFAULT
    try:
        ping(address, time.monotonic() + PING_SECONDS)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise PluginError(
            f"cannot reach the Docker Engine at {address}: {_reason(error)}."
            " Run `make doctor` to see what is missing"
        ) from None
    return address


def ping(address: str, deadline: float) -> None:
    """Ask Docker for a sign of life until `deadline` (of time.monotonic).

    Raises OSError, HTTPException or ValueError (an address of a kind that is not served).
    """
    connect = _connector(address, deadline)
    with connect() as connection:
        connection.settimeout(_left(deadline))
        connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        if response.status != http.client.OK:
            raise OSError(f"it answers with status {response.status} {response.reason}")


def _connector(address: str, deadline: float) -> Callable[[], socket.socket]:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return lambda: _unix(parts.path, deadline)
    if parts.scheme in ("tcp", "http", "https") and parts.hostname:
        host, secure = parts.hostname, parts.scheme == "https" or uses_tls()
        port = parts.port or (2376 if secure else 2375)
        return lambda: _tcp(host, port, deadline, secure=secure)
    raise ValueError(
        "this stand-in reaches engines at unix:// and tcp:// addresses only;"
        " forward a remote engine's socket to this machine"
    )


def _unix(path: str, deadline: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_left(deadline))
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _tcp(host: str, port: int, deadline: float, *, secure: bool) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=_left(deadline))
    if not secure:
        return connection
    folder = certificate_folder()
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context.wrap_socket(connection, server_hostname=host)


def uses_tls() -> bool:
    """Tell whether the user's environment asks for TLS towards a tcp:// engine."""
    return bool(os.environ.get("DOCKER_TLS_VERIFY"))


def certificate_folder() -> Path:
    """Return the folder with ca.pem, cert.pem and key.pem, as Docker's client finds it."""
    return Path(os.environ.get("DOCKER_CERT_PATH") or Path.home() / ".docker")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {PING_SECONDS} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
