"""Asking several hosts at once: how long it takes, and who gets a second chance."""

import threading
import time

import pytest

from tests.unit.toolchain.reach.servers import serve
from toolchain.reach import rounds
from toolchain.reach.answer import Answer, ask
from toolchain.reach.rounds import ask_all


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "FIRST_SECONDS", 0.3)
    monkeypatch.setattr(rounds, "ALL_SECONDS", 3.0)
    monkeypatch.setattr(rounds, "_PAUSE_SECONDS", 0.05)


def test_a_host_that_is_too_slow_for_the_first_attempt_answers_the_longer_one() -> None:
    with serve(200, silences=(0.8, 0.8)) as (server, address):
        answers = ask_all({address}, ask)
    assert answers[address].state == "present"
    assert len(server.asked) == 2


def test_an_error_of_the_server_gets_a_second_chance() -> None:
    with serve(503, 200) as (_, address):
        assert ask_all({address}, ask)[address].state == "present"


def test_a_certain_answer_is_not_asked_for_twice() -> None:
    with serve(200) as (server, address):
        ask_all({address}, ask)
    assert len(server.asked) == 1


def test_hosts_that_never_answer_cost_one_time_limit_and_not_one_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "ALL_SECONDS", 0.4)
    ended = threading.Event()

    def never(_url: str, _seconds: float) -> Answer:
        ended.wait(10)
        return Answer("present", "late")

    start = time.monotonic()
    answers = ask_all({"https://one.example/", "https://two.example/"}, never)
    took = time.monotonic() - start
    ended.set()
    assert {answer.state for answer in answers.values()} == {"unknown"}
    assert 0.3 < took < 3


def test_one_absent_host_ends_the_wait_for_the_others() -> None:
    ended = threading.Event()

    def answer(url: str, _seconds: float) -> Answer:
        if url == "absent":
            return Answer("absent", "refused")
        ended.wait(10)
        return Answer("present", "late")

    start = time.monotonic()
    answers = ask_all({"absent", "silent"}, answer)
    took = time.monotonic() - start
    ended.set()
    assert list(answers) == ["absent"]
    assert took < 2
