"""Belongs here: a second run beside one of the real Pulumi, and one after it was killed."""

import json
import socket
import subprocess
import time

import pytest

from commands.errors import CommandError
from commands.stack import Stack
from commands.up import up

_SLOW = """
import time
time.sleep(60)
"""


def _lock(stack: Stack) -> dict[str, object]:
    folder = stack.state_folder()
    assert folder is not None
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for file in (folder / "locks").rglob("*.json"):
            if text := file.read_text():
                return json.loads(text)
        time.sleep(0.05)
    pytest.fail("Pulumi takes no lock")


def test_a_second_run_changes_nothing_until_the_first_has_ended(stack: Stack) -> None:
    stack.select()
    (stack.checkout.root / "__main__.py").write_text(_SLOW)
    first = subprocess.Popen(
        [stack.checkout.programs / "pulumi", *("up", "--yes", "--skip-preview", "--stack", "dev")],
        cwd=stack.checkout.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        lock = _lock(stack)
        assert lock["pid"] == first.pid
        with pytest.raises(CommandError) as raised:
            up(stack)
        assert f"process {first.pid} of " in str(raised.value)
        assert f" on {socket.gethostname()} since 20" in str(raised.value)
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()
    (stack.checkout.root / "__main__.py").write_text("")
    up(stack)
