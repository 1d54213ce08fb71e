"""Whether the machine has room for nodes."""

import pytest

from components.kind.capacity import Room, room, shortage
from tests.unit.components.doubles.machine import Machine

_GIB = 1 << 30


def test_the_room_is_what_the_machine_and_the_folder_of_docker_have_free(machine: Machine) -> None:
    machine.memory, machine.disk = 3 * _GIB, 7 * _GIB

    assert room(machine.runner()) == Room(3 * _GIB, 7 * _GIB)
    assert machine.ran("df")[0].endswith("/var/lib/docker")


def test_of_docker_on_another_machine_nothing_is_guessed(machine: Machine) -> None:
    machine.engine.memory = 2 * _GIB

    assert room(machine.runner()) == Room(None, None)


@pytest.mark.parametrize("command", ["cat /proc/meminfo", "df", "docker info"])
def test_what_cannot_be_read_refuses_nothing(machine: Machine, command: str) -> None:
    machine.broken[command] = "not on this system"

    assert room(machine.runner()) == Room(None, None)
    assert shortage(room(machine.runner()), 5, 20) is None


def test_nodes_that_fit_are_not_refused() -> None:
    assert shortage(Room(2 * _GIB, 3 * _GIB), 1, 2) is None


@pytest.mark.parametrize(
    ("free", "shown"),
    [
        (Room(_GIB, 9 * _GIB), "needs 1.6 GiB of memory for them, and 1.0 GiB are free;"),
        (Room(9 * _GIB, _GIB), "needs 3.0 GiB of disk for them, and 1.0 GiB are free;"),
        (Room(None, _GIB), "needs 3.0 GiB of disk for them, and 1.0 GiB are free;"),
        (Room(_GIB, None), "needs 1.6 GiB of memory for them"),
    ],
)
def test_nodes_that_do_not_fit_are_refused_with_what_they_need_and_what_there_is(
    free: Room, shown: str
) -> None:
    message = shortage(free, 1, 2)

    assert message is not None
    assert message.startswith("1 control plane and 2 workers cannot be made: this machine ")
    assert shown in message
    assert "docker system df" in message


def test_both_shortages_are_reported_at_once_and_of_added_nodes_only() -> None:
    message = shortage(Room(0, 0), 0, 1)

    assert message is not None
    assert message.startswith("1 worker cannot be made")
    assert "memory" in message and "disk" in message
