"""A stack on pulled images, and the same stack once the machine is offline."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vendor.published_images import Repositories
from tests.vendor.shell import Ran
from tests.vendor.site import Site
from tests.vendor.world import World

pytestmark = pytest.mark.vendor

_LIMIT_SECONDS = 600.0


@pytest.fixture(scope="module")
def deployed(world: World, site: Site) -> Iterator[tuple[Path, Ran]]:
    """A checkout whose sample is deployed, and how `make up` went."""
    checkout = world.clone("deployed")
    yield checkout, world.run("make", "up", folder=checkout, limit=_LIMIT_SECONDS)
    site.closed = False
    world.run("make", "down", folder=checkout, limit=_LIMIT_SECONDS)


def test_the_sample_answers_in_a_cluster_of_pulled_images(
    world: World, deployed: tuple[Path, Ran]
) -> None:
    outputs = world.run(".venv/bin/pulumi", "stack", "output", "--json", folder=deployed[0])
    url = json.loads(outputs.output)["url"]
    assert '"namespace"' in world.run("curl", "--fail", "--silent", f"{url}/api").output


def test_images_are_pulled_by_the_names_and_digests_that_are_published(
    world: World, deployed: tuple[Path, Ran], site: Site, images: Repositories
) -> None:
    assert deployed[1].code == 0
    form = "{{range .RepoDigests}}{{println .}}{{end}}"
    listed = world.run("docker", "image", "ls", "--quiet").output.split()
    held = world.run("docker", "image", "inspect", "--format", form, *set(listed)).output
    for reference in ("docker.io/kindest/node:v1.35.0", "docker.io/library/registry:2.8.3"):
        name = reference.removeprefix("docker.io/").removeprefix("library/").partition(":")[0]
        assert f"{name}@{images.digests[reference]}" in held.split()
    assert site.was_asked("/v2/library/node/manifests/"), "the sample's base image"
    assert "slipway/" not in held


def test_a_machine_that_has_everything_works_offline(
    world: World, deployed: tuple[Path, Ran], site: Site
) -> None:
    checkout = deployed[0]
    lock = checkout / "toolchain" / "lock.toml"
    lock.write_text(f"# Changed.\n{lock.read_text(encoding='utf-8')}", encoding="utf-8")
    assert world.way_out is not None
    site.closed = world.way_out.closed = True
    try:
        ran = world.run("make", "up", folder=checkout, limit=_LIMIT_SECONDS)
    finally:
        site.closed = world.way_out.closed = False

    assert "the vendor's release" in ran.output, "set-up ran again, as a file of it changed"
    assert "built from Go modules" not in ran.output and "made here" not in ran.output
