"""Tools that only tests use: no part of a set-up, built when one asks."""

from pathlib import Path

import pytest

from toolchain.errors import ToolchainError
from toolchain.lock import read_lock
from toolchain.places import Checkout, this_platform
from toolchain.setup.one_tool import provide

_CHECKOUT = Checkout(Path(__file__).resolve().parents[3])


def test_a_set_up_installs_none_of_them() -> None:
    lock = read_lock(_CHECKOUT.toolchain, this_platform())

    assert {tool.name for tool in lock.tools.values() if tool.use == "test"} == {"kube-score"}
    assert not lock.tools["kube-score"].is_installed


def test_one_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ToolchainError, match="no tool nothing for tests"):
        provide(_CHECKOUT, "nothing")
