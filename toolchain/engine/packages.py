"""Installing Debian packages that the machine lacks."""

from collections.abc import Callable, Sequence

from toolchain.engine.machine import Machine
from toolchain.errors import ToolchainError
from toolchain.runner import Runner

# Another apt may be at work, for example the one that updates the system by itself.
_LOCK_SECONDS = 120


def ensure(
    runner: Runner,
    say: Callable[[str], None],
    names: Sequence[str],
    *,
    machine: Machine | None = None,
) -> None:
    """Install those of the packages that are missing, as root or through passwordless sudo.

    Raises ToolchainError with the command to type when neither is allowed or this is not
    Debian or derived from it.
    """
    machine = machine or Machine()
    if not machine.installs_debian_packages:
        raise ToolchainError(
            f"{', '.join(names)} must be installed, and this is not Debian or Ubuntu",
            f"install {', '.join(names)} with this system's own means, then run `make setup` again",
        )
    missing = [name for name in names if not _installed(runner, name)]
    if not missing:
        return
    prefix = machine.as_root(runner)
    if prefix is None:
        raise ToolchainError(
            f"{', '.join(missing)} must be installed, which needs root or passwordless sudo",
            f"sudo apt-get update && sudo apt-get install {' '.join(missing)}",
        )
    say(f"installing Debian's {', '.join(missing)}")
    apt = [
        *prefix, "env", "DEBIAN_FRONTEND=noninteractive",
        "apt-get", "--yes", "--option", f"DPkg::Lock::Timeout={_LOCK_SECONDS}",
    ]  # fmt: skip
    install = [*apt, "install", "--no-install-recommends", *missing]
    if runner.run(install, check=False).code == 0:
        return
    # The package lists are missing or name versions that are no longer served.
    purpose = f"while installing {', '.join(missing)}"
    fix = f"sudo apt-get update && sudo apt-get install {' '.join(missing)}"
    runner.run([*apt, "update"], purpose=purpose, fix=fix)
    runner.run(install, purpose=purpose, fix=fix)


def _installed(runner: Runner, name: str) -> bool:
    status = runner.run(["dpkg-query", "--show", "--showformat=${Status}", name], check=False)
    return status.code == 0 and status.text.endswith(" installed")
