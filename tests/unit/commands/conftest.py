"""A checkout in a folder of its own, whose programs are the tests'."""

import sys
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.stack import Stack
from tests.unit.commands.fakes import Program


@pytest.fixture(autouse=True)
def _nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_HOME", "GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "checkout"
    (root / "stacks").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: slipway\nruntime: python\n")
    (root / "stacks" / "Pulumi.kind.yaml").write_text("config:\n  slipway:name: hello\n")
    return Checkout(root)


@pytest.fixture
def programs(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the checkout's programs, which is also first on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setenv("PATH", f"{folder}:/usr/local/bin:/usr/bin:/bin")
    assert checkout.programs == folder
    return folder


@pytest.fixture
def pulumi(programs: Path) -> Program:
    program = Program(programs, "pulumi")
    program.answers("stack export", '{"version": 3, "deployment": {}}')
    return program


@pytest.fixture
def kubectl(programs: Path) -> Program:
    program = Program(programs, "kubectl")
    program.answers("--context kind-slipway-kind --request-timeout=10s get namespace", "uid-1")
    return program


@pytest.fixture
def docker(programs: Path) -> Program:
    return Program(programs, "docker")


@pytest.fixture
def stack(checkout: Checkout, pulumi: Program) -> Stack:
    assert pulumi.calls == []
    return Stack("kind", checkout)
