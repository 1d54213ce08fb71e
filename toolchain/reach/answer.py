"""A host's answer: present, absent, or neither, where something on the way failed."""

import socket
import ssl
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Literal
from urllib.parse import urlsplit

State = Literal["present", "absent", "unknown"]

# A registry that requires a login answers with it.
_LOGIN_REQUIRED = 401
_PRESENT_BELOW = 400
_SERVER_ERROR = 500
# Request Timeout and Too Many Requests are about now, not about what is there.
_TEMPORARY = {408, 429}
_OF_A_PROXY = 407


@dataclass(frozen=True)
class Answer:
    """The state of a source, with the reason in words.

    ``is_repeatable`` is set for a failure that another attempt may not meet again.
    """

    state: State
    reason: str
    is_repeatable: bool = False


def ask(url: str, seconds: float) -> Answer:
    """Send a HEAD request to ``url``; each of its steps may take ``seconds``.

    A certificate that is not trusted, a failing proxy, silence and an error of the server are no
    absence: a look at the same host from elsewhere, or later, can find it.
    """
    request = urllib.request.Request(url, method="HEAD")
    try:
        # An opener of its own: the common one keeps the proxies of its first use.
        with urllib.request.build_opener().open(request, timeout=seconds) as response:
            return _of_status(response.status, url)
    except urllib.error.HTTPError as error:
        error.close()
        return _of_status(error.code, url)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        return _of_failure(reason if isinstance(reason, Exception) else error, url, seconds)


def _of_status(status: int, url: str) -> Answer:
    text = f"HTTP status {status}"
    if status < _PRESENT_BELOW or status == _LOGIN_REQUIRED:
        return Answer("present", text)
    if status >= _SERVER_ERROR or status in _TEMPORARY:
        return Answer("unknown", text, is_repeatable=True)
    # A proxy answers for the host where the connection is not encrypted.
    proxy = _proxy(url) if urlsplit(url).scheme == "http" else None
    if proxy or status == _OF_A_PROXY:
        return Answer("unknown", f"{text} from the proxy {proxy or ''}".rstrip())
    return Answer("absent", text)


def _of_failure(error: Exception, url: str, seconds: float) -> Answer:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Answer("unknown", f"certificate verify failed: {error.verify_message}")
    if isinstance(error, TimeoutError):
        return Answer("unknown", f"no answer within {seconds:g} s", is_repeatable=True)
    if proxy := _proxy(url):
        return Answer("unknown", f"the proxy {proxy}: {_words(error)}", is_repeatable=True)
    if isinstance(error, ConnectionRefusedError):
        return Answer("absent", "connection refused")
    if isinstance(error, socket.gaierror):
        if _is_unknown_name(error):
            return Answer("absent", "this name does not exist")
        return Answer("unknown", f"its name cannot be looked up: {_words(error)}", True)
    return Answer("unknown", _words(error), is_repeatable=True)


def _is_unknown_name(error: socket.gaierror) -> bool:
    """Return whether the name is certain not to exist.

    macOS reports the same where it has no network at all.
    """
    return error.errno == socket.EAI_NONAME and sys.platform != "darwin"


def _proxy(url: str) -> str | None:
    """Return the proxy for ``url``, without a login, if the environment or system names one."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return None
    return proxy.rpartition("@")[2] if "@" in proxy else proxy


def _words(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text or type(error).__name__
