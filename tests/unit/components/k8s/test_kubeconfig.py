"""The user's own kubeconfig, written by the real kubectl."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.k8s.kubeconfig import add_context, remove_context
from components.machine.runner import CommandError, Runner
from tests.unit.components.doubles.machine import Machine, kubeconfig

_OWN = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "work",
    "clusters": [{"name": "work", "cluster": {"server": "https://work.example"}}],
    "users": [{"name": "work", "user": {"token": "secret"}}],
    "contexts": [{"name": "work", "context": {"cluster": "work", "user": "work"}}],
}


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's kubeconfig, which does not exist yet."""
    tools = Path(sys.executable).parent
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), os.environ["PATH"]]))
    if shutil.which("kubectl") is None:
        pytest.skip("there is no kubectl; `make setup` installs it")
    path = tmp_path / "kubeconfig"
    monkeypatch.setenv("KUBECONFIG", str(path))
    return path


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())


def test_a_context_is_added_and_the_current_one_stays(file: Path) -> None:
    file.write_text(yaml.safe_dump(_OWN))

    add_context(Runner(), kubeconfig("shop"))

    content = _read(file)
    assert [context["name"] for context in content["contexts"]] == ["kind-shop", "work"]
    assert content["current-context"] == "work"
    assert content["users"][1] == _OWN["users"][0]


def test_the_first_context_of_all_does_not_become_the_current_one(file: Path) -> None:
    add_context(Runner(), kubeconfig("shop"))

    assert _read(file)["current-context"] == ""
    assert file.stat().st_mode & 0o077 == 0, "it holds credentials"


def test_credentials_are_inside_the_file(file: Path) -> None:
    add_context(Runner(), kubeconfig("shop"))

    content, given = _read(file), yaml.safe_load(kubeconfig("shop"))
    for part in ("clusters", "users", "contexts"):
        assert content[part] == given[part]


def test_adding_again_brings_the_new_address(file: Path) -> None:
    add_context(Runner(), kubeconfig("shop", "https://127.0.0.1:1"))
    add_context(Runner(), kubeconfig("shop", "https://127.0.0.1:2"))

    (cluster,) = _read(file)["clusters"]
    assert cluster["cluster"]["server"] == "https://127.0.0.1:2"


def test_a_context_is_removed_with_its_cluster_and_user_and_nothing_else(file: Path) -> None:
    file.write_text(yaml.safe_dump(_OWN))
    add_context(Runner(), kubeconfig("shop"))

    remove_context(Runner(), "kind-shop")

    content = _read(file)
    for part in ("clusters", "users", "contexts"):
        assert content[part] == _OWN[part]
    assert content["current-context"] == "work"


def test_removing_what_does_not_exist_is_no_error(file: Path) -> None:
    remove_context(Runner(), "kind-shop")
    file.write_text(yaml.safe_dump(_OWN))
    remove_context(Runner(), "kind-shop")

    assert _read(file) == _OWN


def test_a_kubeconfig_that_cannot_be_changed_is_an_error(machine: Machine) -> None:
    machine.broken["kubectl config delete-context"] = "error: kubeconfig.lock: file exists"

    with pytest.raises(CommandError, match=r"kubeconfig\.lock"):
        remove_context(machine.runner(), "kind-shop")
