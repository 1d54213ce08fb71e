"""Facts about this machine that decide what may be installed and started."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from toolchain.runner import Runner

_SYSTEM_PROGRAMS = "/usr/sbin:/sbin"
_CAP_SYS_RESOURCE = 24  # its number in linux/capability.h


def find_program(name: str) -> str | None:
    """Return the path of a program, also if PATH lacks the folders of system programs."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_PROGRAMS}")


@dataclass(frozen=True)
class Machine:
    """This machine as set-up sees it: its root folder, the user's number, its programs."""

    root: Path = Path("/")
    user: int = field(default_factory=os.geteuid)
    find: Callable[[str], str | None] = find_program

    @property
    def runs_systemd(self) -> bool:
        """Return whether systemd is process 1 (sd_booted(3))."""
        return (self.root / "run/systemd/system").is_dir()

    @property
    def installs_debian_packages(self) -> bool:
        """Return whether this is Debian or derived from it."""
        return (self.root / "etc/debian_version").is_file() and self.find("apt-get") is not None

    @property
    def lacks_sys_resource(self) -> bool:
        """Return whether even root lacks CAP_SYS_RESOURCE, as in many containers."""
        for line in (self.root / "proc/self/status").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name == "CapBnd":
                return not int(value, 16) >> _CAP_SYS_RESOURCE & 1
        return False

    def as_root(self, runner: Runner) -> list[str] | None:
        """Return the prefix that runs a command as root; None if that is not allowed."""
        if self.user == 0:
            return []
        if self.find("sudo") and runner.run(["sudo", "-n", "true"], check=False).code == 0:
            return ["sudo", "-n"]
        return None
