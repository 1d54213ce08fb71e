"""The login for a registry: the given one, or that of Docker's own configuration."""

import json
from pathlib import Path

import pulumi_docker as docker
import pytest

from components.machine.runner import LocalError, Runner
from components.registry.login import CredentialInputs, Login, credentials, docker_login


def test_a_user_that_is_given_takes_precedence_over_dockers_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    auths = {"r.example": {"auth": Login("docker", "d").encoded}}
    (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    given = CredentialInputs.parse({"username": "u", "password": "s"})
    assert given.login("r.example", Runner()) == Login("u", "s")
    assert CredentialInputs.parse({}).login("r.example", Runner()) == Login("docker", "d")


def test_a_resource_without_a_login_has_both_properties_empty() -> None:
    assert credentials(None) == {"username": None, "password": None}
    named = credentials(docker.RegistryArgs(server="r.example", username="u"))
    assert named == {"username": "u", "password": None}


def test_a_credential_helper_gives_the_login_of_a_registry(
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


def test_a_configuration_that_cannot_be_read_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text("{")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    with pytest.raises(LocalError, match=r"config\.json cannot be read"):
        docker_login("r.example", Runner())
