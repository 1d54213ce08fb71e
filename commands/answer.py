"""Waiting until an application answers."""

import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

from commands.errors import CommandError

_PATIENCE_SECONDS = 60.0
"""Time that the pods of a restarted cluster may take to become ready."""
_PAUSE_SECONDS = 0.2
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def wait_for_answer(url: str, stack: str, patience: float = _PATIENCE_SECONDS) -> None:
    """Wait until `url` answers below 500.  Raises CommandError after `patience` seconds."""
    end = time.monotonic() + patience
    opener = _opener(url)
    while True:
        try:
            with opener.open(url, timeout=max(1.0, end - time.monotonic())):
                return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                return
            reason = f"HTTP {error.code}"
        except OSError as error:
            reason = str(getattr(error, "reason", error))
        except HTTPException as error:
            reason = f"the answer is not HTTP: {str(error).strip()}"
        if time.monotonic() > end:
            raise CommandError(
                f"deployed, but {url} does not answer within {patience:g} s: {reason}",
                f"make status STACK={stack}",
            )
        time.sleep(_PAUSE_SECONDS)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Takes a redirect as an answer; its target may be another server."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Return the client for `url`: without a proxy if it is on this machine."""
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if urllib.parse.urlsplit(url).hostname in _THIS_MACHINE:
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)
