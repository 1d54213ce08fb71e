"""The second container: what it writes, and how it ends."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

from .node_processes import Program, Server, wait_until

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ #(\d+) \S.*")


def counters(text: str) -> list[int]:
    """The counters of all lines; a line that is not whole fails the test."""
    matches = [LINE.fullmatch(line) for line in text.splitlines()]
    assert all(matches), "a reader must only ever see whole lines"
    return [int(match[1]) for match in matches if match]


def test_the_log_moves_on_and_keeps_only_its_newest_lines(
    start_program: Callable[..., Program], tmp_path: Path
) -> None:
    file = tmp_path / "harbour.log"
    start_program("data.js", DATA_DIR=str(tmp_path), DATA_INTERVAL_SECONDS="0.01")
    wait_until(file.exists, "the first line is written at once")
    seen: list[list[int]] = []

    def has_rotated() -> bool:
        seen.append(counters(file.read_text()))
        return seen[-1][0] > 8

    wait_until(has_rotated, "old lines must leave the file")
    for numbers in seen:
        assert numbers == list(range(numbers[0], numbers[-1] + 1)), "no entry is skipped"
        assert len(numbers) <= 8, "the volume must not fill"


def test_the_log_is_replaced_as_a_whole(
    start_program: Callable[..., Program], tmp_path: Path
) -> None:
    file = tmp_path / "harbour.log"
    start_program("data.js", DATA_DIR=str(tmp_path), DATA_INTERVAL_SECONDS="0.05")
    wait_until(file.exists, "the first line is written at once")
    with file.open() as opened:
        wait_until(
            lambda: not os.path.samestat(os.fstat(opened.fileno()), file.stat()),
            "a new file must take the old one's place: written over, it could be read half",
        )
        before, after = counters(opened.read()), counters(file.read_text())
    assert before[-1] < after[-1], "who reads the old file sees the lines of before"


def test_the_server_shows_what_the_data_container_writes(
    start_server: Callable[..., Server], start_program: Callable[..., Program], tmp_path: Path
) -> None:
    server = start_server()
    assert server.facts()["line"] is None
    start_program("data.js", DATA_DIR=str(tmp_path), DATA_INTERVAL_SECONDS="0.05")
    wait_until(
        lambda: server.get("/healthz/ready")[0].status == 200,
        "the two containers must make each other ready",
    )
    first = server.facts()["line"]
    wait_until(lambda: server.facts()["line"] != first, "new lines must show")


def test_the_data_container_ends_at_once_and_in_order(
    start_program: Callable[..., Program], tmp_path: Path
) -> None:
    program = start_program("data.js", DATA_DIR=str(tmp_path))
    wait_until((tmp_path / "harbour.log").exists, "it must have started")
    program.process.send_signal(signal.SIGTERM)
    code, _ = program.end()
    assert code == 0, "a signal from Kubernetes is no failure"
    left = [path.name for path in tmp_path.iterdir()]
    assert left == ["harbour.log"], "no half-written file is left"


def test_a_folder_that_cannot_be_written_is_one_message_in_words(
    start_program: Callable[..., Program], tmp_path: Path
) -> None:
    program = start_program("data.js", DATA_DIR=str(tmp_path / "missing"))
    messages = program.messages()
    assert program.process.returncode == 1
    assert len(messages) == 1
    assert f"cannot write the harbour log to {tmp_path}/missing (ENOENT)" in messages[0]
    assert "DATA_DIR" in messages[0], "the message names the way out"
