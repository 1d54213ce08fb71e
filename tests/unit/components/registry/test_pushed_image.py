"""An image in a registry outside of the stack: pushed again when it is lost there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from components.machine.runner import LocalError, Runner
from components.registry.pushed_image import PushedImageProvider

from ..doubles.registry import PASSWORD, USER, RegistryDouble, serve


@dataclass(frozen=True)
class Docker(Runner):
    """Whose push puts an image into the registry, for those who log in."""

    registry: RegistryDouble = field(default_factory=RegistryDouble)
    logins: list[Any] = field(default_factory=list[Any])
    tagged: list[str] = field(default_factory=list[str])

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        match command:
            case ["docker", "tag", reference, image]:
                self.tagged.append(f"{reference} {image}")
                return ""
            case ["docker", "--config", folder, "push", "--quiet", _]:
                self.logins.append(json.loads((Path(folder) / "config.json").read_text()))
                self.registry.add("web", "dev", "linux/amd64")
                return ""
        raise AssertionError(f"not known here: {command}")


@pytest.fixture
def registry() -> Iterator[RegistryDouble]:
    with serve(RegistryDouble("basic")) as double:
        yield double


def _props(registry: RegistryDouble) -> dict[str, Any]:
    other = RegistryDouble()
    digest = other.add("web", "dev", "linux/amd64")
    return {
        "image": f"{registry.address}/web:dev",
        "reference": f"{registry.address}/web@{digest}",
        "username": USER,
        "password": PASSWORD,
    }


def test_what_the_registry_lost_is_a_change_and_pushed_with_the_login(
    registry: RegistryDouble,
) -> None:
    provider, docker = PushedImageProvider(), Docker(registry=registry)
    provider.runner = docker
    props = _props(registry)
    olds = {key: props[key] for key in ("image", "reference")}
    assert provider.diff("", olds, props).changes

    outs = provider.update("", olds, props).outs or {}

    assert list(docker.logins[0]["auths"]) == [registry.address]
    assert docker.tagged == [f"{props['reference']} {props['image']}"], "whatever the tag is now"
    assert not provider.diff("", outs, props).changes
    assert PASSWORD not in str(outs)


def test_what_the_registry_has_is_left_alone(registry: RegistryDouble) -> None:
    registry.add("web", "dev", "linux/amd64")
    provider, docker = PushedImageProvider(), Docker(registry=registry)
    provider.runner = docker

    outs = provider.create(_props(registry)).outs or {}

    assert docker.logins == []
    assert not provider.diff("", outs, {**_props(registry)}).changes


def test_a_refused_login_is_reported_by_the_update(registry: RegistryDouble) -> None:
    provider = PushedImageProvider()
    wrong = {**_props(registry), "password": "wrong"}
    assert provider.diff("", wrong, wrong).changes

    with pytest.raises(LocalError, match="does not let this login pull web"):
        provider.update("", wrong, wrong)
