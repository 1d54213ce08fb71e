"""The lock: what it says about versions and sources, and when a cached result no longer counts.

Belongs here: everything that is decided from lock.toml and the Go modules alone.
"""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from components.kind.args import ClusterArgs
from components.machine.pinned import DIGESTS
from components.registry import RegistryArgs
from tests.unit.toolchain import samples
from toolchain import images
from toolchain.cache_keys import build_key, release_key
from toolchain.lock import PublishedImage, Range, read_lock
from toolchain.locking import PLATFORMS
from toolchain.places import Platform, cache_folder

ROOT = Path(__file__).parents[3]
LOCK = read_lock(ROOT / "toolchain", samples.LINUX)


@pytest.mark.parametrize("version", ["1.34", "1.34.0", "1.35.4", "v1.36.9"])
def test_a_version_from_the_first_up_to_the_last_is_accepted(version: str) -> None:
    assert version in Range("1.34", "1.37")


@pytest.mark.parametrize("version", ["1.33.9", "1.37.0", "2.0.0", "0.35.0"])
def test_a_version_outside_is_not_accepted(version: str) -> None:
    assert version not in Range("1.34", "1.37")


def test_versions_are_compared_by_numbers_and_not_by_letters() -> None:
    assert "3.1000.0" in Range("3.259.0", "4")


@pytest.mark.parametrize(
    ("tool", "package"),
    [
        ("pulumi", "pulumi"),
        ("pulumi-resource-kubernetes", "pulumi-kubernetes"),
        ("pulumi-resource-docker", "pulumi-docker"),
    ],
)
def test_each_pulumi_tool_has_the_version_of_its_python_package(tool: str, package: str) -> None:
    pins = (ROOT / "requirements.lock").read_text()
    pinned = re.search(rf"^{package}==(\S+)", pins, re.MULTILINE)
    assert pinned is not None
    assert LOCK.tools[tool].version == pinned.group(1)


def test_every_tool_on_path_would_be_accepted_in_the_version_that_set_up_provides() -> None:
    for tool in LOCK.tools.values():
        assert tool.accepted is None or tool.version in tool.accepted, tool.name


def test_every_built_tool_has_its_go_module_with_checksums_for_what_it_requires() -> None:
    for tool in LOCK.tools.values():
        if tool.build:
            module = LOCK.folder / "go" / tool.build.module
            requires = "require" in (module / "go.mod").read_text()
            assert (module / "go.sum").is_file() == requires, tool.name


def test_every_tool_that_another_is_built_after_is_built_too() -> None:
    named = {name for tool in LOCK.tools.values() if tool.build for name in tool.build.after}
    assert named <= {name for name, tool in LOCK.tools.items() if tool.build}


def test_every_program_that_an_image_needs_is_in_the_lock() -> None:
    needed = {name for recipe in images.RECIPES for name in recipe.programs}
    assert needed <= {name for name, tool in LOCK.tools.items() if tool.build}


def test_addresses_are_filled_in_for_the_platform() -> None:
    arm = read_lock(ROOT / "toolchain", Platform("darwin", "arm64")).tools["pulumi"].release
    amd = LOCK.tools["pulumi"].release
    assert arm and arm.url.endswith("pulumi-v3.259.0-darwin-arm64.tar.gz")
    assert amd and amd.url.endswith("pulumi-v3.259.0-linux-x64.tar.gz")


def test_checksums_are_those_of_the_very_release_that_is_downloaded() -> None:
    document = tomllib.loads((ROOT / "toolchain" / "lock.toml").read_text())
    releases = {
        tool.release.url
        for platform in PLATFORMS
        for tool in read_lock(ROOT / "toolchain", platform).tools.values()
        if tool.release
    }
    assert set(document["sha256"]) <= releases, "run `make lock` after a change of a version"
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in document["sha256"].values())
    assert set(document["digest"]) <= {image.reference for image in LOCK.images.values()}


def test_a_checksum_of_another_version_does_not_count(tmp_path: Path) -> None:
    text = (ROOT / "toolchain" / "lock.toml").read_text()
    (tmp_path / "lock.toml").write_text(text.replace('version = "0.31.0"', 'version = "0.31.1"'))
    before, after = LOCK.tools["kind"], read_lock(tmp_path, samples.LINUX).tools["kind"]
    assert before.required_release.sha256 is not None
    assert after.required_release.sha256 is None


def test_published_images_are_the_ones_that_stacks_name_by_default() -> None:
    names = {name: image.reference for name, image in LOCK.images.items()}
    kind = ClusterArgs()
    assert names == {
        "node": kind.node_image,
        "balancer": kind.balancer_image,
        "registry": RegistryArgs().image,
    }


def test_components_pull_by_the_digests_of_the_lock() -> None:
    locked = {image.reference: image.digest for image in LOCK.images.values() if image.digest}
    assert locked == DIGESTS, "run `make lock`"


def test_a_digest_takes_the_place_of_the_tag_where_it_is_known() -> None:
    image = PublishedImage("registry.example:5000/team/app:1", "sha256:ab")
    assert image.by_digest == "registry.example:5000/team/app@sha256:ab"
    assert replace(image, digest=None).by_digest == image.reference


def test_one_file_of_each_vendor_is_probed() -> None:
    hosts = [url.split("/")[2] for url in LOCK.vendors]
    assert sorted(hosts) == ["dl.k8s.io", "get.pulumi.com", "github.com"]


def test_a_changed_checksum_file_makes_a_built_tool_outdated(tmp_path: Path) -> None:
    tool = samples.built()
    lock = samples.lock(tmp_path, tool)
    before = build_key(lock, tool, samples.LINUX)
    (tmp_path / "go" / "kind" / "go.sum").write_text("example v1 h1:0\n")
    assert build_key(lock, tool, samples.LINUX) != before


def test_a_changed_file_below_the_module_makes_a_built_tool_outdated(tmp_path: Path) -> None:
    tool = samples.built()
    lock = samples.lock(tmp_path, tool)
    package = tmp_path / "go" / "kind" / "provider" / "yaml" / "refused.go"
    package.parent.mkdir(parents=True)
    package.write_text("package yaml\n")
    before = build_key(lock, tool, samples.LINUX)
    package.write_text("package v2\n")
    assert build_key(lock, tool, samples.LINUX) != before


def test_other_flags_or_another_platform_make_a_built_tool_outdated(tmp_path: Path) -> None:
    tool = samples.built()
    assert tool.build
    lock = samples.lock(tmp_path, tool)
    flagged = replace(tool, build=replace(tool.build, ldflags=("-X a=b",)))
    keys = {
        build_key(lock, tool, samples.LINUX),
        build_key(lock, flagged, samples.LINUX),
        build_key(lock, tool, Platform("linux", "arm64")),
    }
    assert len(keys) == 3


def test_a_better_estimate_does_not_make_a_built_tool_outdated(tmp_path: Path) -> None:
    tool = samples.built()
    assert tool.build
    lock = samples.lock(tmp_path, tool)
    slower = replace(tool, build=replace(tool.build, seconds=900, space=900, after=("etcd",)))
    assert build_key(lock, slower, samples.LINUX) == build_key(lock, tool, samples.LINUX)


def test_a_release_from_another_address_is_another_result() -> None:
    one, other = samples.released("https://a/x", "https://a/s"), samples.released("https://b/x", "")
    assert release_key(one, samples.LINUX) != release_key(other, samples.LINUX)


def test_a_checksum_that_the_lock_gets_later_does_not_make_a_download_outdated() -> None:
    before = samples.released("https://a/x", "https://a/s")
    after = samples.released("https://a/x", "https://a/s", sha256="ab" * 32)
    assert release_key(before, samples.LINUX) == release_key(after, samples.LINUX)


def test_the_cache_is_where_the_user_says() -> None:
    assert cache_folder({"SLIPWAY_CACHE": "/big/disk"}) == Path("/big/disk")
    assert cache_folder({"XDG_CACHE_HOME": "/caches"}) == Path("/caches/slipway")
    assert cache_folder({}) == Path.home() / ".cache" / "slipway"
