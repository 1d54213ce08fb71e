"""Kernel limits that several nodes on one machine exhaust.

https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files
"""

from collections.abc import Callable

from toolchain.engine.machine import Machine
from toolchain.runner import Runner

_NEEDED = {"fs/inotify/max_user_instances": 512, "fs/inotify/max_user_watches": 524_288}


def raise_limits(runner: Runner, say: Callable[[str], None], machine: Machine) -> None:
    """Raise inotify limits that are too low, or say which command does it."""
    low = {name: value for name, value in _NEEDED.items() if _present(machine, name) < value}
    if not low:
        return
    prefix = machine.as_root(runner)
    for name, value in low.items():
        # Through /proc: not every small system has sysctl.
        write = ["sh", "-c", f"echo {value} > /proc/sys/{name}"]
        if prefix is None or runner.run([*prefix, *write], check=False).code != 0:
            key = name.replace("/", ".")
            say(f"{key} is lower than {value}, too low for several nodes; "
                f"raise it: sudo sysctl -w {key}={value}")  # fmt: skip


def _present(machine: Machine, name: str) -> int:
    try:
        return int((machine.root / "proc/sys" / name).read_text(encoding="utf-8"))
    except FileNotFoundError:  # not Linux: Docker runs in a machine of its own
        return _NEEDED[name]
