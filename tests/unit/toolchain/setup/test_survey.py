"""The survey of a machine whose hosts cannot be reached, and what it leads to.

Belongs here: network, Docker (a script) and cache together; the proxy refuses every connection.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.unit.toolchain import samples
from tests.unit.toolchain.reach.servers import refusing
from toolchain.cache import Cache
from toolchain.cache_keys import build_key, release_key
from toolchain.images.recipe import Recipe
from toolchain.images.store import image_key
from toolchain.lock import Lock, PublishedImage
from toolchain.places import this_platform
from toolchain.reach import Remembered
from toolchain.reach.answer import Answer
from toolchain.runner import Runner
from toolchain.setup.plan import plan
from toolchain.setup.shop import Shop
from toolchain.setup.survey import Survey, survey
from toolchain.tools.python_environment import PythonEnvironment

_RECIPE = Recipe("docker.io/slipway/kind-node:v1", ("etcd",), (), lambda _shop, _place: None)
# Docker has the image, answers late, and has no network either.
_DOCKER = """
case "$1 $2" in
"version "*) case "$*" in *Arch*) echo amd64 ;; *) sleep 2.2; echo 20.10.24 ;; esac ;;
"image inspect")
    case "$*" in
    *slipway/kind-node:v1*)
        label='{{"slipway.toolchain.key": "{key}"}}'
        echo '{{"tags": ["slipway/kind-node:v1"], "labels": '"$label"', "id": "1"}}' ;;
    *) exit 1 ;;
    esac ;;
"pull "*) echo 'dial tcp 10.1.1.1:443: i/o timeout' >&2; exit 1 ;;
esac
"""


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    kind = replace(
        samples.released("https://vendor.example/kind", "https://vendor.example/sums"),
        build=samples.built().build,
        accepted=samples.command().accepted,
    )
    etcd = replace(samples.built("etcd", "etcd"), use="image")
    image = PublishedImage("docker.io/library/registry:2.8.3", "sha256:ab")
    return replace(samples.lock(tmp_path, kind, etcd), images={"registry": image})


@pytest.fixture(autouse=True)
def _offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: Lock) -> Iterator[None]:
    key = image_key(
        _RECIPE, {"etcd": build_key(lock, lock.tools["etcd"], this_platform())}, "amd64"
    )
    samples.program(tmp_path / "bin", "docker", _DOCKER.format(key=key))
    monkeypatch.setattr("toolchain.images.RECIPES", (_RECIPE,))
    monkeypatch.setattr("toolchain.reach.rounds._PAUSE_SECONDS", 0.0)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    for name in ("SLIPWAY_TOOLS", "SLIPWAY_IMAGES", "DOCKER_HOST", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with refusing() as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        yield


def _survey(folder: Path, lock: Lock) -> tuple[Survey, list[str]]:
    """Survey the machine, and plan what is missing."""
    runner = Runner()
    cache = Cache(folder / "cache", runner)
    cache.require_writable()
    checkout = samples.checkout(folder / "checkout")
    facts = survey(checkout, lock, cache, runner)
    shop = Shop(checkout, lock, cache, runner, facts, cast(PythonEnvironment, None))
    return facts, [step.name for step in plan(shop).steps]


@pytest.mark.parametrize("way", ["release", "build"])
def test_a_machine_that_has_everything_needs_no_network_and_waits_for_a_slow_docker(
    tmp_path: Path, lock: Lock, way: str
) -> None:
    kind, platform = lock.tools["kind"], this_platform()
    keys = {"release": release_key(kind, platform), "build": build_key(lock, kind, platform)}
    name = keys[way]
    (tmp_path / "cache" / "tools" / name).mkdir(parents=True)

    facts, steps = _survey(tmp_path, lock)

    assert (facts.reach.tools.is_certain, facts.reach.images.is_certain) == (False, False)
    assert "vendor.example: the proxy http://127.0.0.1" in facts.reach.tools.reason
    assert "Docker: dial tcp 10.1.1.1:443: i/o timeout" in facts.reach.images.reason
    assert facts.sources["kind"].key == name
    assert steps == ["engine"]


def test_a_machine_that_pulled_images_before_makes_none_where_nothing_can_be_asked(
    tmp_path: Path, lock: Lock
) -> None:
    (tmp_path / "cache").mkdir()
    before = Remembered(tmp_path / "cache")
    before.note("vendor.example", Answer("present", "HTTP status 200"))
    before.note("registry.example", Answer("present", "HTTP status 401"))
    before.save()

    facts, steps = _survey(tmp_path, lock)

    assert facts.reach.images.is_published
    assert facts.images == ()
    assert steps == ["get-kind", "engine"], "an uncached release is downloaded, or that fails"
