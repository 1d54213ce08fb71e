"""What the doctor reports of the ways to tools and images."""

import re
import shutil
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.doctor import choices
from toolchain.places import Checkout
from toolchain.setup import stamp
from toolchain.setup.stamp import Decision

ROOT = Path(__file__).parents[4]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = samples.checkout(tmp_path / "checkout")
    shutil.copy(ROOT / "toolchain" / "lock.toml", checkout.toolchain)
    checkout.private.mkdir()
    return checkout


def test_the_decisions_of_the_last_set_up_are_shown_with_their_reasons(checkout: Checkout) -> None:
    sure = Decision("tools", "the vendors' releases, as all answer", is_certain=True)
    unsure = Decision("images", "made here, as registry: certificate verify failed", False)
    stamp.write(checkout, stamp.Result([], decisions=[sure, unsure]))
    tools, images = choices.sources(checkout)
    assert (tools.level, tools.detail) == ("ok", sure.text)
    assert (images.level, images.detail) == ("warn", unsure.text)
    assert "setup --again" in images.fix


def test_before_the_first_set_up_there_is_no_decision(checkout: Checkout) -> None:
    assert choices.sources(checkout) == []


def test_releases_and_images_without_a_checksum_are_named(checkout: Checkout) -> None:
    lock = checkout.toolchain / "lock.toml"
    lock.write_text(lock.read_text().partition("[sha256]")[0])
    (finding,) = choices.checksums(checkout)
    assert finding.level == "ok"
    assert re.search(r"0 of \d releases \(the list of its vendor .*minikube\)", finding.detail)
    assert re.search(r"0 of \d images \(the tag .*kindest/node:v1.35.0", finding.detail)


def test_nothing_is_named_where_the_lock_has_all(checkout: Checkout) -> None:
    lock = checkout.toolchain / "lock.toml"
    content = lock.read_text()
    released = re.sub(r"(?s)\[tool\.[\w-]+\.release\].*?(?=\n\[|\Z)", "", content)
    balancer = 'balancer = "docker.io/kindest/haproxy:v20251211-v0.29.0-alpha-100-g82a92c5d"\n'
    lock.write_text(released.replace(balancer, ""))
    (finding,) = choices.checksums(checkout)
    assert finding.detail == "0 of 0 releases; 2 of 2 images"
