"""Wrong settings are told in one message, before anything is served."""

import socket
from collections.abc import Callable

import pytest

from .node_processes import Program


@pytest.mark.parametrize("port", ["0", "65536", "80.5", "-1", "http", "1e3", "tcp://10.0.0.1:80"])
def test_a_bad_port_is_one_message_in_words(
    start_program: Callable[..., Program], port: str
) -> None:
    program = start_program("server.js", PORT=port)
    messages = program.messages()
    assert program.process.returncode == 1
    rule = "must be a whole number from 1 to 65535, for example PORT=8080"
    assert messages == [f'wrong settings: PORT="{port}": {rule}']


def test_all_wrong_settings_are_reported_at_once(start_program: Callable[..., Program]) -> None:
    program = start_program("server.js", PORT="x", DRAIN_SECONDS="soon", KEEP_ALIVE_SECONDS="0")
    (message,) = program.messages()
    assert all(name in message for name in ("PORT=", "DRAIN_SECONDS=", "KEEP_ALIVE_SECONDS="))


def test_a_port_that_is_taken_is_one_message_in_words(
    start_program: Callable[..., Program],
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        program = start_program("server.js", HOST="127.0.0.1", PORT=str(port))
        messages = program.messages()
    assert program.process.returncode == 1
    cause = f"cannot listen on port {port} of 127.0.0.1: another process has it"
    assert messages == [f"{cause}; choose a free one with PORT"]


def test_an_empty_setting_counts_as_unset(start_program: Callable[..., Program]) -> None:
    program = start_program("data.js", DATA_DIR="/nowhere", DATA_INTERVAL_SECONDS="")
    (message,) = program.messages()
    assert message.startswith("cannot write the harbour log to /nowhere"), (
        "an optional value that a template left empty must not be an error"
    )
