"""Components that the Kubernetes plugin built here leaves out, under a real Pulumi.

Belongs here: what a user sees who declares one. No cluster is needed: the provider renders.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.language_host.pulumi_project import REPOSITORY, Project
from toolchain.places import Checkout
from toolchain.setup.stamp import plugins

pytestmark = pytest.mark.engine

_PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes

rendering = kubernetes.Provider("rendering", render_yaml_to_directory="rendered")
{component}("declared", {arguments}, opts=pulumi.ResourceOptions(provider=rendering))
"""
_REASON = "this component is left out of the Kubernetes plugin that was built on this machine"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    places = [path for name, path in plugins(Checkout(REPOSITORY)).items() if "kubernetes" in name]
    if not any(_REASON.encode() in Path(place).read_bytes() for place in places):
        pytest.skip("the whole Kubernetes plugin is installed")
    root = tmp_path_factory.mktemp("reduced")
    project = Project(root)
    command = (sys.executable, "-m", "toolchain", "plugins", str(root / "home"))
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    project.run("stack", "init", "dev")
    return project


@pytest.mark.parametrize(
    ("component", "arguments", "kind"),
    [
        ("kubernetes.yaml.v2.ConfigGroup", "yaml='kind: List'", "kubernetes:yaml/v2:ConfigGroup"),
        ("kubernetes.helm.v4.Chart", "chart='./chart'", "kubernetes:helm.sh/v4:Chart"),
    ],
)
def test_a_component_that_is_left_out_is_refused_with_the_way_to_have_it(
    project: Project, component: str, arguments: str, kind: str
) -> None:
    project.program(_PROGRAM.format(component=component, arguments=arguments))
    shown = project.run("preview", code=1)
    assert f"{kind} resource 'declared' has a problem: {_REASON}" in shown
    assert "SLIPWAY_TOOLS=build-whole make setup" in shown


def test_what_is_declared_without_those_components_is_served(project: Project) -> None:
    component, arguments = "kubernetes.core.v1.ConfigMap", "data={'a': 'b'}"
    project.program(_PROGRAM.format(component=component, arguments=arguments))
    assert "kubernetes:core/v1:ConfigMap" in project.run("preview")
