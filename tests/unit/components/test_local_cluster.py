"""Programs of users that make a registry and a cluster by themselves, without a target."""

from typing import Any

import pulumi
import pytest

from components import Cluster, ClusterArgs, Registry, SettingsError
from components.testing import Deployment, Resource
from tests.unit.components.plan import MARK, committed_program, plan

_CLUSTER: dict[str, Any] = {
    "controlPlanes": 3,
    "workers": [{"zone": "a", "ports": [{"host": 9100, "container": 80}]}, {}],
    "mirrors": {"docker.io": "http://mirror:5000"},
}


def _program() -> None:
    registry = Registry("registry")
    cluster = Cluster("dev", ClusterArgs.parse(_CLUSTER, "args"), registry=registry)
    pulumi.export("uid", cluster.uid)
    pulumi.export("url", cluster.url)


def _registry(**settings: Any) -> None:
    Registry("registry", **settings)


@pytest.fixture(scope="module")
def planned() -> Deployment:
    return plan(_program, {})


@pytest.fixture(scope="module")
def of_target() -> Deployment:
    """What the target `kind` registers for the same settings."""
    target = {"product": "kind", "cluster": _CLUSTER}
    config = {"slipway:target": target, "slipway:image": {"context": "app"}}
    return plan(committed_program, config)


def _kind(resource: Resource) -> str:
    return resource.type.rpartition(":")[2]


@pytest.mark.parametrize(
    "kind", ["KindCluster", "KindNodes", "Container", "Volume", "RegistryEndpoint"]
)
def test_a_program_of_cluster_and_registry_registers_what_the_target_does(
    planned: Deployment, of_target: Deployment, kind: str
) -> None:
    (ours,) = [each for each in planned.resources if _kind(each) == kind]
    (targets,) = [each for each in of_target.resources if _kind(each) == kind]

    container = {"target-registry-container-id": "registry-container-id"}
    expected = {
        key: container.get(value, value) if isinstance(value, str) else value
        for key, value in targets.inputs.items()
    }
    assert ours.inputs == expected
    assert ours.additional_secret_outputs == targets.additional_secret_outputs
    assert ours.ignore_changes == targets.ignore_changes


def test_registry_and_cluster_take_each_a_port_and_share_a_mark(planned: Deployment) -> None:
    registry, cluster = planned["registry-allocation"], planned["dev-allocation"]

    names = ("cluster", "registryName")
    assert [registry.inputs[name] for name in names] == ["", "slipway-kind-registry"]
    assert [cluster.inputs[name] for name in names] == ["slipway-kind", ""]
    assert cluster.inputs["reserved"] == [9100.0], "another port than the workers' is chosen"
    assert cluster.inputs["others"] == [5001.0], "nor the registry's"
    assert cluster.inputs["mark"] == MARK, "what the stack made has one mark"
    assert planned.outputs == {"uid": "uid-1", "url": "http://localhost:8080"}


def test_settings_may_be_keywords_and_name_the_component_where_they_are_wrong() -> None:
    def program(**settings: Any) -> None:
        Cluster("dev", registry=Registry("registry", port=5005), port=9000, **settings)

    planned = plan(lambda: program(workers=4), {})
    assert len(planned["KindNodes"].inputs["workers"]) == 4
    assert planned["registry-allocation"].inputs["registry"] == 5005
    assert planned["dev-allocation"].inputs["application"] == 9000
    with pytest.raises(SettingsError, match=r'(?s)Cluster\("dev"\).*worker: .*mean workers'):
        plan(lambda: program(worker=4), {})
    with pytest.raises(SettingsError, match=r'Registry\("registry"\)'):
        plan(lambda: _registry(ports=5), {})
