"""A minikube profile, made by the real minikube, that follows its stack file in place."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.project import docker_lines, end_group
from tests.live.traffic import Traffic, ask, ask_many, eventually
from tests.targets.minikube_project import MinikubeProject

pytestmark = pytest.mark.live

_BY_HAND = ("start", "--driver=docker", "--container-runtime=containerd", "--interactive=false")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinikubeProject]:
    """One node, of a run that was killed amid making it, and the next one."""
    made = MinikubeProject(tmp_path_factory.mktemp("minikube"))
    made.pulumi("stack", "init", made.stack)
    yield made
    made.remove()


def test_after_kill_9_amid_making_a_profile_the_next_up_recreates_it_and_it_answers(
    project: MinikubeProject, tmp_path: Path
) -> None:
    process = project.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")
    eventually("the node's container is there", lambda: bool(project.containers()), seconds=200)
    half_made = docker_lines("ps", "--quiet", "--filter", f"name=^{project.profile}$")
    end_group(process, signal.SIGKILL)

    ran = project.command("up")

    (node,) = project.nodes()
    assert docker_lines("ps", "--quiet", "--filter", f"name=^{node}$") != half_made
    assert project.url in ran.output
    assert project.url.startswith("http://192.168.") or project.url.startswith("http://172.")
    assert project.url.endswith(":30080")
    assert ask(project.url)["node"] == project.profile


def test_a_second_up_and_a_preview_change_nothing(project: MinikubeProject) -> None:
    mine = ("ps", "--quiet", "--filter", f"name={project.name}")
    containers = docker_lines(*mine)

    project.up("--expect-no-changes")
    project.pulumi("preview", "--expect-no-changes")

    assert docker_lines(*mine) == containers
    assert project.run("kubectl", "config", "current-context", check=False).code != 0


def test_the_status_names_the_node_and_the_address(project: MinikubeProject) -> None:
    shown = project.command("status").output

    assert f"cluster {project.profile}, stack {project.stack}" in shown
    assert "complete: 3 of 3 replicas ready" in shown
    assert project.url in shown


def test_tools_find_the_registry_where_this_machine_reaches_it(project: MinikubeProject) -> None:
    hosting = ("configmap", "local-registry-hosting", "--namespace=kube-public", "--output=yaml")

    assert f"localhost:{project.registry_port}" in project.kubectl("get", *hosting)


def _pulled_on(project: MinikubeProject, node: str) -> str:
    """Pull the application's image on a node, as its containerd does for pods."""
    (pod, *_) = project.objects("pods")
    image = pod["spec"]["containers"][0]["image"]
    ran = project.run("docker", "exec", node, "crictl", "pull", image, check=False)
    return f"{ran.code} {ran.output}"


def test_a_node_is_added_in_place_reaches_the_registry_and_runs_pods(
    project: MinikubeProject,
) -> None:
    project.set(nodes=2)
    preview = project.pulumi("preview").output
    assert "MinikubeNodes target-nodes update [diff: ~nodes]" in preview
    assert "~ 1 to update" in preview and "kubernetes:" not in preview
    with Traffic(project.url) as traffic:
        project.up()
        nodes = project.nodes()
        assert nodes == project.containers() == [project.profile, f"{project.profile}-m02"]
        for node in nodes:
            assert _pulled_on(project, node).startswith("0 "), node
        project.settings["slipway:app"]["replicas"] = 5
        project.save_settings()
        project.up()
    assert traffic.failed == []
    spread = {pod["spec"]["nodeName"] for pod in project.objects("pods")}
    assert spread == set(nodes)
    other = project.url.replace(_address(project, nodes[0]), _address(project, nodes[1]))
    assert len(ask_many(other, 20)) == 20, "every node's address leads to the application"


def _address(project: MinikubeProject, node: str) -> str:
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return docker_lines("inspect", "--format", form, node)[0]


def test_a_stopped_profile_is_started_by_the_next_up(project: MinikubeProject) -> None:
    url = project.url
    project.minikube("stop")
    preview = project.pulumi("preview", check=False).output
    assert "MinikubeProfile target-profile update" in preview
    assert "MinikubeNodes target-nodes update" in preview
    assert "to replace" not in preview

    project.command("up")

    assert project.url == url
    assert project.nodes() == project.containers()
    project.pulumi("preview", "--expect-no-changes")


_CLAIM = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: "{name}"}}
spec:
  capacity: {{storage: 1Mi}}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  hostPath: {{path: /tmp/hostpath-provisioner/{name}}}
  claimRef: {{namespace: default, name: "{name}"}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: "{name}", namespace: default}}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  volumeName: "{name}"
  resources: {{requests: {{storage: 1Mi}}}}
"""
"""A volume as minikube's provisioner makes it, bound to no node."""


def test_a_node_whose_folders_have_data_of_a_claim_is_not_removed(
    project: MinikubeProject, tmp_path: Path
) -> None:
    name, node = f"{project.name}-data", f"{project.profile}-m02"
    file = tmp_path / "claim.yaml"
    file.write_text(_CLAIM.format(name=name))
    project.kubectl("apply", f"--filename={file}")
    folder = f"/tmp/hostpath-provisioner/{name}"
    inside = f"mkdir -p {folder} && touch {folder}/table"
    project.run("docker", "exec", node, "sh", "-c", inside)
    project.set(nodes=1)

    refused = " ".join(project.pulumi("preview", check=False).output.split())

    assert f"{node} cannot be removed" in refused
    assert f"of the claims default/{name}: {name}" in refused
    project.kubectl("delete", f"--filename={file}")
    assert "~ 1 to update" in project.pulumi("preview").output
    project.set(nodes=2)


def test_after_kill_9_amid_a_removal_the_next_up_converges_to_one_node(
    project: MinikubeProject, tmp_path: Path
) -> None:
    project.set(nodes=1)
    process = project.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")

    def begun() -> bool:
        return "SchedulingDisabled" in project.kubectl("get", "nodes", check=False)

    eventually("the node is drained", begun, seconds=200)
    end_group(process, signal.SIGKILL)

    project.command("up")

    assert project.nodes() == project.containers() == [project.profile]
    assert "Scheduling" not in project.kubectl("get", "nodes")
    assert len(ask_many(project.url, 20)) == 20
    project.pulumi("preview", "--expect-no-changes")


def test_an_addon_is_enabled_in_place(project: MinikubeProject) -> None:
    project.set(addons=["default-storageclass"])
    project.up()
    assert "standard" in project.kubectl("get", "storageclasses")

    project.set(addons=[])
    project.up()
    assert "standard" not in project.kubectl("get", "storageclasses")


def test_a_change_that_recreates_the_profile_is_refused(project: MinikubeProject) -> None:
    project.set(memory=4096)
    ran = project.pulumi("preview", check=False)
    assert ran.code != 0
    assert "set `replaceCluster: true`" in ran.output
    del project.target["memory"]
    project.save_settings()


def test_a_profile_of_another_stack_is_refused_and_a_profile_of_nobodys_is_adopted_and_stays(
    project: MinikubeProject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = MinikubeProject(tmp_path_factory.mktemp("other"), nodes=None)
    other.environment["MINIKUBE_HOME"] = project.environment["MINIKUBE_HOME"]
    other.set(profile=project.profile)
    other.pulumi("stack", "init", other.stack)
    try:
        refused = other.pulumi("preview", check=False)
        assert "Another stack or checkout made it" in refused.output

        _give_to_the_user(project)
        other.profile = project.profile
        _require_refusal_of_a_strangers_service(project, other)
        other.up()
        assert len(ask_many(other.url, 20)) == 20
        other.pulumi("preview", "--expect-no-changes")
        _require_notice_of_a_profile_made_anew(project, other)
        other.command("down")
    finally:
        other.command("down", check=False)
    assert project.nodes() == [project.profile], "an adopted profile survives the stack"
    assert "Running" in project.minikube("status").output
    project.minikube("delete")


def _require_refusal_of_a_strangers_service(
    project: MinikubeProject, other: MinikubeProject
) -> None:
    """On the profile that the other project is to adopt: while it runs, and while it is stopped."""
    inside = f"--namespace={other.name}"
    told = f"the service hello-node in {other.name} already exists and is not owned by this stack"
    project.kubectl("create", "namespace", other.name)
    adopted = (f"slipway.dev/stack={other.name}", "slipway.dev/owner=adopt")
    project.kubectl("label", "namespace", other.name, *adopted)
    project.kubectl("create", "service", "clusterip", "hello-node", "--tcp=80", inside)

    assert told in other.pulumi("preview", check=False).output
    other.minikube("stop")
    other.pulumi("preview")
    assert told in other.up(check=False).output

    assert "slipway.dev" not in project.kubectl("get", "service", "--output=yaml", inside)
    project.kubectl("delete", "namespace", other.name)


def _give_to_the_user(project: MinikubeProject) -> None:
    """Let the project go, and make the same profile as a user would."""
    before = project.settings
    project.command("down")
    remains: list[Any] = [one for one in project.remains() if "image " not in one]
    assert remains == [], "nothing of the stack stays in the engine"
    project.settings = before
    project.minikube(*_BY_HAND)


def _require_notice_of_a_profile_made_anew(
    project: MinikubeProject, other: MinikubeProject
) -> None:
    """By its user, under the other project, with the same name and address."""
    project.minikube("delete")
    project.minikube(*_BY_HAND)

    told = " ".join(other.pulumi("preview", check=False).output.split())
    assert f"the minikube profile {project.profile} that this stack deployed to was deleted" in told
    refresh = ("refresh", "--yes", "--skip-preview")
    other.pulumi(*refresh, PULUMI_K8S_DELETE_UNREACHABLE="true")
    other.up()

    assert len(ask_many(other.url, 20)) == 20
