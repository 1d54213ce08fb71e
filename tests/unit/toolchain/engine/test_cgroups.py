"""Belongs here: which controllers of cgroup v1 are mounted before nodes run."""

from pathlib import Path

import pytest

from tests.unit.toolchain.engine.runners import FakeRunner
from toolchain.engine.cgroups import mount_controllers
from toolchain.engine.machine import Machine
from toolchain.runner import Output

_TABLE = """\
#subsys_name\thierarchy\tnum_cgroups\tenabled
memory\t4\t1\t1
net_cls\t0\t1\t1
perf_event\t0\t1\t1
net_prio\t0\t1\t1
debug\t0\t1\t0
"""
_MEMORY = "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\n"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with cgroup v1, of which only memory is mounted."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cgroups").write_text(_TABLE)
    (tmp_path / "proc/mounts").write_text("proc /proc proc rw 0 0\n" + _MEMORY)
    return Machine(root=tmp_path, user=0)


def test_controllers_that_are_not_mounted_are_mounted_as_systemd_would(machine: Machine) -> None:
    runner = FakeRunner()

    mount_controllers(runner, pytest.fail, machine)

    mounts = [line.partition("&& ")[2] for line in runner.lines]
    assert mounts == [
        "mount -t cgroup -o perf_event cgroup /sys/fs/cgroup/perf_event",
        "mount -t cgroup -o net_cls,net_prio cgroup /sys/fs/cgroup/net_cls,net_prio",
    ], "one that is disabled in the kernel is left alone"


@pytest.mark.parametrize("case", ["all mounted", "cgroup v2", "not Linux"])
def test_elsewhere_nothing_is_mounted(machine: Machine, case: str) -> None:
    mounts = machine.root / "proc/mounts"
    if case == "all mounted":
        mounts.write_text(
            f"{_MEMORY}x /y cgroup rw,net_cls,net_prio 0 0\nx /z cgroup perf_event 0 0\n"
        )
    elif case == "cgroup v2":
        mounts.write_text("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")
    else:
        mounts.unlink()
    runner = FakeRunner()

    mount_controllers(runner, pytest.fail, machine)

    assert not runner.lines


def test_what_may_not_be_mounted_is_said_with_the_command(machine: Machine) -> None:
    said: list[str] = []

    mount_controllers(FakeRunner({"perf_event": Output(1, "denied")}), said.append, machine)

    (line,) = said
    assert "perf_event is not mounted" in line and "sudo sh -c 'mkdir -p" in line
