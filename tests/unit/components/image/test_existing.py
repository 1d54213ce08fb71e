"""An image that exists already: looked up, resolved to its digest, or refused with a message."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.image.existing import ExistingImageProvider

from ..doubles.registry import PASSWORD, USER, RegistryDouble, serve


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RegistryDouble]:
    """A registry with one image, and no configuration of Docker's own."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with serve(RegistryDouble()) as double:
        double.add("owner/web", "1", "linux/amd64")
        yield double


def _check(registry: RegistryDouble, name: str = "owner/web:1", **more: Any) -> Any:
    source = f"{registry.address}/{name}"
    inputs = {"image": source, "source": source, "platform": "linux/amd64"}
    return ExistingImageProvider().check({}, {**inputs, **more})


def test_a_tag_becomes_the_digest_that_pods_name(registry: RegistryDouble) -> None:
    digest = registry.add("owner/web", "1", "linux/amd64")
    result = _check(registry)

    assert result.failures == []
    assert result.inputs["reference"] == f"{registry.address}/owner/web@{digest}"
    pinned = _check(registry, f"owner/web@{digest}")
    assert pinned.inputs["reference"] == result.inputs["reference"]


def _again(registry: RegistryDouble, olds: dict[str, Any], **more: Any) -> tuple[Any, list[str]]:
    """Check the same image with the inputs of before, and return the manifests that were got."""
    registry.requests.clear()
    registry.methods.clear()
    result = ExistingImageProvider().check(olds, {**olds, "reference": None, **more})
    asked = zip(registry.methods, registry.requests, strict=True)
    return result, [path for method, path in asked if method == "GET" and "manifests" in path]


def test_an_image_that_did_not_change_is_not_pulled_by_the_next_preview(
    registry: RegistryDouble,
) -> None:
    olds = _check(registry).inputs

    result, pulled = _again(registry, olds)

    assert result.failures == []
    assert result.inputs["reference"] == olds["reference"]
    assert pulled == []


def test_a_tag_that_moved_or_another_platform_is_checked_again(registry: RegistryDouble) -> None:
    olds = _check(registry).inputs

    (failure,) = _again(registry, olds, platform="linux/arm64")[0].failures
    assert "built for linux/amd64" in failure.reason

    moved = registry.add("owner/web", "1", "linux/amd64", user="10001")
    result, pulled = _again(registry, olds)
    assert result.inputs["reference"].endswith(f"@{moved}")
    assert len(pulled) == 1


def test_an_image_that_was_deleted_since_is_refused(registry: RegistryDouble) -> None:
    olds = _check(registry).inputs
    registry.remove("owner/web", "1")

    (failure,) = _again(registry, olds)[0].failures

    assert "image not found in the registry" in failure.reason


def test_an_image_that_is_missing_is_refused_with_the_command_that_asks_the_same(
    registry: RegistryDouble,
) -> None:
    (failure,) = _check(registry, "owner/web:2").failures

    assert "image not found in the registry; check name and tag" in failure.reason
    assert f"`docker pull {registry.address}/owner/web:2` asks the same" in failure.reason


def test_a_mirrored_image_is_reported_by_both_names(registry: RegistryDouble) -> None:
    (failure,) = _check(registry, "owner/web:2", image="docker.io/owner/web:2").failures

    assert failure.reason.startswith("the image docker.io/owner/web:2: ")
    assert f"the mirror map of this machine has it at {registry.address}" in failure.reason


def test_an_image_for_other_nodes_is_refused(registry: RegistryDouble) -> None:
    (failure,) = _check(registry, platform="linux/arm64").failures

    assert "built for linux/amd64, and the cluster's nodes are linux/arm64" in failure.reason
    assert _check(registry, platform=UNKNOWN).failures == []


def test_a_login_opens_a_private_registry_and_stays_out_of_the_state(
    registry: RegistryDouble,
) -> None:
    registry.guard = "basic"
    assert _check(registry).failures
    inputs = _check(registry, username=USER, password=PASSWORD).inputs

    provider = ExistingImageProvider()
    assert PASSWORD not in str(provider.create(inputs).outs)
    assert PASSWORD not in str(provider.update("", inputs, inputs).outs)
    olds = provider.create(inputs).outs or {}
    assert not provider.diff("", olds, {**inputs, "password": "x"}).changes


def test_dockers_own_login_is_used(registry: RegistryDouble, tmp_path: Path) -> None:
    registry.guard = "basic"
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": auth}}}))

    assert _check(registry).failures == []
