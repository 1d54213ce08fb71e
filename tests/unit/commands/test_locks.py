"""Belongs here: which locks of a killed run are cancelled, and which never."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.recovery import locks
from commands.stack import Stack
from tests.unit.commands.child import eventually
from tests.unit.commands.fakes import Program

_CANCEL = "cancel --yes --stack kind --non-interactive"
Lock = Callable[..., Path]


@pytest.fixture
def lock(stack: Stack) -> Lock:
    """Writes a lock as Pulumi does."""

    def write(
        pid: int, *, name: str = "a", host: str | None = None, of: str = "slipway/kind"
    ) -> Path:
        folder = stack.state_folder()
        assert folder is not None
        file = folder / "locks" / "organization" / of / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {"pid": pid, "username": "me", "hostname": host or socket.gethostname()}
        file.write_text(json.dumps(content))
        file.with_name(f"{file.name}.attrs").write_text("{}")
        return file

    return write


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[int]:
    """The number of a running process called pulumi."""
    program = tmp_path / "pulumi"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as process:
        yield process.pid
        process.kill()


def test_without_a_lock_nothing_is_cancelled(stack: Stack, pulumi: Program) -> None:
    locks.release(stack)
    assert pulumi.calls == []


def test_the_lock_of_a_dead_process_is_cancelled_and_named(
    stack: Stack, pulumi: Program, lock: Lock, dead: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lock(dead)
    locks.release(stack)
    assert pulumi.calls == [_CANCEL]
    assert f"(process {dead}) was killed; releasing its lock" in capsys.readouterr().out


def test_the_lock_of_a_live_pulumi_stays_beside_that_of_a_dead_one(
    stack: Stack, pulumi: Program, lock: Lock, alive: int, dead: int
) -> None:
    lock(alive, name="a")
    lock(dead, name="b")
    locks.release(stack)
    assert pulumi.calls == []


def test_a_number_that_another_program_has_by_now_is_a_dead_process(
    stack: Stack, pulumi: Program, lock: Lock
) -> None:
    lock(os.getpid())
    locks.release(stack)
    assert pulumi.calls == [_CANCEL]


def test_a_process_that_ended_and_that_nobody_waited_for_is_dead(
    stack: Stack, pulumi: Program, lock: Lock
) -> None:
    with subprocess.Popen(["true"]) as process:
        line = Path(f"/proc/{process.pid}/cmdline")
        eventually("the process has ended", lambda: line.read_bytes() == b"")
        lock(process.pid)
        locks.release(stack)
    assert pulumi.calls == [_CANCEL]


def test_the_lock_of_another_host_stays(
    stack: Stack, pulumi: Program, lock: Lock, dead: int
) -> None:
    lock(dead, host="another-host")
    locks.release(stack)
    assert pulumi.calls == []


@pytest.mark.parametrize("of", ["slipway/kindly", "another-project/kind"])
def test_the_lock_of_another_stack_is_ignored(
    stack: Stack, pulumi: Program, lock: Lock, dead: int, of: str
) -> None:
    lock(dead, of=of)
    locks.release(stack)
    assert pulumi.calls == []


@pytest.mark.parametrize("text", ["", '{"pid": 12', "[]", '{"pid": "x"}', '{"pid": 0}', "12"])
def test_a_half_written_lock_stays(
    stack: Stack, pulumi: Program, lock: Lock, dead: int, text: str
) -> None:
    content = text.replace("}", f', "hostname": "{socket.gethostname()}"}}')
    lock(dead).write_text(content)
    locks.release(stack)
    assert pulumi.calls == []


def test_locks_of_another_backend_are_left_to_pulumi(
    stack: Stack, pulumi: Program, lock: Lock, dead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(dead)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states")
    locks.release(stack)
    assert pulumi.calls == []
