"""Ending the commands of a set-up, also those of root."""

import os
import threading
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.errors import Interrupted
from toolchain.runner import Runner


def test_a_command_of_root_is_asked_to_end_through_sudo_and_hides_no_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The `sudo` here sends the signal that the kernel would not let this user send."""
    note = tmp_path / "note"
    body = f'printf "%s\\n" "$*" >> {note}; shift; exec "$@"'
    samples.program(tmp_path / "bin", "sudo", body)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    def refuse(_group: int, _number: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("toolchain.runner.os.killpg", refuse)
    runner = Runner()
    started = threading.Event()
    threading.Thread(target=lambda: (started.wait(10), runner.end_all()), daemon=True).start()
    with pytest.raises(Interrupted):
        runner.run(["sh", "-c", "echo on; sleep 30"], line=lambda _: started.set())
    (sent,) = note.read_text().splitlines()
    assert sent.startswith("-n kill -TERM -- -"), "and it is not killed in the middle of dpkg"
