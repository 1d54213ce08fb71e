"""Make targets that need no Docker, run in a fresh clone on a machine without it.

Belongs here: the whole way from `make` on, with the Python environment that the target makes.
"""

import shutil

import pytest
import yaml

from tests.unit.ci.fresh_clone import FreshClone
from tests.unit.components.plan import DIGEST


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> FreshClone:
    return FreshClone(tmp_path_factory.mktemp("fresh"))


def test_the_machine_has_make_but_no_docker(clone: FreshClone) -> None:
    assert shutil.which("make", path=clone.path)
    assert shutil.which("docker", path=clone.path) is None


def test_render_writes_the_manifests_of_the_committed_stack(clone: FreshClone) -> None:
    image = {
        "source": "docker build app",
        "image": f"registry.example/team/hello-node@{DIGEST}",
        "user": 10001,
        "group": 10001,
    }
    facts = {"applications": {"hello-node": {"images": {"application": image}}}}
    lock = clone.root / "stacks" / "cloud.lock.yaml"
    lock.write_text(yaml.safe_dump(facts), encoding="utf-8")

    output = clone.make("render", "STACK=cloud", "OUT=manifests")

    written = [line for line in output.splitlines() if line.startswith("manifests/")]
    deployment = clone.root / "manifests/slipway-cloud/deployment-hello-node.yaml"
    assert str(deployment.relative_to(clone.root)) in written
    assert image["image"] in deployment.read_text(encoding="utf-8")
    assert not (clone.root / ".slipway").exists(), "render set up more than Python"


def test_unit_runs_the_unit_tests(clone: FreshClone) -> None:
    # Only test_lock.py: this is about the way to the tests.
    others = ("[!t]*", "toolchain/*/*", "toolchain/test_[!l]*")
    ignored = " ".join(f"--ignore-glob=tests/unit/{name}" for name in others)

    output = clone.make("unit", PYTEST_ADDOPTS=ignored)

    assert " passed" in output
    assert " skipped" not in output
