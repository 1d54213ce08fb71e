"""The controllers of cgroup v1, each of which containers must have a place of their own in.

Where systemd runs, it mounts them all. A small system may mount only some: then Docker knows
nothing of the others, the first node with a systemd in it mounts them for the whole machine, and
all nodes share that mount. Their kubelets take each other's pods for orphans and try to remove
their cgroups several times a second, the more the more nodes there are.

https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html
"""

from collections.abc import Callable

from toolchain.engine.machine import Machine
from toolchain.runner import Runner

_JOINED = (("net_cls", "net_prio"),)
"""Controllers that systemd mounts together, and expects so."""


def mount_controllers(runner: Runner, say: Callable[[str], None], machine: Machine) -> None:
    """Mount the controllers that are not, or say which command does it."""
    missing = _missing(machine)
    if not missing:
        return
    prefix = machine.as_root(runner)
    for names in missing:
        folder = f"/sys/fs/cgroup/{names}"
        script = f"mkdir -p {folder} && mount -t cgroup -o {names} cgroup {folder}"
        if prefix is None or runner.run([*prefix, "sh", "-c", script], check=False).code != 0:
            say(f"the cgroup controller {names} is not mounted, and nodes will disturb each other; "
                f"mount it: sudo sh -c '{script}'")  # fmt: skip


def _missing(machine: Machine) -> list[str]:
    """The controllers that are not mounted where cgroup v1 is in use, joined as in `_JOINED`."""
    try:
        mounts = (machine.root / "proc/mounts").read_text(encoding="utf-8").splitlines()
        table = (machine.root / "proc/cgroups").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:  # not Linux: Docker runs in a machine of its own
        return []
    mounted = {
        option
        for mount in mounts
        if (fields := mount.split())[2] == "cgroup"
        for option in fields[3].split(",")
    }
    if "memory" not in mounted:  # cgroup v2, which has one place for all
        return []
    rows = [line.split() for line in table if not line.startswith("#")]
    left = [name for name, *_, enabled in rows if enabled == "1" and name not in mounted]
    joined = [names for names in _JOINED if set(names) <= set(left)]
    alone = [name for name in left if not any(name in names for names in joined)]
    return [*alone, *(",".join(names) for names in joined)]
