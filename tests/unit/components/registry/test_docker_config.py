"""Logins as Docker's configuration has them, each tried against a registry over HTTP.

Belongs here: the forms of entries and of addresses, and credential helpers.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.machine.runner import LocalError, Runner
from components.registry.client import RegistryClient
from components.registry.docker_config import docker_login
from components.registry.login import Login

from ..doubles.registry import IDENTITY_TOKEN, PASSWORD, USER, RegistryDouble, serve

_AUTH = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.fixture
def registry() -> Iterator[RegistryDouble]:
    """A registry with an image, whose tokens are for those who log in."""
    with serve(RegistryDouble("token")) as double:
        double.add("team/web", "1", "linux/amd64")
        double.is_private = True
        yield double


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of Docker's configuration, and of programs on PATH."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path


def _configure(folder: Path, **config: Any) -> None:
    (folder / "config.json").write_text(json.dumps(config))


def _helper(folder: Path, name: str, key: str, body: str) -> None:
    """A credential helper that runs `body` for a registry, and has no login for others."""
    program = folder / f"docker-credential-{name}"
    program.write_text(
        f'#!/bin/sh\nread key\n[ "$1" = get ] && [ "$key" = "{key}" ] && {{ {body}; }} || {{\n'
        'echo "credentials not found in native keychain"; exit 1; }\n'
    )
    program.chmod(0o755)


def _printing(username: str, secret: str) -> str:
    return f"echo '{json.dumps({'Username': username, 'Secret': secret})}'"


def _pulls(registry: RegistryDouble) -> bool:
    login = docker_login(registry.address, Runner())
    return RegistryClient(registry.address, login).manifest("team/web", "1") is not None


def test_a_registry_without_an_entry_has_no_login(folder: Path, registry: RegistryDouble) -> None:
    assert docker_login(registry.address, Runner()) is None
    _configure(folder, auths={"other.example": {"auth": _AUTH}})
    assert docker_login(registry.address, Runner()) is None
    with pytest.raises(LocalError, match="does not let this login pull"):
        _pulls(registry)


@pytest.mark.parametrize("form", ["{}", "https://{}", "https://{}/", "https://{}/v1/", "http://{}"])
def test_a_registry_is_found_by_its_host_and_by_the_addresses_of_earlier_versions(
    folder: Path, registry: RegistryDouble, form: str
) -> None:
    _configure(folder, auths={form.format(registry.address): {"auth": _AUTH}})
    assert _pulls(registry)


def test_the_host_comes_before_an_old_address_of_it(folder: Path, registry: RegistryDouble) -> None:
    old = {"auth": Login("old", "old").encoded}
    auths = {f"https://{registry.address}/v1/": old, registry.address: {"auth": _AUTH}}
    _configure(folder, auths=auths)
    assert _pulls(registry)


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"]
)
def test_docker_hub_is_found_by_all_its_names(folder: Path, key: str) -> None:
    _configure(folder, auths={key: {"auth": _AUTH}})
    assert docker_login("docker.io", Runner()) == Login(USER, PASSWORD)


def test_user_and_password_may_be_written_out(folder: Path, registry: RegistryDouble) -> None:
    written = {"username": USER, "password": PASSWORD}
    _configure(folder, auths={registry.address: written})
    assert _pulls(registry)
    _configure(folder, auths={registry.address: {"auth": _AUTH, "username": "x", "password": "x"}})
    assert _pulls(registry), "what is encoded comes first"


@pytest.mark.parametrize("username", ["00000000-0000-0000-0000-000000000000", ""])
def test_an_identity_token_is_exchanged_for_one_that_pulls(
    folder: Path, registry: RegistryDouble, username: str
) -> None:
    entry = {"auth": Login(username, "").encoded, "identitytoken": IDENTITY_TOKEN}
    _configure(folder, auths={registry.address: entry})

    assert _pulls(registry)
    (form,) = registry.forms
    assert form["grant_type"] == "refresh_token"
    assert (form["scope"], form["service"]) == ("repository:team/web:pull", "here")
    assert IDENTITY_TOKEN not in "".join(registry.requests), "it belongs into the body"
    assert registry.tokens == []


def test_an_identity_token_that_has_expired_is_a_refused_login(
    folder: Path, registry: RegistryDouble
) -> None:
    _configure(folder, auths={registry.address: {"identitytoken": "of last year"}})
    with pytest.raises(LocalError, match=r"(?s)does not let this login pull.*next: `docker login"):
        _pulls(registry)


@pytest.mark.parametrize(("username", "secret"), [(USER, PASSWORD), ("<token>", IDENTITY_TOKEN)])
def test_a_credential_helper_gives_a_password_or_a_token(
    folder: Path, registry: RegistryDouble, username: str, secret: str
) -> None:
    _configure(folder, credsStore="test")
    _helper(folder, "test", registry.address, _printing(username, secret))
    assert _pulls(registry)
    assert docker_login("other.example", Runner()) is None


def test_the_helper_of_a_registry_comes_before_the_store_of_all(
    folder: Path, registry: RegistryDouble
) -> None:
    _helper(folder, "store", registry.address, _printing("x", "x"))
    _helper(folder, "own", registry.address, _printing(USER, PASSWORD))
    _configure(folder, credsStore="store", credHelpers={registry.address: "own"})
    assert _pulls(registry)


def test_a_store_that_has_no_login_comes_before_the_file(folder: Path) -> None:
    _configure(folder, credsStore="test", auths={"r.example": {"auth": _AUTH}})
    _helper(folder, "test", "other.example", _printing("x", "x"))
    assert docker_login("r.example", Runner()) is None


def test_the_file_has_the_login_where_the_helper_fails(folder: Path) -> None:
    _configure(folder, credsStore="missing", auths={"r.example": {"auth": _AUTH}})
    assert docker_login("r.example", Runner()) == Login(USER, PASSWORD)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "there is no command docker-credential-test on PATH"),
        ("echo 'The keychain is locked' >&2; exit 3", "The keychain is locked"),
        ("echo {}", "what docker-credential-test printed is no login"),
    ],
)
def test_a_helper_that_fails_explains_the_refusal_and_leaves_public_images(
    folder: Path, registry: RegistryDouble, body: str | None, reason: str
) -> None:
    _configure(folder, credsStore="test")
    if body:
        _helper(folder, "test", registry.address, body)
    with pytest.raises(LocalError) as refused:
        _pulls(registry)
    assert f"the credential helper test, which {folder / 'config.json'} names" in str(refused.value)
    assert reason in str(refused.value)

    registry.is_private = False
    assert _pulls(registry)


@pytest.mark.parametrize("text", ["{", '{"auths": {"r.example": {"auth": "no base64"}}}'])
def test_a_configuration_that_cannot_be_read_is_reported(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(LocalError, match=r"config\.json cannot be read"):
        docker_login("r.example", Runner())


def test_an_entry_that_is_not_asked_for_is_not_read(folder: Path) -> None:
    _configure(folder, auths={"r.example": {"auth": "no base64"}}, credHelpers=None)
    assert docker_login("other.example", Runner()) is None
