"""Transfers from the vendors that go wrong, and the set-up after them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vendor.authority import Authority
from tests.vendor.shell import Ran
from tests.vendor.site import Fault, Site
from tests.vendor.world import World

pytestmark = pytest.mark.vendor

_KIND = r"/kind-linux-\w+$"
_MESSAGES = {
    "breaks off": (Fault(_KIND, share=0.5), "it broke off after"),
    "has other content": (Fault(_KIND, content=b"other"), "does not have the checksum"),
    "is gone": (Fault(_KIND, status=404), "HTTP Error 404"),
    "fails": (Fault(_KIND, status=503), "HTTP Error 503"),
}

SetUp = Callable[..., Ran]


@pytest.fixture(scope="module")
def checkout(world: World) -> Path:
    """A checkout with its Python environment, from which the tests set up anew."""
    made = world.clone("transfers")
    world.run("python3", "-m", "toolchain", "environment", folder=made)
    return made


@pytest.fixture
def set_up(world: World, checkout: Path, tmp_path: Path) -> SetUp:
    """Sets up with an empty cache, or the one of the set-up before in the same test."""

    def run(*, check: bool = True, **variables: str) -> Ran:
        own = {"SLIPWAY_CACHE": str(tmp_path / "cache"), "SLIPWAY_TOOLS": "release"}
        return world.set_up(checkout, check=check, **(own | variables))

    return run


@pytest.fixture(autouse=True)
def _vendors_recover(site: Site) -> Iterator[None]:
    yield
    site.faults.clear()


@pytest.mark.parametrize("case", _MESSAGES)
def test_a_release_that_cannot_be_had_is_one_message_and_leaves_nothing(
    set_up: SetUp, site: Site, tmp_path: Path, case: str
) -> None:
    fault, message = _MESSAGES[case]
    site.faults.append(replace(fault))

    failed = set_up(check=False)

    errors = [line for line in failed.output.splitlines() if line.startswith("error: ")]
    assert failed.code != 0 and len(errors) == 1 and message in errors[0], failed.output
    assert "Traceback" not in failed.output and "  next: " in failed.output
    assert not list((tmp_path / "cache" / "tools").glob("*kind*"))

    site.faults.clear()
    assert "kind" in set_up().output


def test_a_transfer_that_breaks_off_once_is_done_again(set_up: SetUp, site: Site) -> None:
    fault = Fault(_KIND, share=0.5, times=1)
    site.faults.append(fault)

    assert "the vendor's release" in set_up().output
    assert fault.times == 0


def test_slow_answers_are_waited_for(set_up: SetUp, site: Site) -> None:
    site.faults.append(Fault("", seconds=4, times=6))

    assert "the vendor's release" in set_up(SLIPWAY_TOOLS="").output


def test_a_certificate_that_nobody_vouches_for_is_named_and_nothing_is_downloaded(
    set_up: SetUp, site: Site, authority: Authority, tmp_path: Path
) -> None:
    site.use(Authority(tmp_path / "stranger").issue(site.names))
    try:
        failed = set_up(check=False)
    finally:
        site.use(authority.issue(site.names))

    errors = [line for line in failed.output.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and "certificate verify failed" in errors[0], failed.output
    assert not list((tmp_path / "cache" / "tools").glob("*-release-*"))
    assert "the vendor's release" in set_up().output
