"""A stack that outlives the checkout in which it was made."""

from pathlib import Path

import pytest
import yaml

from tests.engine.language_host.pulumi_project import Project

from .installed import REPOSITORY, Installed

pytestmark = pytest.mark.engine

_PROGRAM = """
import pulumi
from components.lock_file import LockFile
from components.targets.hash_key import HashKey
key = HashKey("key")
LockFile("lock", path="dev.lock.yaml", content={"applications": {}})
pulumi.export("key", key.key)
"""


def test_a_stack_of_a_checkout_is_destroyed_with_the_installed_package(
    installed: Installed, tmp_path: Path
) -> None:
    project = Project(tmp_path)
    project.run("stack", "init", "dev")
    project.program(_PROGRAM)
    lock = project.folder / "dev.lock.yaml"
    shown = project.up(PYTHONPATH=str(REPOSITORY))
    assert "+ 3 created" in shown and lock.exists()

    shown = project.run("destroy", "--yes", "--skip-preview", code=1)
    assert "No module named 'slipway'" in shown, "the checkout must be out of reach now"
    assert lock.exists()

    # What a user does who goes on without the checkout: an environment with the package.
    runtime = {"name": "python", "options": {"virtualenv": str(installed.folder)}}
    (project.folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "p", "runtime": runtime}))
    shown = project.run("destroy", "--yes", "--skip-preview")

    assert "- 3 deleted" in shown and not lock.exists()
