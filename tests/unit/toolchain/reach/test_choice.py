"""The choice of where tools and images come from, and the reason that is shown.

Belongs here: answers of hosts and of Docker, earlier answers, and the user's own decision.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.errors import ToolchainError
from toolchain.lock import Lock
from toolchain.reach import Choice, Remembered, choose_images, choose_tools, rounds
from toolchain.reach.answer import Answer
from toolchain.reach.remembered import Kept
from toolchain.reach.rounds import Ask

HUB = "https://registry.example/v2/"
ONE, TWO = "https://one.example/sums", "https://two.example/sums"
YES, NO = Answer("present", "HTTP status 200"), Answer("absent", "connection refused")
UNTRUSTED = Answer("unknown", "certificate verify failed: self-signed certificate")


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    one = samples.released("https://one.example/kind", ONE)
    two = samples.released("https://two.example/kubectl", TWO)
    return samples.lock(tmp_path, one, replace(two, name="kubectl"))


@pytest.fixture
def remembered(tmp_path: Path) -> Remembered:
    return Remembered.load(tmp_path)


def answering(answers: Mapping[str, Answer]) -> Ask:
    return lambda url, _seconds: answers[url]


def tools(lock: Lock, remembered: Remembered, one: Answer, two: Answer = YES) -> Choice:
    return choose_tools(lock, remembered, {}, answering({ONE: one, TWO: two}))


def images(
    lock: Lock, remembered: Remembered, here: Answer, through: Answer | None = None
) -> Choice:
    return choose_images(lock, remembered, lambda: through, {}, answering({HUB: here}))


def test_releases_are_used_when_every_vendor_answers(lock: Lock, remembered: Remembered) -> None:
    choice = tools(lock, remembered, YES)
    assert choice == Choice(True, "as one.example and two.example answer")


def test_one_absent_vendor_is_enough_to_build(lock: Lock, remembered: Remembered) -> None:
    choice = tools(lock, remembered, NO)
    assert (choice.is_published, choice.is_certain) == (False, True)
    assert "out of reach: one.example: connection refused; SLIPWAY_TOOLS=release" in choice.reason


def test_an_untrusted_certificate_leads_to_builds_and_is_named(
    lock: Lock, remembered: Remembered
) -> None:
    choice = tools(lock, remembered, UNTRUSTED)
    assert (choice.is_published, choice.is_certain) == (False, False)
    assert "one.example: certificate verify failed: self-signed certificate" in choice.reason
    assert "SLIPWAY_TOOLS=release" in choice.reason


def test_the_last_certain_answer_counts_where_none_can_be_had(
    lock: Lock, remembered: Remembered, tmp_path: Path
) -> None:
    tools(lock, remembered, YES)
    remembered.save()
    later = Remembered.load(tmp_path)
    later.answers["one.example"] = replace(later.answers["one.example"], day="2026-11-01")
    choice = tools(lock, later, UNTRUSTED)
    assert (choice.is_published, choice.is_certain) == (True, False)
    assert "self-signed certificate (present on 2026-11-01); SLIPWAY_TOOLS=build" in choice.reason


def test_a_certain_answer_now_counts_more_than_an_earlier_one(
    lock: Lock, remembered: Remembered
) -> None:
    tools(lock, remembered, YES)
    assert tools(lock, remembered, NO).is_published is False
    assert tools(lock, remembered, UNTRUSTED).is_published is False, "the last one was no"


def test_answers_that_are_not_certain_are_not_kept(lock: Lock, remembered: Remembered) -> None:
    tools(lock, remembered, UNTRUSTED)
    assert set(remembered.answers) == {"two.example"}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"one.example": 1}', '{"a": {"b": 1}}'])
def test_a_damaged_file_of_answers_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "reach.json").write_text(content)
    assert Remembered.load(tmp_path).answers == {}


def test_a_cache_that_cannot_be_written_does_not_end_the_set_up(tmp_path: Path) -> None:
    Remembered(tmp_path / "missing", {"one.example": Kept(True, "2026-11-01")}).save()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("word", "is_published"), [("release", True), ("build", False)])
def test_the_user_decides_on_tools_and_no_vendor_is_asked(
    lock: Lock, remembered: Remembered, word: str, is_published: bool
) -> None:
    choice = choose_tools(lock, remembered, {"SLIPWAY_TOOLS": word}, answering({}))
    assert choice == Choice(is_published, f"as SLIPWAY_TOOLS={word} demands", by_hand=True)


@pytest.mark.parametrize(("word", "is_published"), [("pull", True), ("make", False)])
def test_the_user_decides_on_images_and_neither_registry_nor_docker_is_asked(
    lock: Lock, remembered: Remembered, word: str, is_published: bool
) -> None:
    def fail() -> Answer:
        raise AssertionError("Docker was asked")

    environment = {"SLIPWAY_IMAGES": word}
    choice = choose_images(lock, remembered, fail, environment, answering({}))
    assert choice == Choice(is_published, f"as SLIPWAY_IMAGES={word} demands", by_hand=True)


def test_other_words_are_refused_with_the_ones_that_count(
    lock: Lock, remembered: Remembered
) -> None:
    with pytest.raises(ToolchainError, match="neither release nor build"):
        choose_tools(lock, remembered, {"SLIPWAY_TOOLS": "source"}, answering({}))
    with pytest.raises(ToolchainError, match="neither pull nor make"):
        choose_images(lock, remembered, lambda: None, {"SLIPWAY_IMAGES": "no"}, answering({}))


def test_images_are_pulled_where_the_registry_answers(lock: Lock, remembered: Remembered) -> None:
    choice = images(lock, remembered, Answer("present", "HTTP status 401"))
    assert choice == Choice(True, "as registry.example answers")


@pytest.mark.parametrize("here", [NO, UNTRUSTED])
def test_docker_decides_where_the_registry_does_not_answer_from_here(
    lock: Lock, remembered: Remembered, here: Answer
) -> None:
    choice = images(lock, remembered, here, Answer("present", "pulls registry:2.8.3"))
    assert choice == Choice(True, "as Docker pulls registry:2.8.3")


def test_images_are_made_where_neither_has_a_way_and_both_reasons_are_shown(
    lock: Lock, remembered: Remembered
) -> None:
    choice = images(lock, remembered, UNTRUSTED, Answer("absent", "no such host"))
    assert (choice.is_published, choice.is_certain) == (False, False)
    assert "Docker: no such host; registry.example: certificate verify failed" in choice.reason
    assert choice.reason.endswith("SLIPWAY_IMAGES=pull pulls them all the same")


def test_images_are_pulled_as_before_where_nothing_can_be_known_now(
    lock: Lock, remembered: Remembered
) -> None:
    images(lock, remembered, YES)
    choice = images(lock, remembered, UNTRUSTED, Answer("unknown", "x509: unknown authority"))
    assert (choice.is_published, choice.is_certain) == (True, False)
    assert "as before: registry.example: certificate verify failed" in choice.reason


def test_a_way_that_docker_had_counts_where_it_cannot_be_asked(
    lock: Lock, remembered: Remembered
) -> None:
    images(lock, remembered, NO, Answer("present", "pulls registry:2.8.3"))
    choice = images(lock, remembered, NO, Answer("unknown", "i/o timeout"))
    assert (choice.is_published, choice.is_certain) == (True, False)


def test_a_machine_without_network_decides_as_it_did_before(
    lock: Lock, remembered: Remembered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_PAUSE_SECONDS", 0.0)
    offline = Answer("unknown", "its name cannot be looked up", is_repeatable=True)
    tools(lock, remembered, NO)
    images(lock, remembered, NO, NO)
    assert tools(lock, remembered, offline, offline).is_published is False
    assert images(lock, remembered, offline, offline).is_published is False
    tools(lock, remembered, YES)
    images(lock, remembered, YES)
    assert tools(lock, remembered, offline, offline).is_published is True
    assert images(lock, remembered, offline, offline).is_published is True
