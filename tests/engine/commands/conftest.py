"""A checkout of its own with the real Pulumi, and a program that needs no cluster."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.stack import Stack
from tests.engine.language_host.pulumi_project import REPOSITORY
from toolchain.setup.launchers import write_language_host_stand_ins

_PROGRAM = """
import pulumi
from pulumi import dynamic

from components.targets.hash_key import HashKey

class Provider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("id", props)

class Database(dynamic.Resource, module="user", name="Database"):
    def __init__(self, name):
        super().__init__(Provider(), name, {"size": 1})

HashKey("key")
Database("data")
pulumi.export("password", pulumi.Config().get_secret("password"))
"""
_LAUNCHER = """\
#!/bin/sh
export PATH={path} PYTHONPATH={repository}
export PULUMI_HOME={home} PULUMI_BACKEND_URL=file://{state} PULUMI_SKIP_UPDATE_CHECK=true
export PULUMI_CREDENTIAL_STORE=plaintext PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
export PULUMI_CONFIG_PASSPHRASE="${{PULUMI_CONFIG_PASSPHRASE-for the test}}"
exec {pulumi} "$@"
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the checkout's programs; its `pulumi` leaves the user's settings alone."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        pytest.fail("pulumi is not on PATH; run `make setup` and activate .venv")
    for name in list(os.environ):
        if "PULUMI" in name:
            monkeypatch.delenv(name)
    folder = tmp_path / "bin"
    write_language_host_stand_ins(folder, Path(sys.executable), REPOSITORY)
    state = tmp_path / "checkout" / ".slipway" / "state"
    state.mkdir(parents=True)
    launcher = folder / "pulumi"
    launcher.write_text(
        _LAUNCHER.format(
            path=shlex.quote(f"{folder}:{os.environ['PATH']}"),
            home=shlex.quote(str(tmp_path / "home")),
            state=shlex.quote(str(state)),
            repository=shlex.quote(str(REPOSITORY)),
            pulumi=shlex.quote(pulumi),
        )
    )
    launcher.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return folder


@pytest.fixture
def checkout(tmp_path: Path, programs: Path) -> Checkout:
    root = tmp_path / "checkout"
    (root / "stacks").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: p\nruntime: python\nstackConfigDir: stacks\n")
    (root / "stacks" / "Pulumi.dev.yaml").write_text("config:\n  p:plain: v0\n")
    (root / "__main__.py").write_text(_PROGRAM)
    made = Checkout(root)
    assert made.programs == programs
    return made


@pytest.fixture
def stack(checkout: Checkout) -> Stack:
    return Stack("dev", checkout)
