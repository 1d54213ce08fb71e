"""The shares of faults that the tiers find, beside a real API server: none may fall."""

import pytest

from components.testing.api_server import ApiServer
from tests.api_server.measured import ByHand, Drawn, Valid, by_hand, drawn, valid
from tests.unit.docs.pages import Page

_OF_ONE_OBJECT = 5
"""Faults of one object that it accepts, though a cluster does not run them as written."""


@pytest.fixture(scope="module")
def hand(slipway_api_server: ApiServer) -> ByHand:
    return by_hand(slipway_api_server)


@pytest.fixture(scope="module")
def faults(slipway_api_server: ApiServer) -> Drawn:
    return drawn(slipway_api_server)


@pytest.fixture(scope="module")
def programs(slipway_api_server: ApiServer) -> Valid:
    return valid(slipway_api_server)


def test_the_api_server_refuses_all_faults_but_those_between_objects(hand: ByHand) -> None:
    of_one = [str(each) for each in hand.accepted if each.tier != "program"]
    assert len(of_one) <= _OF_ONE_OBJECT, of_one


def test_the_kit_finds_all_faults_written_by_hand(hand: ByHand) -> None:
    assert hand.kit == hand.count


def test_the_kit_finds_what_the_api_server_refuses_of_drawn_faults(faults: Drawn) -> None:
    assert faults.count > 600
    assert faults.kit >= 0.99 * faults.count, faults.missed


def test_valid_programs_are_accepted_by_both(programs: Valid) -> None:
    assert programs.count == 500
    assert programs.refused == ()
    assert programs.found == ()


def test_the_published_figures_are_those_that_are_measured(
    hand: ByHand, faults: Drawn, programs: Valid
) -> None:
    text = Page("docs/testing.md").text
    for share in (
        f"{hand.refused} of {hand.count}",
        f"{faults.kit} of {faults.count}",
        f"{faults.schemas} of {faults.count}",
        f"{hand.schemas} of {hand.count}",
        f"{programs.count} valid programs",
    ):
        assert share in text
