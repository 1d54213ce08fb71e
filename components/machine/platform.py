"""The platform of this machine's containers."""

import platform

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def this_platform() -> str:
    """The platform by the name that images use, e.g. `linux/amd64`; containers run Linux."""
    found = platform.machine()
    return f"linux/{_ARCHITECTURES.get(found, found)}"
