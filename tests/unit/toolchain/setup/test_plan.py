"""Which steps a set-up takes, from what is there already."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.unit.toolchain import samples
from toolchain.cache import Cache
from toolchain.images.recipe import Recipe
from toolchain.lock import Lock
from toolchain.places import Checkout
from toolchain.reach import Choice, Reach
from toolchain.runner import Runner
from toolchain.setup.plan import plan
from toolchain.setup.shop import Shop
from toolchain.setup.sources import source_of
from toolchain.setup.survey import RequiredImage, Survey
from toolchain.tools.found import Found
from toolchain.tools.python_environment import PythonEnvironment

RECIPE = Recipe("docker.io/slipway/kind-node:v1", ("etcd",), (), lambda _shop, _place: None)
WANTED = RequiredImage(RECIPE, "key1", is_present=False)


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    kind = replace(
        samples.released("https://vendor.example/kind", "https://vendor.example/sums"),
        build=samples.built().build,
    )
    etcd = replace(samples.built("etcd", "etcd"), use="image")
    docker = samples.released("https://vendor.example/docker", "https://vendor.example/sums")
    docker = replace(docker, name="pulumi-resource-docker", use="plugin", plugin="docker")
    return samples.lock(tmp_path, kind, etcd, docker)


def shop(
    lock: Lock,
    *,
    releases: bool = False,
    found: tuple[str, ...] = (),
    images: tuple[RequiredImage, ...] = (),
    certain: bool = True,
) -> Shop:
    reach = Reach(
        Choice(releases, "of the answers", is_certain=certain), Choice(not images, "of the answers")
    )
    cache = Cache(lock.folder / "cache", Runner())
    sources = {
        name: source
        for name, tool in lock.tools.items()
        if (source := source_of(tool, lock, samples.LINUX, reach, cache.folder))
    }
    survey = Survey(
        reach=reach,
        found={name: Found(name, "0.31.0", Path("/usr/bin") / name, "PATH") for name in found},
        sources=sources,
        images=images,
        architecture="amd64",
    )
    # No step is run here, so nothing asks the environment.
    environment = cast(PythonEnvironment, None)
    return Shop(Checkout(lock.folder / "checkout"), lock, cache, Runner(), survey, environment)


def names(shop: Shop) -> list[str]:
    return [step.name for step in plan(shop).steps]


def cached(shop: Shop, tool: str) -> None:
    (shop.cache.folder / "tools" / shop.survey.sources[tool].key).mkdir(parents=True)


def test_a_release_is_downloaded_where_vendors_answer(lock: Lock) -> None:
    assert names(shop(lock, releases=True)) == ["get-kind", "get-pulumi-resource-docker", "engine"]


def test_elsewhere_a_tool_is_built_and_what_cannot_be_is_left_to_its_stand_in(lock: Lock) -> None:
    assert names(shop(lock)) == ["go", "fetch-kind-.", "build-kind", "engine"]


def test_a_tool_waits_for_the_build_that_leaves_it_most_packages(lock: Lock) -> None:
    kind = lock.tools["kind"]
    build = replace(kind.required_build, after=("etcd",))
    lock = replace(lock, tools={**lock.tools, "kind": replace(kind, build=build)})
    steps = {step.name: step for step in plan(shop(lock)).steps}
    assert steps["build-kind"].after == ("build-etcd",)


def test_a_tool_on_path_takes_no_step(lock: Lock) -> None:
    assert names(shop(lock, releases=True, found=tuple(lock.tools))) == ["engine"]


def test_a_cached_tool_takes_no_step(lock: Lock) -> None:
    work = shop(lock)
    cached(work, "kind")
    assert names(work) == ["engine"]


def test_a_release_that_was_downloaded_earlier_is_used_without_its_vendor(lock: Lock) -> None:
    earlier = shop(lock, releases=True)
    cached(earlier, "pulumi-resource-docker")
    docker = lock.tools["pulumi-resource-docker"]
    folder = earlier.cache.folder
    silent, images = Choice(False, "silence"), Choice(True, "any")
    by_hand = Choice(False, "SLIPWAY_TOOLS=build", by_hand=True)
    assert source_of(docker, lock, samples.LINUX, Reach(silent, images), folder) is not None
    assert source_of(docker, lock, samples.LINUX, Reach(by_hand, images), folder) is None


def test_an_image_waits_for_docker_and_the_programs_it_is_made_from(lock: Lock) -> None:
    steps = {step.name: step for step in plan(shop(lock, images=(WANTED,))).steps}
    assert set(steps["image-kind-node:v1"].needs) == {"engine", "packages", "build-etcd"}
    assert steps["packages"].needs == ("engine",)


def test_programs_for_images_are_not_built_where_images_are_pulled(lock: Lock) -> None:
    assert "build-etcd" not in names(shop(lock))


def test_without_docker_no_engine_is_found_and_no_image_made(lock: Lock) -> None:
    work = replace(shop(lock, images=(WANTED,), found=("kind",)), docker=False)
    assert names(work) == []


def test_an_image_that_docker_has_takes_no_step(lock: Lock) -> None:
    there = replace(WANTED, is_present=True)
    work = shop(lock, images=(there,), found=("kind",))
    assert names(work) == ["engine"]


def test_an_image_in_the_cache_is_only_loaded(lock: Lock) -> None:
    work = shop(lock, images=(WANTED,), found=("kind",))
    archive = work.cache.folder / "images" / "key1.tar"
    archive.parent.mkdir(parents=True)
    archive.touch()
    steps = {step.name: step for step in plan(work).steps}
    assert sorted(steps) == ["engine", "image-kind-node:v1"]
    assert steps["image-kind-node:v1"].needs == ("engine",)


def test_the_space_that_is_needed_shrinks_with_what_is_there(lock: Lock) -> None:
    work = shop(lock, images=(WANTED,))
    before = plan(work).space
    cached(work, "etcd")
    etcd = lock.tools["etcd"].build
    assert etcd is not None
    assert plan(work).space == before - etcd.space


@pytest.mark.parametrize("base", ["there", "missing"])
def test_an_image_waits_for_the_one_that_it_is_made_from(lock: Lock, base: str) -> None:
    derived = Recipe("docker.io/slipway/minikube-node:v1", (), (), RECIPE.make, base=RECIPE)
    wanted = RequiredImage(derived, "key2", is_present=False)
    work = shop(lock, images=(replace(WANTED, is_present=base == "there"), wanted))

    steps = {step.name: step for step in plan(work).steps}

    needs = {"engine", "packages"} | ({"image-kind-node:v1"} if base == "missing" else set())
    assert set(steps["image-minikube-node:v1"].needs) == needs


@pytest.mark.parametrize("compiler", ["there", "missing"])
def test_a_tool_that_holds_c_is_built_once_there_is_a_compiler(
    lock: Lock, monkeypatch: pytest.MonkeyPatch, compiler: str
) -> None:
    monkeypatch.setattr(
        shutil, "which", lambda name: f"/usr/bin/{name}" if compiler == "there" else None
    )
    build = lock.tools["kind"].build
    assert build is not None
    tools = {**lock.tools, "kind": replace(lock.tools["kind"], build=replace(build, cgo=True))}

    steps = {step.name: step for step in plan(shop(replace(lock, tools=tools))).steps}

    assert ("compiler" in steps) == (compiler == "missing")
    assert ("compiler" in steps["fetch-kind-."].needs) == (compiler == "missing")


def test_where_vendors_cannot_be_asked_what_was_built_counts(lock: Lock) -> None:
    assert "get-kind" in names(shop(lock, releases=True, certain=False)), "nothing is cached"
    cached(shop(lock), "kind")
    assert "get-kind" not in names(shop(lock, releases=True, certain=False))
    assert "get-kind" in names(shop(lock, releases=True))


@pytest.mark.parametrize("releases", [True, False])
def test_a_machine_that_has_everything_takes_no_step_that_needs_a_network(
    lock: Lock, releases: bool
) -> None:
    for tool in ("kind", "pulumi-resource-docker"):
        cached(shop(lock, releases=True), tool)
    there = replace(WANTED, is_present=True)
    assert names(shop(lock, releases=releases, certain=False, images=(there,))) == ["engine"]
