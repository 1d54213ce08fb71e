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


def wait_for_answer(url: str, stack: str, patience: float = _PATIENCE_SECONDS) -> str | None:
    """Wait until `url` answers below 500; return None then.

    After `patience` seconds without any answer from an address that is not on this machine,
    return the reason: a load balancer or DNS may take minutes, and not every address can be
    reached from here. Raises CommandError after that time for an address of this machine, and
    for one that answers, but with an error or not in HTTP.
    """
    end = time.monotonic() + patience
    opener = _opener(url)
    while True:
        answered = True
        try:
            with opener.open(url, timeout=max(1.0, end - time.monotonic())):
                return None
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                return None
            reason = f"HTTP {error.code}"
            if _goes_through_a_proxy(url):
                # A proxy answers so too for a name that does not resolve.
                answered, reason = False, f"{reason}, perhaps from the proxy"
        except OSError as error:
            answered, reason = False, str(getattr(error, "reason", error))
        except HTTPException as error:
            reason = f"the answer is not HTTP: {str(error).strip()}"
        if time.monotonic() > end:
            break
        time.sleep(_PAUSE_SECONDS)
    if not answered and not _is_here(url):
        return f"no answer within {patience:g} s: {reason}"
    raise CommandError(
        f"deployed, but {url} does not answer within {patience:g} s: {reason}",
        f"make status STACK={stack}",
    )


def is_internal(url: str) -> bool:
    """Return whether `url` is of a Service, which only the cluster's own DNS resolves."""
    host = urllib.parse.urlsplit(url).hostname or ""
    return host.endswith((".svc", ".svc.cluster.local"))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Takes a redirect as an answer; its target may be another server."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Return the client for `url`: without a proxy if it is on this machine."""
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if _is_here(url):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _is_here(url: str) -> bool:
    return urllib.parse.urlsplit(url).hostname in _THIS_MACHINE


def _goes_through_a_proxy(url: str) -> bool:
    parts = urllib.parse.urlsplit(url)
    proxied = parts.scheme in urllib.request.getproxies() and not _is_here(url)
    return proxied and not urllib.request.proxy_bypass(parts.netloc)
