"""The examples, with mocks: three nodes each, and a kubeconfig that leads to what they made."""

import base64
import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

_HERE = Path(__file__).parent
_KUBECONFIG = json.dumps({"current-context": "made", "contexts": [{"name": "made"}]})


class _Clouds(pulumi.runtime.Mocks):
    """Answers with what the vendors would have added."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        if "getKubernetesVersions" in args.token:
            return {"latestVersion": f"{args.args['versionPrefix']}4-do.0"}
        encoded = base64.b64encode(_KUBECONFIG.encode()).decode()
        return {"kubeconfigs": [{"name": "clusterUser", "value": encoded}]}

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        self.made[args.typ] = args.inputs
        outputs = {
            "name": args.name,
            "endpoint": "203.0.113.9",
            "masterAuth": {"clusterCaCertificate": "Y2E="},
            "kubeconfigJson": _KUBECONFIG,
            "kubeConfigs": [{"rawConfig": _KUBECONFIG}],
        }
        return f"{args.name}-id", {**outputs, **args.inputs}


def _run(example: str, monkeypatch: pytest.MonkeyPatch) -> tuple[_Clouds, str, bool]:
    """What an example makes, the kubeconfig that it exports, and whether that is a secret."""
    clouds, exported = _Clouds(), dict[str, Any]()
    pulumi.runtime.set_mocks(clouds, project="cluster", stack="production")
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)
    told: list[Any] = []

    @pulumi.runtime.test
    def program() -> Any:
        runpy.run_path(str(_HERE / example / "__main__.py"))
        kubeconfig: pulumi.Output[str] = exported["kubeconfig"]
        secret = pulumi.Output.from_input(kubeconfig.is_secret())
        return pulumi.Output.all(kubeconfig, secret).apply(told.extend)

    program()
    return clouds, told[0], told[1]


def _nodes(example: str, made: dict[str, dict[str, Any]]) -> int:
    match example:
        case "eks":
            return made["eks:index:Cluster"]["desiredCapacity"]
        case "gke":  # a region has three zones
            return 3 * made["gcp:container/nodePool:NodePool"]["nodeCount"]
        case "aks":
            cluster = made["azure-native:containerservice:ManagedCluster"]
            return cluster["agentPoolProfiles"][0]["count"]
        case _:
            cluster = made["digitalocean:index/kubernetesCluster:KubernetesCluster"]
            return cluster["nodePool"]["nodeCount"]


@pytest.mark.parametrize("example", ["eks", "gke", "aks", "digitalocean"])
def test_an_example_makes_three_nodes_and_hands_a_secret_kubeconfig_over(
    example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clouds, kubeconfig, secret = _run(example, monkeypatch)

    assert _nodes(example, clouds.made) == 3
    assert secret
    config = json.loads(kubeconfig)
    assert config["current-context"] in [context["name"] for context in config["contexts"]]
    if example == "gke":
        assert config["clusters"][0]["cluster"]["server"] == "https://203.0.113.9"


@pytest.mark.parametrize("example", ["eks", "gke", "aks", "digitalocean"])
def test_an_example_pins_its_packages(example: str) -> None:
    lines = (_HERE / example / "requirements.txt").read_text().split()

    assert len(lines) == 2
    assert all("==" in line for line in lines)
