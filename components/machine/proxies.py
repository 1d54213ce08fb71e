"""The proxies of this machine's network, which are never asked for addresses of its own.

Programs in Go leave `localhost` and loopback addresses alone; Python and curl do not, and none of
them knows the addresses of containers. NO_PROXY has many forms, which
https://pkg.go.dev/golang.org/x/net/http/httpproxy describes for Go; a list with commas and without
spaces is understood by all.
"""

import ipaddress
import os
import re
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from . import docker_proxies

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names and addresses of this machine, as NO_PROXY has them."""

_IN_CLUSTERS = (".svc", ".cluster.local")
_EVERYTHING = "*"


def is_loopback(host: str | None) -> bool:
    """Return whether a host, by name or address, is this machine."""
    name = (host or "").lower().rstrip(".")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def opener(url: str, *handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """Return the client for a URL: without a proxy if it is of this machine."""
    direct = [urllib.request.ProxyHandler({})] if is_loopback(urlsplit(url).hostname) else []
    return urllib.request.build_opener(*direct, *handlers)


def is_proxied(url: str, environment: Mapping[str, str] | None = None) -> bool:
    """Return whether programs in Go, such as kubectl, ask a proxy for a URL."""
    variables = os.environ if environment is None else environment
    parts = urlsplit(url)
    if not _variable(variables, f"{parts.scheme}_proxy") or is_loopback(parts.hostname):
        return False
    return not _is_excepted(parts.hostname or "", _entries(_variable(variables, "no_proxy")))


def with_exceptions(own: Callable[[], Sequence[str]]) -> dict[str, str]:
    """Return NO_PROXY for programs of this machine, completed with `own` names and ranges.

    Nothing where no proxy is set, or where all are turned off.
    """
    proxies = [_variable(os.environ, f"{scheme}_proxy") for scheme in ("http", "https")]
    excepted = _entries(_upper(os.environ)["NO_PROXY"])
    if not any(proxies) or _EVERYTHING in excepted:
        return {}
    return dict.fromkeys(("NO_PROXY", "no_proxy"), _joined(excepted, own()))


@dataclass(frozen=True)
class ContainerProxies:
    """Proxies for containers on this machine, and what is not asked of them."""

    http: str = ""
    https: str = ""
    excepted: tuple[str, ...] = ()

    @classmethod
    def current(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Return the proxies of the environment, else those of Docker's own configuration.

        A proxy on this machine's loopback address cannot be reached from a container, and is left
        out. A NO_PROXY of `*` turns all off.
        """
        variables = os.environ if environment is None else environment
        for source in (_upper(variables), docker_proxies.read(variables)):
            http, https = (_reachable(source[name]) for name in ("HTTP_PROXY", "HTTPS_PROXY"))
            if (http or https) and _EVERYTHING not in (excepted := _entries(source["NO_PROXY"])):
                return cls(http, https, tuple(excepted))
        return cls()

    def __bool__(self) -> bool:
        return bool(self.http or self.https)

    def variables(self, own: Sequence[str]) -> dict[str, str]:
        """Return the environment variables for a program that hands them on to containers.

        `own` are names and ranges of addresses that the containers reach without a proxy. Empty
        variables take the place of those that containers shall not have.
        """
        values = {"HTTP_PROXY": self.http, "HTTPS_PROXY": self.https}
        values["NO_PROXY"] = _joined(self.excepted, own) if self else ""
        return {**values, **{name.lower(): value for name, value in values.items()}}


def _joined(excepted: Sequence[str], own: Sequence[str]) -> str:
    """Return a value of NO_PROXY: the user's entries, and then those of this machine."""
    return ",".join(dict.fromkeys((*excepted, *LOOPBACK, *own, *_IN_CLUSTERS)))


def _variable(variables: Mapping[str, str], name: str) -> str:
    """Return a variable, whose lower-case form comes first in Go."""
    return variables.get(name.lower()) or variables.get(name.upper()) or ""


def _upper(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables under their upper-case names; exceptions of both forms together."""
    values = {
        name: variables.get(name) or variables.get(name.lower()) or ""
        for name in docker_proxies.KEYS
    }
    both = (variables.get("NO_PROXY", ""), variables.get("no_proxy", ""))
    return {**values, "NO_PROXY": ",".join(both)}


def _reachable(proxy: str) -> str:
    """Return a proxy that containers reach; empty for one on a loopback address."""
    return "" if is_loopback(urlsplit(_with_scheme(proxy)).hostname) else proxy


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _entries(no_proxy: str) -> list[str]:
    """Return the entries of a NO_PROXY, which may be separated by spaces too."""
    return [entry for entry in re.split(r"[,;\s]+", no_proxy) if entry]


def _is_excepted(host: str, entries: Sequence[str]) -> bool:
    return any(_matches(host, form) for entry in entries for form in _forms(entry))


def _forms(entry: str) -> Iterator[str]:
    """Yield an entry, and the same without a port."""
    yield entry
    if entry.count(":") == 1:
        yield entry.partition(":")[0]


def _matches(host: str, entry: str) -> bool:
    if entry == _EVERYTHING:
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        domain = entry.lower().lstrip("*").lstrip(".")
        return host.lower() == domain or host.lower().endswith(f".{domain}")
