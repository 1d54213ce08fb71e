"""An image in a registry outside of the stack: pushed again when it is lost there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from components.machine.runner import CommandError, LocalError, Runner
from components.registry import push
from components.registry.login import Login
from components.registry.pushed_image import PushedImageProvider

from ..doubles.registry import PASSWORD, USER, RegistryDouble, serve


@dataclass(frozen=True)
class Docker(Runner):
    """Whose push puts an image into the registry, for those who log in."""

    registry: RegistryDouble = field(default_factory=RegistryDouble)
    logins: list[Any] = field(default_factory=list[Any])
    tagged: list[str] = field(default_factory=list[str])
    known_as: str = "@"
    """What Docker knows an image as that lost its tag: `name@digest`, or `sha256:` alone."""

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        match command:
            case ["docker", "tag", reference, image]:
                if not ("@" in reference if self.known_as == "@" else reference[:7] == "sha256:"):
                    raise CommandError("docker tag", "failed", f"No such image: {reference}")
                self.tagged.append(f"{reference} {image}")
                return ""
            case ["docker", *config, "push", "--quiet", _]:
                folder = Path(config[1]) if config else None
                shown = json.loads((folder / "config.json").read_text()) if folder else None
                self.logins.append(shown)
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


def test_with_the_containerd_image_store_what_was_pushed_is_known_by_its_digest_alone(
    registry: RegistryDouble,
) -> None:
    provider, docker = PushedImageProvider(), Docker(registry=registry, known_as="sha256:")
    provider.runner = docker
    props = _props(registry)

    provider.create(props)

    digest = props["reference"].partition("@")[2]
    assert docker.tagged == [f"{digest} {props['image']}"]


def test_docker_reads_its_own_configuration_itself(
    registry: RegistryDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    auths = {registry.address: {"username": USER, "password": PASSWORD}}
    (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    provider, docker = PushedImageProvider(), Docker(registry=registry)
    provider.runner = docker

    provider.create({**_props(registry), "username": None, "password": None})

    assert docker.logins == [None]


def test_a_login_of_docker_hub_is_written_by_the_name_that_docker_looks_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digest = RegistryDouble().add("web", "dev", "linux/amd64")
    monkeypatch.setattr(push, "registry_has", lambda *_: True)
    docker, login = Docker(), Login(USER, PASSWORD)
    reference = f"docker.io/owner/web@{digest}"

    push.push_again(docker, "docker.io/owner/web:dev", reference, login, login)

    assert list(docker.logins[0]["auths"]) == ["https://index.docker.io/v1/"]


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
