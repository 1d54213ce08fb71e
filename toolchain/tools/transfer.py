"""Downloading a file, with further attempts where the network or the server fails."""

import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar

from toolchain.errors import Interrupted

_CHUNK_BYTES = 1 << 20
_SECONDS = 30.0
_PAUSES_SECONDS = (1.0, 4.0)
_SERVER_ERROR = 500

_T = TypeVar("_T")


class TransferError(Exception):
    """An error of the network or the server, as opposed to one of the disk.

    ``is_final`` is set for what another attempt does not change.
    """

    def __init__(self, reason: object, *, is_final: bool = False) -> None:
        super().__init__(str(reason))
        self.is_final = is_final


def fetch_text(url: str, ending: threading.Event) -> str:
    """Return the text at ``url``. Raises TransferError, and Interrupted once ``ending`` is set."""
    return _with_retries(url, ending, b"".join).decode(errors="replace")


def fetch(url: str, file: Path, ending: threading.Event) -> None:
    """Write what is at ``url`` to ``file``. Raises TransferError and Interrupted likewise."""

    def write(chunks: Iterator[bytes]) -> None:
        with file.open("wb") as output:
            for chunk in chunks:
                output.write(chunk)

    _with_retries(url, ending, write)


def _with_retries(url: str, ending: threading.Event, use: Callable[[Iterator[bytes]], _T]) -> _T:
    pauses = list(_PAUSES_SECONDS)
    while True:
        try:
            return use(_chunks(url, ending))
        except TransferError as broken:
            if broken.is_final or not pauses:
                raise
        if ending.wait(pauses.pop(0)):
            raise Interrupted


def _chunks(url: str, ending: threading.Event) -> Iterator[bytes]:
    """Yield a file in parts; one that ends before its length is an error, too."""
    received = 0
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:
            expected = response.headers.get("Content-Length")
            while chunk := response.read(_CHUNK_BYTES):
                if ending.is_set():
                    raise Interrupted
                received += len(chunk)
                yield chunk
    except urllib.error.HTTPError as error:
        error.close()
        raise TransferError(error, is_final=error.code < _SERVER_ERROR) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise TransferError(
            error, is_final=isinstance(reason, ssl.SSLCertVerificationError)
        ) from error
    if expected is not None and received != int(expected):
        raise TransferError(f"it broke off after {received} of {expected} bytes")
