"""The login of a resource that asks a registry: the given one, or that of Docker's own."""

import json
from pathlib import Path

import pulumi_docker as docker
import pytest

from components.machine.runner import Runner
from components.registry.credentials import CredentialInputs, credentials
from components.registry.login import Login


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
