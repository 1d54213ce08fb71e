"""The platform of this machine's containers."""

import platform

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def this_platform() -> str:
    """Return the platform by its name in images, e.g. `linux/amd64`; containers run Linux."""
    machine = platform.machine()
    return f"linux/{_ARCHITECTURES.get(machine, machine)}"
