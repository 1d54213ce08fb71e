"""Deciding once, and quickly, which sources a machine can use."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain import reach
from toolchain.errors import ToolchainError
from toolchain.lock import Lock

HUB = "https://registry.example/v2/"


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    one = samples.released("https://one.example/kind", "https://one.example/sums")
    two = samples.released("https://two.example/kubectl", "https://two.example/sums")
    return samples.lock(tmp_path, one, replace(two, name="kubectl"))


def answering(*urls: str) -> Callable[[str], bool]:
    return lambda url: url in urls


def test_releases_are_used_when_every_vendor_answers(lock: Lock) -> None:
    found = reach.probe(lock, {}, answering(*lock.vendors, HUB))
    assert found == reach.Reach(releases=True, images=True)


def test_one_silent_vendor_is_enough_to_build(lock: Lock) -> None:
    found = reach.probe(lock, {}, answering(lock.vendors[0], HUB))
    assert found == reach.Reach(releases=False, images=True)


def test_images_are_made_here_when_the_registry_is_silent(lock: Lock) -> None:
    assert reach.probe(lock, {}, answering(*lock.vendors)).images is False


@pytest.mark.parametrize(("word", "releases"), [("release", True), ("build", False)])
def test_the_user_decides_by_hand_and_no_vendor_is_asked(
    lock: Lock, word: str, releases: bool
) -> None:
    asked: list[str] = []

    def answers(url: str) -> bool:
        asked.append(url)
        return True

    found = reach.probe(lock, {"SLIPWAY_TOOLS": word}, answers)
    assert found == reach.Reach(releases=releases, images=True, forced=True)
    assert asked == [HUB]


def test_another_word_is_refused_with_the_ones_that_count(lock: Lock) -> None:
    with pytest.raises(ToolchainError, match="neither release nor build"):
        reach.probe(lock, {"SLIPWAY_TOOLS": "source"}, answering())


def test_sources_that_never_answer_cost_one_time_limit_and_not_one_each(
    lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "_SECONDS", 0.2)
    begun = time.monotonic()

    def never(_url: str) -> bool:
        time.sleep(4)
        return True

    assert reach.probe(lock, {}, never) == reach.Reach(releases=False, images=False)
    assert time.monotonic() - begun < 3
