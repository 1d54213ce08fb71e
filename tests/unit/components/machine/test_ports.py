"""Free ports of this machine, and the programs that listen on the others."""

import socket
from collections.abc import Iterator

import pytest

from components.machine import ports
from components.machine.runner import LocalError
from tests.unit.components.doubles.machine import Machine


@pytest.fixture
def listening() -> Iterator[int]:
    """A port of this machine on which this process listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_is_taken_while_a_program_listens(listening: int) -> None:
    assert ports.is_free(listening) is False
    assert ports.first_free(listening) > listening


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no ::1")
def test_a_port_is_taken_while_a_program_listens_on_ipv6_alone() -> None:
    with socket.socket(socket.AF_INET6) as server:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.bind(("::1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert ports.is_free(port) is False
    assert ports.is_free(port) is True


def test_a_machine_without_ipv6_has_free_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    # An address that no machine has (RFC 3849), as ::1 on one without IPv6.
    monkeypatch.setitem(ports._ADDRESSES, socket.AF_INET6, "2001:db8::1")  # noqa: SLF001
    assert ports.is_free(port) is True


def test_a_search_leaves_out_reserved_ports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port != 81)

    assert ports.first_free(80, but={80, 82}) == 83


def test_a_hundred_taken_ports_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port >= 180)

    with pytest.raises(LocalError, match="no port from 80 to 179 is free"):
        ports.first_free(80)


@pytest.mark.parametrize(
    ("published", "sockets", "holder"),
    [
        ("web\nother", "", "container web"),
        ("", 'LISTEN 0 5 127.0.0.1:80 users:(("node",pid=7,fd=3))', "process node (pid 7)"),
        ("", "LISTEN 0 5 127.0.0.1:80", "another process"),
    ],
)
def test_the_program_that_listens_is_named_as_far_as_it_is_known(
    monkeypatch: pytest.MonkeyPatch, published: str, sockets: str, holder: str
) -> None:
    class Runner(ports.Runner):
        def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
            return published if command[0] == "docker" else sockets

    monkeypatch.setattr(ports.shutil, "which", lambda _: "ss")

    assert ports.holder(80, Runner()) == holder


def test_a_program_that_cannot_be_looked_up_stays_unknown(machine: Machine) -> None:
    machine.broken["docker ps"] = "permission denied"

    assert ports.holder(80, machine.runner()) == "another process"
