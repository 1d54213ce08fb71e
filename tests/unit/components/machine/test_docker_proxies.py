"""The copy of Docker's configuration whose proxies are those of containers made here."""

import json
import os
from pathlib import Path

import pytest

from components.machine import docker_proxies
from components.machine.proxies import ContainerProxies

_PROXIES = ContainerProxies("", "http://proxy.corp.example:3128")


@pytest.fixture
def folder() -> Path:
    """Docker's own configuration, with a login and a context."""
    folder = Path(os.environ["DOCKER_CONFIG"])
    (folder / "contexts").mkdir(parents=True)
    config = {"currentContext": "colima", "proxies": {"default": {"httpProxy": "http://other"}}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_a_copy_has_all_of_the_configuration_and_these_proxies(folder: Path) -> None:
    with docker_proxies.configured(_PROXIES, ["web-registry"]) as variables:
        copy = Path(variables["DOCKER_CONFIG"])
        config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
        assert (copy / "contexts").resolve() == folder / "contexts"
        assert copy.stat().st_mode & 0o077 == 0, "the configuration may hold logins"
    assert not copy.exists()
    assert config["currentContext"] == "colima"
    proxies = config["proxies"]["default"]
    assert proxies.keys() == {"httpsProxy", "noProxy"}
    assert "web-registry" in proxies["noProxy"].split(",")


def test_without_a_configuration_the_copy_has_the_proxies_alone() -> None:
    with docker_proxies.configured(_PROXIES, []) as variables:
        text = (Path(variables["DOCKER_CONFIG"]) / "config.json").read_text(encoding="utf-8")
    assert json.loads(text).keys() == {"proxies"}


@pytest.mark.usefixtures("folder")
def test_what_docker_gives_to_containers_is_known_by_both_names() -> None:
    assert docker_proxies.injected() == ["HTTP_PROXY", "http_proxy"]
