"""Options of the container networks that are made here: those of Docker's default one.

Docker copies none of them: on machines whose network has a smaller MTU (OpenStack, VPNs), large
packets of a network with the usual one would be lost, and TLS hang.
"""

import hashlib
import ipaddress

from .docker import inspect
from .runner import Runner

_MTU = "com.docker.network.driver.mtu"
_MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade"
_UNIQUE_LOCAL = b"\xfd"


def bridge_options(runner: Runner, name: str) -> list[str]:
    """Return the options of `docker network create` for a network, as kind has them for its own.

    The MTU is that of the default bridge, and the network has IPv6 where that has it, too: with a
    range of the network's name, as Docker before version 27 chooses none.
    """
    bridge = inspect(runner, "network", "bridge") or {}
    options = [f"--opt={_MASQUERADE}=true"]
    settings: dict[str, str] = bridge.get("Options") or {}
    if _MTU in settings:
        options.append(f"--opt={_MTU}={settings[_MTU]}")
    if bridge.get("EnableIPv6"):
        options += ["--ipv6", f"--subnet={_ipv6_range(name)}"]
    return options


def _ipv6_range(name: str) -> ipaddress.IPv6Network:
    """Return a /64 of unique local addresses (RFC 4193) that is the same for the same name."""
    prefix = _UNIQUE_LOCAL + hashlib.sha256(name.encode()).digest()[:7]
    return ipaddress.IPv6Network((int.from_bytes(prefix.ljust(16, b"\0")), 64))
