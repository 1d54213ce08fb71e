"""Belongs here: signals that reach a command while Pulumi runs for it."""

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.stack import Stack
from tests.unit.commands import child
from tests.unit.commands.child import eventually
from tests.unit.commands.fakes import Program

# Notes every signal, and ends some time after the first: a second one would be noted too.
_PULUMI = """
trap 'echo INT >> signals; signalled=1' INT
trap 'echo TERM >> signals; signalled=1' TERM
echo $$ > started
left=6
while [ $left -gt 0 ]; do
    sleep 0.05
    [ -z "$signalled" ] || left=$((left - 1))
done
exit 5
"""


@pytest.fixture
def running(checkout: Checkout, pulumi: Program) -> Iterator[subprocess.Popen[str]]:
    """A `preview` that Pulumi has begun to work at."""
    pulumi.does("preview", _PULUMI)
    process = child.start(checkout, "preview", "--stack", "kind")
    eventually("Pulumi runs", (checkout.root / "started").exists)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_command_alone_is_passed_on_once_and_pulumis_end_awaited(
    checkout: Checkout, running: subprocess.Popen[str], number: signal.Signals
) -> None:
    os.kill(running.pid, number)
    _, errors = running.communicate(timeout=10)
    assert (checkout.root / "signals").read_text() == f"{number.name[3:]}\n"
    assert running.returncode == 5, "the command ends after Pulumi, and as it"
    assert errors == ""


def test_ctrl_c_at_a_terminal_reaches_pulumi_once_and_leaves_no_traceback(
    checkout: Checkout, pulumi: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi.does("preview", _PULUMI)
    words = child.command(checkout, "preview", "--stack", "kind")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(words[0], words)
    try:
        eventually("Pulumi runs", (checkout.root / "started").exists)
        os.write(terminal, b"\x03")
        _, status = os.waitpid(pid, 0)
    finally:
        shown = _read_to_the_end(terminal)
    assert (checkout.root / "signals").read_text() == "INT\n"
    assert os.waitstatus_to_exitcode(status) == 5
    assert "Traceback" not in shown


def test_a_killed_pulumi_is_reported_with_the_next_command(
    checkout: Checkout, pulumi: Program
) -> None:
    pulumi.does("preview", "kill -9 $$")
    process = child.start(checkout, "preview", "--stack", "kind")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 128 + signal.SIGKILL
    assert errors == (
        "error: `pulumi preview` was killed by signal 9\n"
        "  next: the same command again, which continues from there\n"
    )


def test_handlers_are_as_before_once_pulumi_has_ended(checkout: Checkout, pulumi: Program) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    Stack("kind", checkout).run("preview")
    assert [signal.getsignal(number) for number in numbers] == before
    assert pulumi.calls == ["preview --stack kind"]


def _read_to_the_end(terminal: int) -> str:
    text = b""
    try:
        while part := os.read(terminal, 4096):
            text += part
    except OSError:
        pass  # how the other side's end shows
    os.close(terminal)
    return text.decode(errors="replace")
