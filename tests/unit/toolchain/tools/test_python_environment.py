"""The Python environment: when it is made, brought in step, or left alone.

Belongs here: the calls to uv, which is a script that makes as much as is looked at.
"""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.cache import Cache, remove
from toolchain.errors import ToolchainError
from toolchain.places import Checkout
from toolchain.runner import Runner
from toolchain.tools.python_environment import PythonEnvironment

UV = """
[ "$1" = --version ] && echo uv 0.9.0 && exit
echo "$*|$UV_DEFAULT_INDEX" >> {log}
echo "$UV_CACHE_DIR" > {log}.cache
[ "$1" = venv ] || exit {code}
mkdir -p "$4/bin"
echo "VIRTUAL_ENV='$4'" > "$4/bin/activate"
printf '#!/bin/sh\\necho Python 3.11.7\\n' > "$4/bin/python"
chmod +x "$4/bin/python"
"""


class Desk:
    """A checkout with a uv on PATH."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.checkout = samples.checkout(folder / "checkout")
        remove(self.checkout.venv)
        samples.program(folder / "bin", "uv", UV.format(log=self.log, code=code))
        monkeypatch.setenv("PATH", f"{folder / 'bin'}:/usr/bin:/bin")

    def environment(self, checkout: Checkout | None = None) -> PythonEnvironment:
        runner = Runner()
        lock = samples.lock(self.folder)
        cache = Cache(self.folder / "cache", runner)
        return PythonEnvironment(checkout or self.checkout, lock, cache, runner, print)

    def calls(self) -> list[str]:
        """The first words of what uv was asked to do since the last time."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [" ".join(line.split()[:2]) for line in lines]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_a_fresh_checkout_gets_an_environment_with_checked_packages(desk: Desk) -> None:
    desk.environment().ensure()
    said = desk.log.read_text()
    assert "pip sync --require-hashes" in said
    assert desk.environment().is_current


def test_an_environment_in_step_is_left_alone(desk: Desk) -> None:
    desk.environment().ensure()
    desk.calls()
    desk.environment().ensure()
    assert desk.calls() == []


def test_changed_requirements_are_installed_into_the_same_environment(desk: Desk) -> None:
    desk.environment().ensure()
    desk.calls()
    desk.checkout.requirements.write_text("rich==14.1.0 --hash=sha256:00\n")
    assert not desk.environment().is_current
    desk.environment().ensure()
    assert desk.calls() == ["pip sync"]


def test_a_moved_checkout_gets_a_new_environment(desk: Desk) -> None:
    desk.environment().ensure()
    desk.calls()
    moved = Checkout(desk.checkout.root.rename(desk.folder / "moved"))
    desk.environment(moved).ensure()
    assert [call.split()[0] for call in desk.calls()] == ["venv", "pip"]


def test_an_environment_whose_packages_failed_is_not_taken_for_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, monkeypatch, code=2)
    with pytest.raises(ToolchainError, match="while making the Python environment"):
        desk.environment().ensure()
    assert not desk.environment().is_current


def test_a_package_index_that_pip_knows_is_used_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    desk.environment().ensure()
    assert desk.log.read_text().splitlines()[-1].endswith("|https://index.example/simple")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ""),
        ({"SLIPWAY_CACHE": "/elsewhere"}, "{cache}/uv"),
        ({"SLIPWAY_CACHE": "/elsewhere", "UV_CACHE_DIR": "/theirs"}, "/theirs"),
    ],
)
def test_the_cache_of_uv_is_where_the_user_wants_that_of_set_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("SLIPWAY_CACHE", "UV_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    desk.environment().ensure()
    used = desk.log.with_name(f"{desk.log.name}.cache").read_text().strip()
    assert used == expected.format(cache=desk.folder / "cache")
