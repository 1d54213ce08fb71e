"""Another way to the same minikube profile under a real Pulumi.

Belongs here: what a previewed update knows of its outputs, which only the engine decides.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.language_host.pulumi_project import REPOSITORY, Project
from tests.engine.machine_in_file import MachineInFile
from tests.unit.components.doubles.machine import Machine, kubeconfig

_PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes
import yaml

from components.minikube.inputs import ProfileSettings
from components.minikube.profile import MinikubeProfile

settings = ProfileSettings(
    name="mini", driver="docker", container_runtime="containerd", adopt=False, replace=False
)
profile = MinikubeProfile("profile", settings, mark="ours")
kubernetes.Provider(
    "kubernetes", kubeconfig=profile.kubeconfig, cluster_identifier=profile.id
)
pulumi.export("uid", profile.id)
pulumi.export(
    "server",
    pulumi.Output.unsecret(profile.kubeconfig).apply(
        lambda text: yaml.safe_load(text)["clusters"][0]["cluster"]["server"]
    ),
)
"""
_LATER = "https://127.0.0.1:49153"


def _move(machine: Machine) -> None:
    machine.kubeconfigs["mini"] = kubeconfig("mini", _LATER, "mini")


def _stop(machine: Machine) -> None:
    machine.minikube.profiles["mini"].runs = False
    machine.engine.containers["mini"].running = False


@pytest.fixture
def machine(tmp_path: Path) -> MachineInFile:
    return MachineInFile(tmp_path / "machine")


@pytest.fixture
def project(tmp_path: Path, machine: MachineInFile, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A stack with a profile that it has just made."""
    places = (tmp_path / "program", REPOSITORY)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, places)))
    project = Project(tmp_path)
    plugins = (sys.executable, "-m", "toolchain", "plugins", str(tmp_path / "home"))
    subprocess.run(plugins, cwd=REPOSITORY, check=True, capture_output=True)
    project.run("stack", "init", "dev")
    project.program(_PROGRAM, slipway=machine.module)
    project.up()
    return project


def test_a_profile_at_another_port_is_updated_and_replaces_nothing(
    project: Project, machine: MachineInFile
) -> None:
    assert "unchanged" in project.run("preview", "--expect-no-changes")
    machine.change(_move)

    preview = project.run("preview", "--diff")
    assert "renewed in place" in preview
    assert "~ 2 to update" in preview and "to replace" not in preview
    assert _LATER in preview, "the new address is known in the preview"

    assert "~ 2 updated" in project.up()
    assert project.read("stack", "output", "--json")["server"] == _LATER
    assert "unchanged" in project.run("preview", "--expect-no-changes")
    assert "client-key-data" not in project.run("stack", "export"), "a secret as input, too"


def test_a_profile_that_was_stopped_after_its_first_up_replaces_nothing(
    project: Project, machine: MachineInFile
) -> None:
    machine.change(_stop)
    machine.change(_move)

    preview = project.run("preview", "--diff")
    assert "stopped, will be started" in preview
    assert "~ 2 to update" in preview and "to replace" not in preview

    assert "~ 2 updated" in project.up()
    assert project.read("stack", "output", "--json")["server"] == _LATER
    assert machine.change(lambda each: each.minikube.profiles["mini"].runs)
