"""Belongs here: which locks are cancelled, and which stop a command before it changes anything."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.down import down
from commands.errors import CommandError
from commands.recovery import locks
from commands.stack import Stack
from commands.up import up
from tests.unit.commands.child import eventually
from tests.unit.commands.fakes import Program, as_text, deployment, resource

_RUNS = pytest.mark.parametrize("run", [up, down])
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
        content = {
            "pid": pid,
            "username": "me",
            "hostname": host or socket.gethostname(),
            "timestamp": "2026-01-02T03:04:05Z",
        }
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


_LEFTOVERS = deployment(
    resource("pulumi-python:dynamic/slipway:Allocation", "local", outputs={"mark": "abc"}),
    pending_operations=[
        {"type": "creating", "resource": resource("docker:index/image:Image", "a")}
    ],
)


def _reads_only(pulumi: Program, docker: Program) -> bool:
    return docker.calls == [] and all(
        call.startswith(("stack ls", "stack export")) for call in pulumi.calls
    )


@_RUNS
def test_while_a_live_process_has_the_lock_nothing_is_changed(
    run: Callable[[Stack], None],
    stack: Stack,
    pulumi: Program,
    docker: Program,
    lock: Lock,
    alive: int,
    dead: int,
) -> None:
    lock(dead, name="a")
    lock(alive, name="b")
    pulumi.answers("stack ls", '[{"name": "kind"}]')
    pulumi.answers("stack export", as_text(_LEFTOVERS))
    with pytest.raises(CommandError) as raised:
        run(stack)
    assert str(raised.value).startswith(
        f"another run works on the stack kind: process {alive} of me on {socket.gethostname()} "
        "since 2026-01-02T03:04:05Z; nothing was changed\n  next: "
    )
    assert "pulumi cancel --stack kind" in str(raised.value)
    assert raised.value.code != 0
    assert _reads_only(pulumi, docker)


@_RUNS
def test_nor_while_another_machine_has_it(
    run: Callable[[Stack], None],
    stack: Stack,
    pulumi: Program,
    docker: Program,
    lock: Lock,
    dead: int,
) -> None:
    lock(dead, host="another-host")
    pulumi.answers("stack ls", '[{"name": "kind"}]')
    pulumi.answers("stack export", as_text(_LEFTOVERS))
    with pytest.raises(CommandError, match=f"process {dead} of me on another-host since 2026"):
        run(stack)
    assert _reads_only(pulumi, docker)


def test_nor_while_a_lock_is_being_written(
    stack: Stack, pulumi: Program, docker: Program, lock: Lock, dead: int
) -> None:
    file = lock(dead)
    file.write_text("")
    with pytest.raises(CommandError, match=f"the lock file {file} cannot be read"):
        up(stack)
    assert _reads_only(pulumi, docker)


def test_nor_when_a_run_begins_while_the_state_is_read(
    stack: Stack, pulumi: Program, docker: Program, lock: Lock, alive: int
) -> None:
    file = lock(alive)
    other = file.rename(file.with_suffix(".later"))
    kept = file.with_suffix(".state")
    kept.write_text(as_text(_LEFTOVERS))
    pulumi.does("stack export", f"mv '{other}' '{file}'; cat '{kept}'")
    with pytest.raises(CommandError, match="another run works on the stack kind"):
        up(stack)
    assert [" ".join(call.split()[:2]) for call in pulumi.calls] == [
        "stack select",
        "stack export",
    ]
    assert docker.calls == []
