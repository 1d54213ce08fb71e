"""Check of the proxies for programs that the user runs, which set-up cannot configure."""

import os
import re

from toolchain.doctor.finding import Finding
from toolchain.places import Checkout

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_EXCEPTIONS = "no_proxy"
_OWN = ("localhost", "127.0.0.1")


def own_addresses(_checkout: Checkout) -> list[Finding]:
    """Check that curl and others ask no proxy for this machine; Pulumi's programs do not."""
    if not any(map(_variable, _PROXIES)):
        return []
    entries = re.split(r"[,\s]+", _variable(_EXCEPTIONS))
    missing = [] if "*" in entries else [name for name in _OWN if name not in entries]
    if not missing:
        return [Finding("ok", "proxy", "NO_PROXY has this machine's own addresses")]
    detail = (
        f"NO_PROXY lacks {' and '.join(missing)}: curl, among others, asks the proxy for "
        "applications on this machine"
    )
    value = ",".join(filter(None, [*entries, *missing]))
    return [Finding("warn", "proxy", detail, f"export NO_PROXY={value} no_proxy={value}")]


def _variable(name: str) -> str:
    return os.environ.get(name) or os.environ.get(name.upper()) or ""
