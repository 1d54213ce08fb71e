"""The fixture `api_server`: a real API server refuses what a cluster would refuse."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
import pytest

from components.testing import deploy
from components.testing.api_server import (
    ApiServer,
    ControlPlaneFailed,
    ProgramsMissing,
    RefusedObjects,
)
from tests.live.project import CHECKOUT

_LABELS = {"app": "web"}
_NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
_ENFORCE = "pod-security.kubernetes.io/enforce"


def _in_shop(version: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


def _workload(replicas: int = 2, **pod: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": "registry.example/web:1"}], **pod}
    template = {"metadata": {"labels": _LABELS}, "spec": spec}
    selector = {"matchLabels": _LABELS}
    more = {"replicas": replicas, "selector": selector, "template": template}
    return _in_shop("apps/v1", "Deployment", "web", spec=more)


def _said(api_server: ApiServer, *objects: Mapping[str, Any]) -> str:
    """Return what is refused of objects in a namespace, a line each."""
    return "\n".join(map(str, api_server.refusals([_NAMESPACE, *objects])))


def test_objects_of_a_program_are_applied_and_get_the_defaults_of_the_cluster(
    api_server: ApiServer,
) -> None:
    def program() -> None:
        meta = k8s.meta.v1.ObjectMetaArgs(name="web", namespace="shop")
        namespace = k8s.core.v1.Namespace("shop", metadata={"name": "shop"})
        k8s.core.v1.Service(
            "web",
            metadata=meta,
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=_LABELS, ports=[k8s.core.v1.ServicePortArgs(port=80)]
            ),
            opts=pulumi.ResourceOptions(depends_on=[namespace]),
        )

    (_, service) = api_server.apply(deploy(program))
    assert service["spec"]["clusterIP"].startswith("10.96.")
    assert service["spec"]["ports"][0]["protocol"] == "TCP"


def test_what_the_schema_the_validation_and_the_admission_refuse_is_said_in_its_words(
    api_server: ApiServer,
) -> None:
    unknown = _workload()
    unknown["spec"]["paussed"] = True
    port = _in_shop("v1", "Service", "web", spec={"ports": [{"port": 70000}]})
    with pytest.raises(RefusedObjects) as refused:
        api_server.apply([port, unknown, _NAMESPACE])

    statuses = {each.object: each.status for each in refused.value.refusals}
    assert statuses == {"Service shop/web": 422, "Deployment shop/web": 500}
    assert ".spec.paussed: field not declared in schema" in str(refused.value)
    assert "must be between 1 and 65535" in str(refused.value)


def test_an_object_in_a_namespace_that_the_program_does_not_make_is_refused(
    api_server: ApiServer,
) -> None:
    assert 'namespaces "shop" not found' in str(api_server.refusals([_workload()])[0])
    api_server.create_namespace("shop")
    assert api_server.refusals([_workload()]) == []


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        ({"serviceAccountName": "nobody"}, 'serviceaccount "nobody" not found'),
        ({"priorityClassName": "most"}, "no PriorityClass with name most was found"),
        ({"runtimeClassName": "sand"}, 'RuntimeClass "sand" not found'),
    ],
)
def test_pods_that_admission_refuses_are_said_beside_their_workload(
    api_server: ApiServer, pod: dict[str, Any], words: str
) -> None:
    said = _said(api_server, _workload(**pod))
    assert said.startswith("Deployment shop/web: its pod 1: ")
    assert words in said


def test_pods_that_the_pod_security_of_their_namespace_refuses_are_said(
    api_server: ApiServer,
) -> None:
    labels = {_ENFORCE: "restricted"}
    namespace = {**_NAMESPACE, "metadata": {"name": "shop", "labels": labels}}
    (refusal,) = api_server.refusals([namespace, _workload(replicas=3)])
    assert 'violates PodSecurity "restricted:latest"' in refusal.message
    assert api_server.refusals([namespace, _workload()], pods=False) == []


def test_a_quota_holds_for_all_pods_of_the_program_together(api_server: ApiServer) -> None:
    quota = _in_shop("v1", "ResourceQuota", "small", spec={"hard": {"pods": "3"}})
    assert _said(api_server, quota, _workload(replicas=3)) == ""
    assert _said(api_server, quota, _workload(replicas=3)) == "", "usage is that of one program"
    said = _said(api_server, quota, _workload(replicas=4))
    assert "its pod 4: " in said
    assert "exceeded quota: small" in said


def test_an_update_of_an_immutable_field_is_refused(api_server: ApiServer) -> None:
    api_server.apply([_NAMESPACE, _workload()])
    other = _workload()
    other["spec"]["selector"]["matchLabels"] = {"app": "other"}
    other["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    assert "field is immutable" in _said(api_server, other)


def test_the_claims_of_a_stateful_set_are_volumes_of_its_pods(api_server: ApiServer) -> None:
    made = _workload()
    storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    container = made["spec"]["template"]["spec"]["containers"][0]
    container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    made |= {"kind": "StatefulSet"}
    made["spec"] |= {
        "serviceName": "web",
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": storage}],
    }
    assert _said(api_server, made) == ""


@pytest.mark.parametrize("kind", ["Cache", "Job"])
def test_custom_resources_are_checked_by_their_definition(api_server: ApiServer, kind: str) -> None:
    size = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 5}}}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": size}}}
    names = {"kind": kind, "plural": "caches"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "caches.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": names,
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }
    cache = _in_shop("example.com/v1", kind, "web", spec={"size": 6})
    assert "should be less than or equal to 5" in _said(api_server, cache, definition)
    assert _said(api_server, {**cache, "spec": {"size": 5}}) == ""
    api_server.clear()
    assert f"the server has no kind {kind} in example.com/v1" in _said(api_server, cache)


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "ConfigMap", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "ConfigMap"},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": []},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": 5}},
        {"apiVersion": "v1", "kind": "Nothing", "metadata": {"name": "a"}},
        {"apiVersion": "none/v1", "kind": "Nothing", "metadata": {"name": "a"}},
    ],
)
def test_what_is_no_object_is_refused(api_server: ApiServer, broken: dict[str, Any]) -> None:
    assert len(api_server.refusals([broken])) == 1


def test_nothing_of_a_test_is_there_in_the_next(api_server: ApiServer) -> None:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    api_server.apply(
        [_NAMESPACE, _workload(), _in_shop("v1", "PersistentVolumeClaim", "web", spec=claim)]
    )
    api_server.clear()
    for kind in ("namespaces", "persistentvolumeclaims", "pods", "resourcequotas"):
        items = api_server.api.get(f"/api/v1/{kind}")["items"]
        names = [each["metadata"]["name"] for each in items]
        assert "shop" not in names
        assert "web" not in names
    api_server.apply([_NAMESPACE, _workload()])


def test_an_object_of_the_server_itself_is_afterwards_as_it_was(api_server: ApiServer) -> None:
    def labels() -> set[str]:
        return set(api_server.api.get("/api/v1/namespaces/default")["metadata"]["labels"])

    before = labels()
    metadata = {"name": "default", "labels": {_ENFORCE: "restricted"}}
    api_server.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}])
    assert labels() == before | {_ENFORCE}
    api_server.clear()
    assert labels() == before


def test_a_preview_is_not_applied(api_server: ApiServer) -> None:
    def program() -> None:
        k8s.core.v1.Namespace("shop", metadata={"name": "shop"})

    with pytest.raises(ValueError, match="deploy without preview=True"):
        api_server.apply(deploy(program, preview=True))


def test_kubectl_works_with_its_kubeconfig(api_server: ApiServer, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(api_server.kubeconfig, encoding="utf-8")
    command = ["kubectl", "--kubeconfig", str(file), "get", "namespaces", "--output=name"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert "namespace/default" in done.stdout


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A Python process with an API server, whose temporary files are in `tmp_path`."""
    program = (
        "import time\n"
        "from components.testing.api_server import ApiServer\n"
        "with ApiServer() as server:\n"
        "    print(server.api.text('/readyz'), flush=True)\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    yield process
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    process.wait()


def test_it_ends_with_its_process_even_if_that_is_killed(
    waiting: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "ok\n"
    assert len(_commands(tmp_path)) == 2
    waiting.send_signal(signal.SIGKILL)
    waiting.wait()
    until = time.monotonic() + 10
    while _commands(tmp_path):
        assert time.monotonic() < until, _commands(tmp_path)
        time.sleep(0.1)


def _commands(folder: Path) -> list[str]:
    """Return the commands of processes that use files of a folder."""
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = entry.read_text(encoding="utf-8", errors="replace").replace("\0", " ")
            if f"{folder}/slipway-api-server-" in command:
                found.append(command)
    return found


def test_programs_that_are_missing_are_named_with_the_way_to_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    with pytest.raises(ProgramsMissing, match="kube-apiserver and etcd") as missing:
        ApiServer()
    assert "setup-envtest use" in str(missing.value)


def test_a_control_plane_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    for name in ("kube-apiserver", "etcd"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {name} has no licence >&2\nexit 3\n", encoding="utf-8")
        program.chmod(0o755)
    with pytest.raises(ControlPlaneFailed, match="etcd has no licence"):
        ApiServer(tmp_path)
