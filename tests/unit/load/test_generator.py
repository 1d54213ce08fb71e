"""The generator with the server of the load, as processes of this machine."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from tests.load.generator import Generator
from tests.load.plan import Kind, Load
from tests.load.report import Report

from .conftest import Server

_KINDS = get_args(Kind)
_RATE = 20.0


def measure(server: Server, file: Path, during: Callable[[], None]) -> Report:
    """Return what becomes of a load of every kind while something is done to the server."""
    loads = [Load(kind, kind, server.port, _RATE, connections=3) for kind in _KINDS]
    with Generator(loads, file, limit_seconds=60) as generator:
        time.sleep(2)
        during()
        time.sleep(1.5)
    return generator.report()


def test_every_kind_of_client_is_served_by_a_server_that_asks_it_to_move(
    start_server: Callable[[str], Server], tmp_path: Path
) -> None:
    server = start_server("lame-duck")

    report = measure(
        server, tmp_path / "requests", lambda: server.process.send_signal(signal.SIGTERM)
    )

    assert report.lost == 0, report.text()
    for kind in _KINDS:
        assert report.of(kind).sent > _RATE, report.text()


def test_every_kind_of_client_loses_requests_when_the_server_ends_at_once(
    start_server: Callable[[str], Server], tmp_path: Path
) -> None:
    server = start_server("exit")

    report = measure(
        server, tmp_path / "requests", lambda: server.process.send_signal(signal.SIGTERM)
    )

    for kind in _KINDS:
        assert report.of(kind).lost > 0, report.text()


def test_a_stall_delays_every_request_that_is_due_in_it(
    start_server: Callable[[str], Server], tmp_path: Path
) -> None:
    server = start_server("ignore")

    def stall() -> None:
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        server.process.send_signal(signal.SIGCONT)

    report = measure(server, tmp_path / "requests", stall)

    assert report.lost == 0, report.text()
    for kind in _KINDS:
        delayed = [each for each in report.of(kind).samples if each.seconds > 0.5]
        assert len(delayed) > _RATE, "a client that waits would have delayed one"


def test_a_load_that_ends_before_the_test_fails_it(
    start_server: Callable[[str], Server], tmp_path: Path
) -> None:
    load = Load("new", "new", start_server("ignore").port, _RATE)

    with (
        pytest.raises(AssertionError, match="before the test"),
        Generator([load], tmp_path / "requests", limit_seconds=0.2),
    ):
        time.sleep(0.5)
