"""Set-up from the vendors' releases, with the Pythons that people have."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.vendor.shell import Ran
from tests.vendor.site import Site
from tests.vendor.world import World

pytestmark = pytest.mark.vendor

_NEWEST_FIRST = tuple(f"python3.{minor}" for minor in range(15, 10, -1))
_OF_VENDORS = (
    "kind", "kubectl", "pulumi", "pulumi-language-python", "pulumi-resource-docker",
    "pulumi-resource-kubernetes",
)  # fmt: skip


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for the tests of this file, empty at first."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def debians(world: World, cache: Path) -> tuple[Path, Ran]:
    """A checkout, and how its set-up with the system's own Python went."""
    checkout = world.clone("debians")
    return checkout, world.set_up(
        checkout, PYTHON="/usr/bin/python3", STACK="kind", SLIPWAY_CACHE=str(cache)
    )


def test_set_up_with_the_python_of_the_system_takes_every_tool_from_the_vendors(
    cache: Path, debians: tuple[Path, Ran]
) -> None:
    _, ran = debians
    origins = _origins(ran.output)
    assert {name: origins[name] for name in _OF_VENDORS} == dict.fromkeys(
        _OF_VENDORS, "the vendor's release"
    )
    assert "made here" not in ran.output
    assert not {"go", "images", "mirrors.yaml"} & {place.name for place in cache.iterdir()}


def test_releases_are_followed_to_the_hosts_that_hold_them(
    debians: tuple[Path, Ran], site: Site
) -> None:
    assert debians[1].code == 0
    assert site.was_asked("GET github.com/kubernetes-sigs/kind")
    assert site.was_asked("GET objects.githubusercontent.com/kubernetes-sigs/kind")
    assert site.was_asked("GET cdn.dl.k8s.io/release")


def test_docker_is_found_behind_a_context_without_the_default_socket(
    world: World, cache: Path, debians: tuple[Path, Ran]
) -> None:
    checkout, ran = debians
    assert "docker engine" in ran.output
    assert world.run("test", "-e", "/var/run/docker.sock", check=False).code == 1
    doctor = world.run("make", "doctor", folder=checkout, SLIPWAY_CACHE=str(cache))
    assert "fail" not in {line.split(" ")[0] for line in doctor.output.splitlines()}
    assert world.engine.address in doctor.output


def test_a_login_to_another_backend_counts_after_this_set_up(
    world: World, debians: tuple[Path, Ran], tmp_path: Path
) -> None:
    checkout, _ = debians
    script = f". .venv/bin/activate; pulumi login file://{tmp_path} && pulumi stack init team"
    try:
        world.run("sh", "-c", script, folder=checkout)
        assert [path.name for path in tmp_path.rglob("team.json")] == ["team.json"]
        assert not list((checkout / ".slipway" / "state").rglob("team.json"))
    finally:
        world.run("sh", "-c", ". .venv/bin/activate; pulumi logout", folder=checkout)


def test_set_up_with_the_newest_python_at_hand_takes_the_same(world: World) -> None:
    python = _newest()
    ran = world.set_up(world.clone("newest"), PYTHON=python, STACK="kind")

    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True)
    rows = [line.split()[:2] for line in ran.output.splitlines()]
    assert ["python", version.stdout.split()[1]] in rows
    assert _origins(ran.output)["pulumi"] == "the vendor's release"


def _origins(table: str) -> dict[str, str]:
    """The last column of the closing table by the first one."""
    rows = [line.split(maxsplit=2) for line in table.splitlines()]
    return {row[0]: row[2] for row in rows if len(row) == 3}


def _newest() -> str:
    """The newest Python of this machine that can make environments."""
    for name in _NEWEST_FIRST:
        words = (name, "-c", "import ensurepip, sys; print(sys.executable)")
        if shutil.which(name):
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.strip()
    raise AssertionError("there is no Python")
