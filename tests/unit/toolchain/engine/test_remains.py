"""What a dead engine left, apart from what a living one uses.

Belongs here: PID files and sockets below a root folder of the test's own.
"""

import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain.engine.remains import find_remains, program_of, refuses

PID_FILE = "var/run/docker.pid"
CONTAINERD_PID_FILE = "var/run/docker/containerd/containerd.pid"


def write(root: Path, place: str, text: str) -> Path:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def programs(**running: int) -> Callable[[int], str | None]:
    names = {pid: name for name, pid in running.items()}
    return names.get


def test_a_clean_machine_has_no_remains(tmp_path: Path) -> None:
    remains = find_remains(tmp_path)
    assert (remains.daemon, remains.dead) == (None, ())


def test_a_living_dockerd_keeps_its_pid_file(tmp_path: Path) -> None:
    write(tmp_path, PID_FILE, "41\n")
    remains = find_remains(tmp_path, programs(dockerd=41))
    assert (remains.daemon, remains.dead) == (41, ())


def test_the_pid_file_of_a_dead_dockerd_may_go(tmp_path: Path) -> None:
    path = write(tmp_path, PID_FILE, "41")
    remains = find_remains(tmp_path, programs())
    assert (remains.daemon, remains.dead) == (None, (path,))


def test_a_pid_that_another_program_has_now_counts_as_dead(tmp_path: Path) -> None:
    path = write(tmp_path, PID_FILE, "41")
    remains = find_remains(tmp_path, programs(bash=41))
    assert (remains.daemon, remains.dead) == (None, (path,))


@pytest.mark.parametrize("content", ["", "forty-one"])
def test_a_pid_file_without_a_number_counts_as_dead(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, PID_FILE, content)
    assert find_remains(tmp_path, programs()).dead == (path,)


def test_a_containerd_that_outlived_its_dockerd_is_left_for_the_next_one(tmp_path: Path) -> None:
    dead = write(tmp_path, PID_FILE, "41")
    write(tmp_path, CONTAINERD_PID_FILE, "42")
    remains = find_remains(tmp_path, programs(containerd=42))
    assert (remains.daemon, remains.dead) == (None, (dead,))


def test_the_pid_file_of_a_dead_containerd_may_go(tmp_path: Path) -> None:
    path = write(tmp_path, CONTAINERD_PID_FILE, "42")
    assert find_remains(tmp_path, programs(dockerd=42)).dead == (path,)


def test_a_socket_without_a_listener_may_go(tmp_path: Path) -> None:
    path = tmp_path / "run/containerd/containerd.sock"
    path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    assert find_remains(tmp_path).dead == (path,)


def test_a_socket_with_a_listener_stays(tmp_path: Path) -> None:
    path = tmp_path / "run/containerd/containerd.sock"
    path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert find_remains(tmp_path).dead == ()


def test_a_socket_that_cannot_be_asked_counts_as_alive(tmp_path: Path) -> None:
    assert not refuses(tmp_path / "missing.sock")


def test_a_process_is_known_by_the_program_that_it_runs() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            end = time.monotonic() + 5
            while program_of(process.pid) != "sleep" and time.monotonic() < end:
                time.sleep(0.01)  # until the child has become the program
            assert program_of(process.pid) == "sleep"
        finally:
            process.kill()
    assert program_of(process.pid) is None
    assert program_of(os.getpid()) is not None


def test_a_process_that_ended_and_was_not_asked_about_yet_runs_nothing() -> None:
    process = subprocess.Popen(["true"])
    try:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert program_of(process.pid) is None
    finally:
        process.wait()
