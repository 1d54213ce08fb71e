"""A minikube profile as target: what the program registers, and what is refused at once."""

from typing import Any

import pytest

from components import SettingsError
from components.targets import minikube
from components.targets.minikube import MinikubeTargetArgs
from components.testing import Deployment
from tests.unit.components.plan import KUBECONFIG, committed_program, objects_of, plan


def _planned(**target: Any) -> Deployment:
    config = {
        "slipway:name": "web",
        "slipway:image": {"context": "app"},
        "slipway:target": {"product": "minikube", **target},
    }
    return plan(committed_program, config, stack="minikube")


def test_the_profile_has_the_stacks_name_unless_another_is_given() -> None:
    assert _planned()["MinikubeProfile"].inputs["name"] == "slipway-minikube"
    assert _planned(profile="mine")["MinikubeProfile"].inputs["name"] == "mine"


def test_objects_are_deleted_with_a_profile_of_the_stacks_own_and_singly_from_any_other() -> None:
    assert {item.deleted_with for item in objects_of(_planned())} == {"target-profile"}
    assert {item.deleted_with for item in objects_of(_planned(profile="mine"))} == {""}
    assert not _planned()["MinikubeProfile"].inputs["adopt"]
    assert _planned(profile="mine")["MinikubeProfile"].inputs["adopt"]


def test_objects_on_a_named_profile_are_claimed_before_they_are_made() -> None:
    made = _planned(profile="mine", namespaces={"quota": {"pods": "5"}})
    claims = [item for item in made.resources if item.type.endswith(":Ownership")]
    claimed = {
        (claim["kind"], claim["name"]) for item in claims for claim in item.inputs["objects"]
    }

    assert claimed == {(item.inputs["kind"], item["metadata"]["name"]) for item in objects_of(made)}
    for item in objects_of(made):
        assert any(name.endswith("-ownership") for name in item.depends_on), item.name


def test_claims_ask_the_profiles_cluster_once_its_nodes_run() -> None:
    claim = _planned(profile="mine")["web-ownership"]

    assert claim.depends_on == {"target-stack", "target-profile", "target-nodes"}
    assert (claim.inputs["uid"], claim.inputs["owner"]) == ("uid-3", "slipway-minikube")
    assert claim.inputs["kubeconfig"] == KUBECONFIG
    assert claim.is_secret("kubeconfig")


def test_a_profile_of_the_stacks_own_has_no_other_owners_and_needs_no_claim() -> None:
    assert not [item for item in _planned().resources if item.type.endswith(":Ownership")]


def test_settings_that_are_not_given_are_left_to_minikube_or_to_the_adopted_profile() -> None:
    inputs = _planned()["MinikubeProfile"].inputs

    for name in ("nodes", "ha", "kubernetesVersion", "memory", "cpus", "baseImage"):
        assert inputs.get(name) is None


def test_tools_find_the_registry_on_a_profile_of_the_stacks_own() -> None:
    made = _planned()
    hosting = made["target-registry-hosting"]

    assert hosting["metadata"]["name"] == "local-registry-hosting"
    assert hosting.inputs["data"] == {"localRegistryHosting.v1": 'host: "localhost:5001"\n'}
    assert "target-registry-hosting" in made["web-deployment"].depends_on


def test_on_a_named_profile_which_registry_tools_find_stays_its_owners() -> None:
    names = [item["metadata"]["name"] for item in objects_of(_planned(profile="mine"))]

    assert "local-registry-hosting" not in names


def test_what_identifies_the_cluster_stays_known_in_the_preview_of_an_update() -> None:
    made = _planned()

    assert made["MinikubeNodes"].inputs["uid"] == "uid-3", "the profile's id"
    assert made["kubernetes"].inputs["clusterIdentifier"] == "uid-3"
    assert made.outputs["context"] == "slipway-minikube"


def test_the_provider_waits_until_the_nodes_run_and_depends_on_the_profile_alone() -> None:
    made = _planned()

    assert "target-nodes" in made["kubernetes"].depends_on
    assert made["MinikubeProfile"].additional_secret_outputs == ("kubeconfig",)
    assert made["MinikubeNodes"].additional_secret_outputs == ("kubeconfig",)
    assert made["MinikubeNodes"].inputs["registryContainer"] == "slipway-minikube-registry"
    assert "target-nodes" in made["web-delivery"].depends_on


def test_the_url_is_the_node_ports_on_the_first_nodes_address() -> None:
    made = _planned(port=31234)

    assert made.outputs["url"] == "http://192.168.49.2:31234"
    assert made["Service"].inputs["spec"]["ports"][0]["nodePort"] == 31234


def test_a_second_exposed_application_is_refused_with_what_reaches_it() -> None:
    apps = {"shop": {"image": {"context": "app"}}, "back": {"image": {"context": "app"}}}

    with pytest.raises(SettingsError, match=r"back already has .* port 30080.*make open"):
        plan(
            committed_program,
            {"slipway:target": {"product": "minikube"}, "slipway:apps": apps},
            stack="minikube",
        )


def test_an_exposed_application_is_refused_where_nodes_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(minikube, "unreachable_because", lambda _runner: "this is WSL")

    with pytest.raises(SettingsError, match=r"cannot be reached .* this is WSL; .*make open"):
        _planned()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ha": True}, r"ha needs nodes: 3 or more, .* not the default of 1"),
        ({"ha": True, "nodes": 2}, r"ha needs nodes: 3 or more, .* not 2"),
        ({"driver": "kvm2"}, r"driver: 'kvm2' is not accepted"),
        ({"containerRuntime": "docker"}, r"containerRuntime: 'docker' is not accepted"),
        ({"kubernetesVersion": "v1.20.0"}, r"outside the supported range"),
        ({"nodes": 0}, r"nodes: 0 is not accepted"),
        ({"port": 8080}, r"port: 8080 is not accepted"),
        ({"profile": "Mini Kube"}, r"profile: 'Mini Kube' is not accepted"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_reason(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        MinikubeTargetArgs.parse({"product": "minikube", **settings}, "here")


def test_three_nodes_may_be_three_control_planes() -> None:
    args = MinikubeTargetArgs.parse({"product": "minikube", "ha": True, "nodes": 3}, "here")

    assert args.too_few_nodes() == []


def test_a_single_control_plane_is_refused_in_production_by_the_settings_of_this_target() -> None:
    args = MinikubeTargetArgs.parse({"product": "minikube"}, "here")

    ha, nodes = args.too_few_nodes()
    assert ha.startswith("target.ha: ") and nodes.startswith("target.nodes: ")
