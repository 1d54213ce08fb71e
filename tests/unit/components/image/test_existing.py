"""An image that is there already: asked for, resolved to its digest, or refused in words."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.image.existing import ExistingImageProvider
from components.machine.runner import LocalError, Runner
from components.registry.client import Login
from components.registry.docker_login import docker_login

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


def test_an_image_that_is_not_there_is_refused_with_the_question_to_ask(
    registry: RegistryDouble,
) -> None:
    (failure,) = _check(registry, "owner/web:2").failures

    assert "the registry answers, and has no such image" in failure.reason
    assert f"`docker pull {registry.address}/owner/web:2` asks the same" in failure.reason


def test_a_mirrored_image_is_told_by_both_names(registry: RegistryDouble) -> None:
    (failure,) = _check(registry, "owner/web:2", image="docker.io/owner/web:2").failures

    assert failure.reason.startswith("the image docker.io/owner/web:2: ")
    assert f"the mirror map of this machine has it at {registry.address}" in failure.reason


def test_an_image_for_other_nodes_is_refused(registry: RegistryDouble) -> None:
    (failure,) = _check(registry, platform="linux/arm64").failures

    assert "made for linux/amd64, and the cluster's nodes are linux/arm64" in failure.reason
    assert _check(registry, platform=UNKNOWN).failures == []


def test_a_login_opens_a_private_registry_and_stays_out_of_the_state(
    registry: RegistryDouble,
) -> None:
    registry.guard = "basic"
    assert _check(registry).failures
    inputs = _check(registry, username=USER, password=PASSWORD).inputs

    provider = ExistingImageProvider()
    assert PASSWORD not in str(provider.create(inputs).outs)
    assert PASSWORD not in str(provider.update("", {}, inputs).outs)
    olds = provider.create(inputs).outs or {}
    assert not provider.diff("", olds, {**inputs, "password": "x"}).changes


def test_dockers_own_login_is_used(registry: RegistryDouble, tmp_path: Path) -> None:
    registry.guard = "basic"
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": auth}}}))

    assert _check(registry).failures == []


def test_a_credential_helper_is_asked_for_the_registry(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    helper = tmp_path / "docker-credential-test"
    helper.write_text(
        '#!/bin/sh\nread key\n[ "$1 $key" = "get r.example" ] || exit 1\n'
        'echo \'{"Username": "u", "Secret": "s"}\'\n'
    )
    helper.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "test"}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert docker_login("r.example", Runner()) == Login("u", "s")
    assert docker_login("other.example", Runner()) is None


def test_a_configuration_that_cannot_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text("{")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    with pytest.raises(LocalError, match=r"config\.json cannot be read"):
        docker_login("r.example", Runner())
