"""Choosing between a tool as the vendor has it and one that is built faster."""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.cache_keys import build_key
from toolchain.lock import Lock
from toolchain.setup import whole

ASKED = {"SLIPWAY_TOOLS": "build-whole"}


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    return samples.lock(tmp_path, samples.overlaid(), samples.built("etcd", "etcd"))


def key(lock: Lock, environment: dict[str, str], cache: Path) -> str:
    chosen = whole.choose(lock, samples.LINUX, cache, environment)
    return build_key(chosen, chosen.tools["kind"], samples.LINUX)


def test_a_tool_is_built_whole_only_where_the_user_asks_for_it(lock: Lock, tmp_path: Path) -> None:
    reduced = build_key(lock, lock.tools["kind"], samples.LINUX)
    assert key(lock, {}, tmp_path) == key(lock, {"SLIPWAY_TOOLS": "build"}, tmp_path) == reduced
    assert key(lock, ASKED, tmp_path) != reduced, "another place in the cache"


def test_what_was_built_whole_stays_in_use(lock: Lock, tmp_path: Path) -> None:
    asked = key(lock, ASKED, tmp_path)
    (tmp_path / "tools" / asked).mkdir(parents=True)
    assert key(lock, {}, tmp_path) == asked


def test_a_tool_that_leaves_nothing_out_is_the_same_either_way(lock: Lock, tmp_path: Path) -> None:
    chosen = whole.choose(lock, samples.LINUX, tmp_path, ASKED)
    assert chosen.tools["etcd"] == lock.tools["etcd"]
