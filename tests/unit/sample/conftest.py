"""Fixtures that start the application's programs and end them after each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .node_processes import Program, Server


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    """Programs to kill at the end of the test, whatever became of it."""
    started: list[Program] = []
    yield started
    for program in started:
        program.process.kill()
        program.process.wait()
        for stream in (program.process.stdout, program.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def start_server(programs: list[Program], tmp_path: Path) -> Callable[..., Server]:
    """Starts server.js with `tmp_path` as its data folder and keyword arguments as environment."""

    def start(**env: str) -> Server:
        server = Server(tmp_path, env)
        programs.append(server)
        return server

    return start


@pytest.fixture
def start_program(programs: list[Program]) -> Callable[..., Program]:
    """Starts any script of the application with keyword arguments as environment."""

    def start(script: str, **env: str) -> Program:
        program = Program(script, env)
        programs.append(program)
        return program

    return start
