"""Places of set-up: the checkout, the cache, and the platform they are for."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.errors import ToolchainError

_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Checkout:
    """The folders of one checkout, as set-up fills them.

    ``root`` holds the package `toolchain`; `commands.checkout.Checkout` is what the commands read.
    """

    root: Path

    @property
    def toolchain(self) -> Path:
        """This package's folder."""
        return self.root / "toolchain"

    @property
    def standins(self) -> Path:
        """The stand-ins for the vendor's plugins that cannot be downloaded."""
        return self.root / "standins"

    @property
    def requirements(self) -> Path:
        """The pinned and hashed Python packages."""
        return self.root / "requirements.lock"

    @property
    def venv(self) -> Path:
        """The Python environment; its bin folder also holds pulumi, kind and kubectl."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.venv / "bin" / "python"

    @property
    def private(self) -> Path:
        """Files of this checkout alone, ignored by Git."""
        return self.root / ".slipway"

    @property
    def home(self) -> Path:
        """PULUMI_HOME."""
        return self.private / "pulumi"

    @property
    def state(self) -> Path:
        """The file backend of Pulumi."""
        return self.private / "state"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase that encrypts the stacks' secrets."""
        return self.private / "passphrase"

    @property
    def launchers(self) -> Path:
        """The language host and its helpers, for a PATH on which Pulumi would find others."""
        return self.private / "bin"

    @property
    def tracked_plugins(self) -> Path:
        """Links to the plugins that set-up chose; those in the plugin folder lead through it."""
        return self.private / "plugins"

    @property
    def stamp(self) -> Path:
        """Result of the last complete set-up."""
        return self.private / "setup.json"


@dataclass(frozen=True)
class Platform:
    """An operating system and processor as Go names them."""

    system: str
    machine: str

    def __str__(self) -> str:
        return f"{self.system}-{self.machine}"


def this_platform() -> Platform:
    """Return the current platform. Raises ToolchainError if no tool is made for it."""
    system, machine = platform.system().lower(), platform.machine().lower()
    if system not in ("linux", "darwin") or machine not in _MACHINES:
        raise ToolchainError(
            f"there are no tools for {system} on {machine}",
            "use Linux or macOS on amd64 or arm64 (Windows: inside WSL 2)",
        )
    return Platform(system, _MACHINES[machine])


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for results that checkouts share; SLIPWAY_CACHE names another one."""
    if named := environment.get("SLIPWAY_CACHE"):
        return Path(named).expanduser().absolute()
    if xdg := environment.get("XDG_CACHE_HOME"):
        return Path(xdg) / "slipway"
    return Path.home() / ".cache" / "slipway"
