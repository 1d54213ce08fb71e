"""What the selected stack needs beside what every stack does."""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.images import RECIPES
from toolchain.lock import read_lock
from toolchain.places import Checkout
from toolchain.setup import stamp
from toolchain.setup.products import required

_ROOT = Path(__file__).parents[4]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = samples.checkout(tmp_path)
    checkout.private.mkdir()
    (checkout.root / "stacks").mkdir()
    return checkout


def _write(checkout: Checkout, stack: str, text: str) -> None:
    (checkout.root / "stacks" / f"Pulumi.{stack}.yaml").write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "config:\n  slipway:target:\n    product: minikube\n",
        "config:\n  slipway:target: { product: minikube, nodes: 2 }\n",
        'config:\n  "slipway:target": {"product": "minikube"}\n',
    ],
)
def test_the_product_is_read_from_the_stack_file_however_it_is_written(
    checkout: Checkout, text: str
) -> None:
    _write(checkout, "mine", text)

    assert required(checkout, "mine") == {"minikube"}


def test_the_product_may_stand_in_the_file_that_is_extended(checkout: Checkout) -> None:
    _write(checkout, "base", "config:\n  slipway:target:\n    product: minikube\n")
    _write(checkout, "mine", "config:\n  slipway:extends: base\n  slipway:name: web\n")

    assert required(checkout, "mine") == {"minikube"}


def test_files_that_extend_one_another_in_a_circle_end(checkout: Checkout) -> None:
    _write(checkout, "a", "config:\n  slipway:extends: b\n")
    _write(checkout, "b", "config:\n  slipway:extends: a\n  slipway:target: {product: kind}\n")

    assert required(checkout, "a") == {"kind"}


def test_a_comment_a_missing_file_and_no_stack_name_no_product(checkout: Checkout) -> None:
    _write(checkout, "mine", "config:\n  # product: minikube\n")

    assert (
        required(checkout, "mine")
        == required(checkout, "other")
        == required(checkout, None)
        == set()
    )


def test_what_an_earlier_set_up_provided_stays(checkout: Checkout) -> None:
    stamp.write(checkout, stamp.Result([], products={"minikube"}))

    assert required(checkout, "other") == {"minikube"}


def test_the_tools_and_images_of_a_product_are_wanted_by_its_stacks_only() -> None:
    lock = read_lock(_ROOT / "toolchain", samples.LINUX)

    assert {"minikube", "crictl"} & set(lock.for_products(frozenset({"kind"})).tools) == set()
    assert {"minikube", "crictl"} <= set(lock.for_products(frozenset({"minikube"})).tools)
    assert [one.product for one in RECIPES if one.product] == ["minikube"]
