"""An existing cluster as a target: what the program registers for it."""

import base64
import json
from typing import Any

import pytest

from components import SettingsError
from components.testing import Deployment
from tests.unit.components.plan import DIGEST, committed_program, objects_of, plan

_TARGET: dict[str, Any] = {
    "product": "cloud",
    "context": "shop",
    "registry": {"repository": "registry.example/team", "username": "robot"},
}


def _planned(image: Any = None, **target: Any) -> Deployment:
    config = {
        "slipway:name": "web",
        "slipway:image": image or {"context": "app"},
        "slipway:target": {**_TARGET, **target},
    }
    return plan(committed_program, config, stack="cloud")


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_REGISTRY_PASSWORD", "hunter2")


@pytest.mark.usefixtures("password")
def test_nothing_on_this_machine_is_made_for_an_existing_cluster() -> None:
    types = {resource.type.rpartition(":")[2] for resource in _planned().resources}

    assert types == {
        "CloudTarget", "StackIdentity", "Ownership", "NamespaceRemoval", "BuildContext",
        "PushedImage", "NodePulls", "Image", "App",
        "ClusterIdentity", "kubernetes", "Namespace", "Secret", "Service", "Deployment",
        "PodDisruptionBudget", "NetworkPolicy", "ImageUser", "ImmutableFields", "Lock", "LockFile",
    }  # fmt: skip


@pytest.mark.usefixtures("password")
def test_the_provider_has_the_kubeconfig_of_the_checked_cluster_alone() -> None:
    made = _planned()

    assert made["target-identity"].additional_secret_outputs == ("kubeconfig", "given")
    assert all(item.provider == "target-kubernetes" for item in objects_of(made))
    assert all(item.deleted_with == "" for item in objects_of(made))


@pytest.mark.usefixtures("password")
def test_the_names_of_the_stack_are_checked_before_the_cluster_is_asked() -> None:
    assert "target-stack" in _planned()["target-identity"].depends_on


@pytest.mark.usefixtures("password")
def test_images_are_pushed_and_pulled_with_the_registrys_password() -> None:
    made = _planned()
    built = made["web-build"].inputs
    pod = made["Deployment"].inputs["spec"]["template"]["spec"]
    secret = made["Secret"].inputs

    assert built["imageName"] == "registry.example/team/web:cloud"
    assert built["registry"]["server"] == "registry.example"
    assert pod["imagePullSecrets"] == [{"name": secret["metadata"]["name"]}]
    login = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))
    assert login["auths"]["registry.example"]["password"] == "hunter2"


@pytest.mark.usefixtures("password")
def test_images_are_built_for_the_platform_of_the_nodes() -> None:
    assert _planned()["web-build"].inputs["build"]["platform"] == "linux/arm64"


def test_a_user_without_a_password_is_refused_with_both_ways_to_give_it() -> None:
    with pytest.raises(SettingsError, match=r"registryPassword.*SLIPWAY_REGISTRY_PASSWORD"):
        _planned()


def test_without_a_user_dockers_own_configuration_decides() -> None:
    made = _planned(registry={"repository": "registry.example/team", "pullSecret": "theirs"})

    assert "registry" not in made["web-build"].inputs
    pod = made["Deployment"].inputs["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "theirs"}]


@pytest.mark.usefixtures("password")
def test_a_user_that_only_pulls_is_the_one_whose_login_the_cluster_gets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLIPWAY_REGISTRY_PULL_PASSWORD", "read only")
    registry = {"repository": "registry.example/team", "username": "ci", "pullUsername": "nodes"}
    made = _planned(registry=registry)

    assert made["web-build"].inputs["registry"]["username"] == "ci"
    config = made["Secret"].inputs["data"][".dockerconfigjson"]
    login = json.loads(base64.b64decode(config))["auths"]["registry.example"]
    assert (login["username"], login["password"]) == ("nodes", "read only")


def test_a_user_that_only_pulls_needs_a_password_and_no_login_to_push() -> None:
    registry = {"repository": "registry.example/team", "pullUsername": "nodes"}
    with pytest.raises(SettingsError, match=r"PullPassword.*SLIPWAY_REGISTRY_PULL_PASSWORD"):
        _planned(registry=registry)


@pytest.mark.usefixtures("password")
def test_a_secret_that_exists_replaces_the_login_to_push_in_the_cluster() -> None:
    registry = {"repository": "registry.example/team", "username": "ci", "pullSecret": "theirs"}
    made = _planned(registry=registry)

    pod = made["Deployment"].inputs["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "theirs"}]
    assert not [item for item in objects_of(made) if item.inputs.get("kind") == "Secret"]


def test_two_ways_to_pull_are_refused() -> None:
    registry = {"repository": "registry.example/a", "pullSecret": "a", "pullUsername": "b"}
    with pytest.raises(SettingsError, match="remove one of them"):
        _planned(registry=registry)


@pytest.mark.usefixtures("password")
def test_a_load_balancers_address_is_waited_for_and_becomes_the_url() -> None:
    made = _planned()
    service = made["Service"]

    assert service.inputs["spec"]["type"] == "LoadBalancer"
    assert "pulumi.com/skipAwait" not in service["metadata"]["annotations"]
    assert made.outputs["url"] == "http://203.0.113.7"


@pytest.mark.usefixtures("password")
def test_an_ingress_leads_its_host_to_the_service() -> None:
    made = _planned(
        expose={"type": "Ingress", "host": "web.example", "className": "nginx", "tlsSecret": "t"}
    )
    spec = made["Ingress"].inputs["spec"]

    assert made["Service"].inputs["spec"]["type"] == "ClusterIP"
    assert made.outputs["url"] == "https://web.example"
    assert spec["ingressClassName"] == "nginx"
    backend = spec["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": "web", "port": {"name": "http"}}
    assert spec["tls"] == [{"hosts": ["web.example"], "secretName": "t"}]


@pytest.mark.parametrize(
    ("expose", "path"),
    [
        ({"type": "Ingress"}, "needs `host`"),
        ({"type": "Gateway", "host": "web.example"}, "needs `gateway`"),
        ({"type": "Tunnel"}, r"target\.expose\.type"),
        ({"host": "web.example"}, "host goes with type: Ingress or Gateway, and this is Load"),
        ({"type": "Ingress", "host": "a.example", "gateway": "b"}, "gateway goes with"),
        (
            {"type": "Gateway", "host": "a.example", "gateway": "b", "tlsSecret": "c"},
            "tlsSecret goes with",
        ),
        ({"type": "Ingress", "host": "10.0.0.1"}, "needs a name, and this is an address"),
        ({"type": "Ingress", "host": "a..example"}, r"target\.expose\.host.*pattern"),
        ({"type": "Gateway", "host": "a.example", "gateway": "a/b/c"}, r"expose\.gateway.*pattern"),
        ({"annotations": {"a b": "c"}}, "no key of an annotation"),
        ({"hots": "x"}, r"target\.expose\.hots: unknown key; did you mean host"),
    ],
)
def test_an_incomplete_exposure_is_refused(expose: dict[str, str], path: str) -> None:
    with pytest.raises(SettingsError, match=path):
        _planned(expose=expose)


@pytest.mark.usefixtures("password")
def test_every_object_is_claimed_before_it_is_made() -> None:
    made = _planned()
    claims = [item for item in made.resources if item.type.endswith(":Ownership")]
    claimed = {
        (entry["kind"], entry["name"]) for claim in claims for entry in claim.inputs["objects"]
    }

    assert claimed == {
        ("Namespace", "slipway-cloud"),
        ("Secret", "slipway-registry"),
        ("Service", "web"),
        ("NetworkPolicy", made["NetworkPolicy"]["metadata"]["name"]),
        ("PodDisruptionBudget", "web"),
        ("Deployment", "web"),
    }
    for item in objects_of(made):
        assert any(name.endswith("-ownership") for name in item.depends_on), item.name


@pytest.mark.usefixtures("password")
def test_the_nodes_pull_the_image_with_the_pods_secrets_before_pods_depend_on_it() -> None:
    made = _planned()
    pulls = made["NodePulls"]

    assert pulls.inputs["image"] == made["web-build"].inputs["imageName"].replace(
        ":cloud", f"@{DIGEST}"
    )
    assert pulls.inputs["namespace"] == made["Deployment"]["metadata"]["namespace"]
    assert pulls.inputs["pullSecrets"] == ["slipway-registry"]
    assert {"web-pushed", "slipway-cloud-registry"} <= pulls.depends_on
    assert "web-pulls" in made["Deployment"].depends_on


@pytest.mark.usefixtures("password")
def test_the_registrys_login_is_used_for_its_own_images_alone() -> None:
    own = _planned(image="registry.example/team/other:1")["web-existing"].inputs
    foreign = _planned(image="docker.io/owner/name:1")["web-existing"].inputs

    assert own["username"] == "robot"
    assert "username" not in foreign
    assert "password" not in foreign


@pytest.mark.usefixtures("password")
def test_the_kubeconfig_is_the_one_that_the_stack_of_the_cluster_exports() -> None:
    made = _planned(context=None, clusterStack="organization/cluster/production")

    given = made["target-identity"].inputs["given"]
    assert json.loads(given) == {"current-context": "eks"}
    assert made.outputs["context"] == "shop"
