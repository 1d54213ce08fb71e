"""Which Python runs a program, and what it finds in its environment variables."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from standins.language_host.environment import Environment
from standins.language_host.errors import HostError

from .host_process import interpreter


@pytest.fixture(autouse=True)
def no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)


def test_without_options_this_interpreter_runs_the_program(tmp_path: Path) -> None:
    environment = Environment.of(tmp_path, {})
    assert environment.python() == sys.executable
    assert environment.is_own and environment.exists


def test_the_virtual_environment_is_found_from_the_folder_of_the_project(tmp_path: Path) -> None:
    python = interpreter(tmp_path / "elsewhere" / "venv", "")
    environment = Environment.of(tmp_path, {"virtualenv": "elsewhere/venv"})
    assert environment.python() == str(python)
    assert not environment.is_own and environment.exists


def test_an_absolute_virtual_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    environment = Environment.of(tmp_path, {"virtualenv": sys.prefix})
    assert environment.is_own, "the same environment by its path needs no second interpreter"


def test_uv_keeps_its_environment_where_uv_makes_it(tmp_path: Path) -> None:
    python = interpreter(tmp_path / ".venv", "")
    assert Environment.of(tmp_path, {"toolchain": "uv"}).python() == str(python)


def test_a_program_finds_its_environment_active(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/other")
    interpreter(tmp_path / "venv", "")
    variables = Environment.of(tmp_path, {"virtualenv": "venv"}).variables()
    assert variables["VIRTUAL_ENV"] == str(tmp_path / "venv")
    assert variables["PATH"].split(os.pathsep)[0] == str(tmp_path / "venv" / "bin")
    assert "PYTHONHOME" not in variables


def test_the_command_that_the_user_set_runs_programs_without_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = interpreter(tmp_path / "venv", "")
    monkeypatch.setenv("PULUMI_PYTHON_CMD", str(python))
    environment = Environment.of(tmp_path, {})
    assert environment.python() == str(python) and not environment.is_own


def test_a_command_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "no-such-python")
    with pytest.raises(HostError, match=r"PULUMI_PYTHON_CMD is no-such-python, .* unset it"):
        Environment.of(tmp_path, {}).python()


@pytest.mark.parametrize("made", [False, True], ids=["missing", "not an environment"])
def test_a_missing_environment_is_named_with_the_command_that_makes_it(
    tmp_path: Path, made: bool
) -> None:
    if made:
        (tmp_path / "venv").mkdir()
    environment = Environment.of(tmp_path, {"virtualenv": "venv"})
    state = "is no virtual environment" if made else "does not exist"
    folder = re.escape(str(tmp_path / "venv"))
    with pytest.raises(HostError, match=f"{folder} {state}; make it with `pulumi install`"):
        environment.python()
    assert not environment.exists


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"toolchain": "poetry"}, "toolchain is poetry, .* use pip or uv"),
        ({"typechecker": "flow"}, "typechecker is flow, .* use mypy or pyright"),
        ({"virtualenv": True}, "virtualenv must be a string"),
    ],
)
def test_an_option_that_is_not_served_is_refused_by_name(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(HostError, match=f"Pulumi.yaml: runtime option {message}"):
        Environment.of(tmp_path, options)
