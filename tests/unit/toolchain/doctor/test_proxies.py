"""The doctor's line about proxies, where the user's own programs would ask one for localhost."""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.doctor import CHECKS
from toolchain.doctor.proxies import own_addresses
from toolchain.places import Checkout

_PROXY = "http://proxy.corp.example:3128"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return samples.checkout(tmp_path)


def _lines(checkout: Checkout) -> str:
    return "\n".join(map(str, own_addresses(checkout)))


def test_without_a_proxy_there_is_nothing_to_say(checkout: Checkout) -> None:
    assert own_addresses(checkout) == []
    assert own_addresses in CHECKS


def test_what_no_proxy_lacks_is_shown_with_the_command_that_adds_it(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", _PROXY)
    monkeypatch.setenv("NO_PROXY", ".corp.example, localhost")

    lines = _lines(checkout)

    assert lines.startswith("warn  proxy: NO_PROXY lacks 127.0.0.1: curl")
    value = ".corp.example,localhost,127.0.0.1"
    assert lines.endswith(f"export NO_PROXY={value} no_proxy={value}")


@pytest.mark.parametrize("no_proxy", ["*", "127.0.0.1,localhost", "localhost 127.0.0.1"])
def test_a_complete_no_proxy_is_fine(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", _PROXY)
    monkeypatch.setenv("no_proxy", no_proxy)

    assert _lines(checkout) == "ok    proxy: NO_PROXY has this machine's own addresses"
