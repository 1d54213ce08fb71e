"""Running commands: errors are in words, and nothing is left running."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from components.machine.runner import CommandError, LocalError, Runner
from tests.unit.components.plan import REPOSITORY


def test_an_error_shows_what_is_wrong_then_the_details_then_the_next_step() -> None:
    error = LocalError("no disk", details="  df failed", next_step="`docker system prune`")

    assert str(error) == "no disk\n  df failed\n  next: `docker system prune`"
    assert str(LocalError("no disk", next_step="buy one")) == "no disk\n  next: buy one"
    assert str(LocalError("no disk")) == "no disk"


def test_what_a_command_prints_is_returned_and_its_standard_error_is_not() -> None:
    assert Runner().run("sh", "-c", "echo out; echo err >&2") == "out\n"


def test_a_command_reads_what_it_is_given() -> None:
    assert Runner().run("cat", stdin="a\nb") == "a\nb"


def test_a_command_that_is_given_nothing_does_not_wait_for_a_terminal() -> None:
    assert Runner().run("cat", timeout=5) == ""


def test_variables_are_added_to_those_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN", "1")
    monkeypatch.setenv("BOTH", "own")

    runner = Runner({"BOTH": "given"}).within(MORE="2")

    assert runner.run("sh", "-c", "echo $OWN $BOTH $MORE") == "1 given 2\n"


def test_a_missing_command_is_reported_with_the_command_that_installs_it() -> None:
    with pytest.raises(CommandError, match=r"`no-such-tool --x` .*no such command; `make setup`"):
        Runner().run("no-such-tool", "--x")


def test_a_failing_command_shows_its_exit_code_and_its_last_lines() -> None:
    with pytest.raises(CommandError) as caught:
        Runner().run("sh", "-c", "seq 30 >&2; exit 3")

    first, *lines = str(caught.value).splitlines()
    assert first == "`sh -c 'seq 30 >&2; exit 3'` failed with exit code 3:"
    assert lines == [f"  {n}" for n in range(16, 31)]
    assert caught.value.output.splitlines()[0] == "1", "all of it is kept"


def test_a_failing_command_without_standard_error_shows_its_standard_output() -> None:
    with pytest.raises(CommandError, match=r"exit code 1:\n  why$"):
        Runner().run("sh", "-c", "echo why; exit 1")


def test_a_command_that_takes_too_long_is_ended_and_reported_with_its_output(
    tmp_path: Path,
) -> None:
    started = time.monotonic()
    pid_file = tmp_path / "pid"

    with pytest.raises(CommandError, match=r"took longer than 0\.5 s:\n  still here"):
        Runner().run("sh", "-c", f"echo $$ >{pid_file}; echo still here >&2; exec sleep 60",
                     timeout=0.5)  # fmt: skip

    assert time.monotonic() - started < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_command_that_is_followed_shows_its_lines_as_to_a_terminal() -> None:
    lines: list[str] = []

    def take(line: str) -> bool:
        lines.append(line)
        return True

    program = r"test -t 1 && printf 'a: 1 MB\n\033[1A\033[2Ka: 2 MB\rend'"
    Runner().follow("sh", "-c", program, silence=5, take=take)

    assert lines == ["a: 1 MB", "a: 2 MB", "end"]


def test_a_followed_command_that_fails_shows_its_messages_and_not_its_progress() -> None:
    program = "echo layer: 1 MB; echo denied; exit 3"

    with pytest.raises(CommandError) as caught:
        Runner().follow("sh", "-c", program, silence=5, take=lambda line: line.endswith("MB"))

    assert str(caught.value).endswith("failed with exit code 3:\n  denied")


def test_a_followed_command_may_take_longer_than_its_limit_for_silence() -> None:
    program = "for n in 1 2 3 4 5; do echo $n; sleep 0.5; done"

    Runner().follow("sh", "-c", program, silence=1.5, take=lambda _: True)


def test_a_followed_command_that_shows_nothing_new_is_ended(tmp_path: Path) -> None:
    started = time.monotonic()
    pid_file = tmp_path / "pid"
    # As `ctr` does when nothing arrives any more.
    program = (
        f"echo $$ >{pid_file}; n=0; while n=$((n + 1)); do\n"
        'printf "layer: 1 MB\\nelapsed: $n.0 s total: 1.0 Mi ($n.1 KiB/s)\\n"; sleep 0.1; done'
    )

    with pytest.raises(CommandError, match=r"showed no progress for 0\.5 s, and was ended"):
        Runner().follow("sh", "-c", program, silence=0.5, take=lambda _: True)

    assert time.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_followed_command_that_is_missing_is_reported() -> None:
    with pytest.raises(CommandError, match=r"`no-such-tool --x` .*no such command"):
        Runner().follow("no-such-tool", "--x", silence=1, take=lambda _: True)


@pytest.mark.parametrize(
    "body",
    [
        "echo \"setpriv: unrecognized option '--pdeathsig'\" >&2; exit 1",
        "exec sleep 60",
    ],
)
def test_a_setpriv_without_the_option_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    program = tmp_path / "setpriv"
    program.write_text(f"#!/bin/sh\necho tried >> {tmp_path}/tries\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("components.machine.runner._TRIAL_SECONDS", 0.3)

    assert [Runner().run("echo", word) for word in ("one", "two")] == ["one\n", "two\n"]
    assert (tmp_path / "tries").read_text() == "tried\n", "it is tried once in a process"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's kernel ends a child so")
def test_a_command_ends_with_this_process_even_when_that_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    program = (
        "from components.machine.runner import Runner\n"
        f"Runner().run('sh', '-c', 'echo $$ > {pid_file}; exec sleep 60')\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY) as parent:
        child = int(_wait_for_text(pid_file))
        parent.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 5
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(child)


def _wait_for_text(path: Path) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.02)
    raise AssertionError(f"{path.name} was not written")


def _lives(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
