"""Which stacks need a Docker Engine, read from their files."""

from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.places import Checkout
from toolchain.setup.docker_need import needs_docker

_CLOUD = "config:\n  slipway:target:\n    product: cloud # managed\n    context: my-cluster\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = samples.checkout(tmp_path)
    (checkout.root / "stacks").mkdir()
    return checkout


def _write(checkout: Checkout, text: str, stack: str = "mine") -> None:
    (checkout.root / "stacks" / f"Pulumi.{stack}.yaml").write_text(text)


@pytest.mark.parametrize(
    "image",
    [
        "  slipway:image:\n    reference: docker.io/owner/name:tag\n",
        "  slipway:image: docker.io/owner/name:tag\n",
        "  slipway:image: {reference: docker.io/owner/name:tag}\n",
        "  slipway:apps:\n    web:\n      image:\n        reference: a/b\n",
        "  slipway:apps:\n    web:\n      image: a/b\n    shop:\n      image: a/c\n",
    ],
)
def test_an_existing_cluster_with_existing_images_needs_none(
    checkout: Checkout, image: str
) -> None:
    _write(checkout, _CLOUD + image)
    assert not needs_docker(checkout, "mine")


@pytest.mark.parametrize(
    "image",
    [
        "",
        "  slipway:image:\n    context: app\n",
        "  slipway:image:\n    platform: linux/arm64\n    # reference: a/b\n",
        "  slipway:app:\n    sidecars:\n      log:\n        image: a/b\n",
        "  slipway:apps:\n    web:\n      image: a/b\n    shop:\n      app:\n        port: 80\n",
        "  slipway:apps: {web: {image: {reference: a/b}}}\n",
    ],
)
def test_an_image_that_is_built_or_cannot_be_seen_needs_it(checkout: Checkout, image: str) -> None:
    _write(checkout, _CLOUD + image)
    assert needs_docker(checkout, "mine")


@pytest.mark.parametrize("product", ["kind", "minikube"])
def test_a_local_cluster_needs_it(checkout: Checkout, product: str) -> None:
    _write(checkout, f"config:\n  slipway:target: {{product: {product}}}\n  slipway:image: a/b\n")
    assert needs_docker(checkout, "mine")


def test_settings_of_an_extended_file_count(checkout: Checkout) -> None:
    _write(checkout, _CLOUD, "base")
    _write(checkout, "config:\n  slipway:extends: base\n  slipway:image: a/b\n")
    assert not needs_docker(checkout, "mine")


def test_without_a_stack_or_its_file_it_is_needed(checkout: Checkout) -> None:
    assert needs_docker(checkout, None)
    assert needs_docker(checkout, "missing")
