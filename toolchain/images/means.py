"""The means to make images: Debian's mmdebstrap, on Linux."""

from toolchain.engine.machine import Machine
from toolchain.errors import ToolchainError
from toolchain.places import this_platform
from toolchain.reach import Choice

PROGRAM = "mmdebstrap"


def require_means(
    choice: Choice, *, machine: Machine | None = None, system: str | None = None
) -> None:
    """Raise ToolchainError on a system that cannot make images; ``choice`` has the reason to.

    The message names the ways to images that are pulled.
    """
    machine, system = machine or Machine(), system or this_platform().system
    if system == "linux" and (machine.installs_debian_packages or machine.find(PROGRAM)):
        return
    lacking = "this is not Linux" if system != "linux" else "this is not Debian or Ubuntu"
    raise ToolchainError(
        f"images are to be made here, {choice.reason}; that takes {PROGRAM}, and {lacking}",
        "let Docker pull them: give it a registry mirror (registry-mirrors in its daemon.json), "
        "its proxy, your company's certificate or a login (docker login), then run `make setup` "
        "again; SLIPWAY_IMAGES=pull make setup does not ask first",
    )
