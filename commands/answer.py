"""Waiting until an application answers."""

import ipaddress
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from commands.errors import CommandError

_PATIENCE_SECONDS = 60.0
"""Time that the pods of a restarted cluster may take to become ready."""
_NEW_ADDRESS_SECONDS = 300.0
"""Time that a new load balancer takes to be known to DNS and to find its targets healthy."""
_QUIET_SECONDS = 10.0
"""Time after which the waiting is announced."""
_ATTEMPT_SECONDS = 60.0
_PAUSE_SECONDS = 0.2
_LONG_PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class _Failure:
    """The outcome of a request without an answer below 500."""

    reason: str
    answered: bool = True


def patience_for(url: str, *, is_new: bool) -> float:
    """Return the seconds to wait for an answer; `is_new` says that the last update gave `url`."""
    return _NEW_ADDRESS_SECONDS if is_new and not _is_here(url) else _PATIENCE_SECONDS


def wait_for_answer(
    url: str, stack: str, patience: float = _PATIENCE_SECONDS, *, beside: Collection[str] = ()
) -> str | None:
    """Wait until `url` answers below 500; return None then.

    No proxy is asked for an address of this machine, nor for those of containers, `beside` it.

    After `patience` seconds without any answer from an address that is not on this machine,
    return the reason: a load balancer or DNS may take minutes, and not every address can be
    reached from here. Raises CommandError after that time for an address of this machine, and
    for one that answers, but with an error or not in HTTP.
    """
    start = time.monotonic()
    end, announcement = start + patience, start + _QUIET_SECONDS
    announced, proxied = False, _goes_through_a_proxy(url, beside)
    while failure := _ask(url, (end if announced else announcement) - time.monotonic(), proxied):
        now = time.monotonic()
        if now > end:
            break
        if not announced and now >= announcement:
            announced = True
            print(
                f"deployed; waiting up to {patience:g} s for {url} to answer "
                f"({failure.reason}); Ctrl-C ends only the waiting",
                flush=True,
            )
        time.sleep(_LONG_PAUSE_SECONDS if announced and not _is_here(url) else _PAUSE_SECONDS)
    if failure is None:
        return None
    if not failure.answered and not _is_here(url):
        return f"no answer within {patience:g} s: {failure.reason}"
    raise CommandError(
        f"deployed, but {url} does not answer within {patience:g} s: {failure.reason}",
        f"make status STACK={stack}",
    )


def _ask(url: str, seconds: float, proxied: bool) -> _Failure | None:
    """Send one request; return None if it is answered below 500."""
    try:
        with _opener(proxied).open(url, timeout=min(max(1.0, seconds), _ATTEMPT_SECONDS)):
            return None
    except urllib.error.HTTPError as error:
        error.close()
        if error.code < 500:
            return None
        if proxied:
            # A proxy answers so too for a name that does not resolve.
            return _Failure(f"HTTP {error.code}, perhaps from the proxy", answered=False)
        return _Failure(f"HTTP {error.code}")
    except OSError as error:
        return _Failure(str(getattr(error, "reason", error)), answered=False)
    except HTTPException as error:
        return _Failure(f"the answer is not HTTP: {str(error).strip()}")


def is_internal(url: str) -> bool:
    """Return whether `url` is of a Service, which only the cluster's own DNS resolves."""
    host = urllib.parse.urlsplit(url).hostname or ""
    return host.endswith((".svc", ".svc.cluster.local"))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Takes a redirect as an answer; its target may be another server."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener(proxied: bool) -> urllib.request.OpenerDirector:
    """Return a client, without any proxy unless the address is reached through one."""
    direct = [] if proxied else [urllib.request.ProxyHandler({})]
    return urllib.request.build_opener(_NoRedirects, *direct)


def _is_here(url: str) -> bool:
    host = (urllib.parse.urlsplit(url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _goes_through_a_proxy(url: str, beside: Collection[str]) -> bool:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in urllib.request.getproxies():
        return False
    is_own = _is_here(url) or parts.hostname in beside
    return not is_own and not urllib.request.proxy_bypass(parts.netloc)
