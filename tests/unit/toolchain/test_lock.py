"""The lock: what it says about versions and sources, and when a cached result no longer counts.

Belongs here: everything that is decided from lock.toml and the Go modules alone.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain import images
from toolchain.cache_keys import build_key, release_key
from toolchain.lock import Range, read_lock
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


def test_every_program_that_an_image_needs_is_in_the_lock() -> None:
    needed = {name for recipe in images.RECIPES for name in recipe.programs}
    assert needed <= {name for name, tool in LOCK.tools.items() if tool.build}


def test_addresses_are_filled_in_for_the_platform() -> None:
    arm = read_lock(ROOT / "toolchain", Platform("darwin", "arm64")).tools["pulumi"].release
    amd = LOCK.tools["pulumi"].release
    assert arm and arm.url.endswith("pulumi-v3.259.0-darwin-arm64.tar.gz")
    assert amd and amd.url.endswith("pulumi-v3.259.0-linux-x64.tar.gz")


def test_one_file_of_each_vendor_is_probed() -> None:
    hosts = [url.split("/")[2] for url in LOCK.vendors]
    assert sorted(hosts) == ["dl.k8s.io", "get.pulumi.com", "github.com"]


def test_a_changed_checksum_file_makes_a_built_tool_outdated(tmp_path: Path) -> None:
    tool = samples.built()
    lock = samples.lock(tmp_path, tool)
    before = build_key(lock, tool, samples.LINUX)
    (tmp_path / "go" / "kind" / "go.sum").write_text("example v1 h1:0\n")
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
    slower = replace(tool, build=replace(tool.build, seconds=900, space=900))
    assert build_key(lock, slower, samples.LINUX) == build_key(lock, tool, samples.LINUX)


def test_a_release_from_another_address_is_another_result() -> None:
    one, other = samples.released("https://a/x", "https://a/s"), samples.released("https://b/x", "")
    assert release_key(one, samples.LINUX) != release_key(other, samples.LINUX)


def test_the_cache_is_where_the_user_says() -> None:
    assert cache_folder({"SLIPWAY_CACHE": "/big/disk"}) == Path("/big/disk")
    assert cache_folder({"XDG_CACHE_HOME": "/caches"}) == Path("/caches/slipway")
    assert cache_folder({}) == Path.home() / ".cache" / "slipway"
