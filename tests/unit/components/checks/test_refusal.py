"""Belongs here: what previews and updates refuse before anything is written."""

import subprocess
import sys
from typing import Any

import pulumi
import pytest

from components import App, Image, SettingsError, Target
from components.checks import refuse
from components.testing import Deployment
from tests.unit.components.plan import REPOSITORY, committed_program, plan

Manifest = dict[str, Any]
_KIND = {"product": "kind"}
_CLOUD = {"product": "cloud", "context": "c", "registry": {"repository": "r.example/t"}}
_QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "slipway", "namespace": "shop"},
    "spec": {"hard": {"pods": "many"}},
}
_GIT_REPO = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "VolumeAttributesClass",
    "metadata": {"name": "gold"},
    "driverName": "d.example",
    "parameters": {"iops": "4000"},
}


def _plan(adjust: Any, target: Any = _KIND, **settings: Any) -> Deployment:
    def program() -> None:
        chosen = Target.select()
        image = Image("web", reference="r.example/web:1", target=chosen)
        App("web", image=image, target=chosen, adjust=adjust, **settings)

    return plan(program, {"slipway:target": target})


def _without_selector(manifest: Manifest) -> None:
    if manifest["kind"] == "Service":
        manifest["spec"]["ports"][0]["port"] = 70000
        manifest["spec"]["selector"] = {"app": "wbe"}


def test_what_an_adjustment_breaks_is_refused_as_a_wrong_setting_is() -> None:
    with pytest.raises(SettingsError) as error:
        _plan(_without_selector)

    first, *lines = str(error.value).splitlines()
    assert first == 'App("web"), adjust: a cluster would refuse this:'
    assert lines[0] == (
        "  Service slipway-kind/web: spec.ports[0].port 70000: must be 65535 or less; e.g. 65535"
    )


def test_objects_that_do_not_go_together_are_refused() -> None:
    def rename(manifest: Manifest) -> None:
        if manifest["kind"] == "Deployment":
            manifest["spec"]["template"]["spec"]["containers"][0]["ports"][0]["name"] = "web"

    with pytest.raises(SettingsError, match="Service slipway-kind/web"):
        _plan(rename)


def test_the_standard_of_the_namespace_counts() -> None:
    def privileged(manifest: Manifest) -> None:
        if manifest["kind"] == "Deployment":
            container = manifest["spec"]["template"]["spec"]["containers"][0]
            container["securityContext"]["privileged"] = True
            container["securityContext"]["allowPrivilegeEscalation"] = True

    with pytest.raises(SettingsError, match="privileged"):
        _plan(privileged)


def test_an_adjustment_that_breaks_nothing_is_applied() -> None:
    def label(manifest: Manifest) -> None:
        manifest["metadata"]["labels"]["team"] = "shop"

    made = _plan(label)

    assert made["Deployment"]["metadata"]["labels"]["team"] == "shop"


@pytest.mark.parametrize("secret", [False, True])
def test_outputs_are_not_known_yet_and_nothing_is_found_in_them(secret: bool) -> None:
    later = pulumi.Output.secret("-1") if secret else pulumi.Output.from_input("-1")

    def replicas(manifest: Manifest) -> None:
        if manifest["kind"] == "Deployment":
            manifest["spec"]["progressDeadlineSeconds"] = later
            manifest["metadata"]["annotations"]["later"] = later

    refuse([_deployment(replicas)], "here", "1.35")
    with pytest.raises(SettingsError) as error:
        refuse([{**_deployment(replicas), "kind": "Deplyment"}], "here", "1.35")
    assert "Output" not in str(error.value)


def _deployment(change: Any) -> Manifest:
    labels = {"app": "web"}
    manifest: Manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "labels": labels, "annotations": {}},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": "r.example/web:1"}]},
            },
        },
    }
    change(manifest)
    return manifest


def test_metrics_that_are_passed_on_as_they_are_are_checked() -> None:
    metric = {"type": "Pods", "pods": {"metric": {"name": "queue"}}}

    with pytest.raises(SettingsError, match=r'^App\("web"\): a cluster would refuse this:'):
        _plan(None, autoscale={"max": 5, "metrics": [metric]})


def test_bounds_of_namespaces_are_checked() -> None:
    target = {**_KIND, "namespaces": {"quota": {"pods": "many"}}}

    with pytest.raises(SettingsError, match=r"^target\.namespaces: a cluster would refuse this:"):
        plan(committed_program, _committed(target))


def _committed(target: Any) -> dict[str, Any]:
    return {"slipway:target": target, "slipway:image": {"context": "app"}}


def test_the_version_of_the_cluster_counts_where_it_is_known() -> None:
    refuse([_GIT_REPO], "here", "v1.36.2")
    with pytest.raises(SettingsError, match=r"Kubernetes 1\.30 has no VolumeAttributesClass"):
        refuse([_GIT_REPO], "here", "v1.30.0")


def test_of_an_unknown_version_only_what_all_versions_refuse_is_refused() -> None:
    gone = {**_GIT_REPO, "apiVersion": "flowcontrol.apiserver.k8s.io/v1beta3"}
    gone["kind"] = "FlowSchema"
    gone = {key: gone[key] for key in ("apiVersion", "kind", "metadata")}

    refuse([_GIT_REPO], "here")
    refuse([gone], "here")
    with pytest.raises(SettingsError, match="many"):
        refuse([_QUOTA], "here")


@pytest.mark.parametrize(
    ("target", "version"),
    [
        (_KIND, "v1.35.0"),
        ({**_KIND, "cluster": {"kubernetesVersion": "1.34.1"}}, "v1.34.1"),
        ({"product": "minikube"}, None),
        ({"product": "minikube", "kubernetesVersion": "v1.33.2"}, "v1.33.2"),
        (_CLOUD, None),
    ],
)
def test_a_target_says_the_version_of_its_cluster(target: Any, version: str | None) -> None:
    said: list[str | None] = []
    plan(lambda: said.append(Target.select().kubernetes_version), {"slipway:target": target})
    assert said == [version]


def test_programs_without_such_objects_load_no_schemas() -> None:
    code = (
        "import sys\n"
        "from tests.unit.components.checks.test_refusal import _plan\n"
        "from unittest import mock\n"
        "import components.checks.store as store\n"
        "store._content.cache_clear()\n"
        "with mock.patch('components.testing.Deployment.check', return_value=[]):\n"
        "    _plan(None)\n"
        "print(store._content.cache_info().misses)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout.split() == ["0"]
