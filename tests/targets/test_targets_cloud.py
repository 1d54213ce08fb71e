"""The same program on a cluster that is there already, and never on another one."""

import base64
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.live.project import Project
from tests.live.traffic import Traffic, ask, eventually
from tests.targets.stand_in_cloud import PASSWORD, USER, StandInCloud
from tests.targets.tls_front import TlsFront

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInCloud]:
    made = StandInCloud(tmp_path_factory.mktemp("cloud"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def project(cloud: StandInCloud, project_of: Callable[[int], Project]) -> Project:
    """A project whose stack goes to the cloud; its `kind` only notes that it was called."""
    made = project_of(0)
    made.settings["slipway:target"] = {
        "product": "cloud",
        "context": cloud.context,
        "registry": {"repository": f"{cloud.registry}/team", "username": USER},
    }
    made.settings["slipway:app"]["replicas"] = 2
    made.save_settings()
    programs = made.folder / "programs"
    programs.mkdir()
    (programs / "kind").write_text(f'#!/bin/sh\necho "$@" >> {programs}/calls\nexit 1\n')
    (programs / "kind").chmod(0o755)
    made.environment |= {
        "KUBECONFIG": str(cloud.kubeconfig),
        "SLIPWAY_REGISTRY_PASSWORD": PASSWORD,
        "PATH": f"{programs}{os.pathsep}{made.environment['PATH']}",
    }
    return made


def _kind_was_called(project: Project) -> bool:
    return (project.folder / "programs" / "calls").exists()


def test_an_object_of_another_owner_is_refused_in_preview_and_up_until_it_is_adopted(
    project: Project, cloud: StandInCloud
) -> None:
    cloud.kubectl("create", "namespace", project.name)

    for ran in (project.pulumi("preview", check=False), project.up(check=False)):
        assert ran.code != 0
        assert f"the namespace {project.name} already exists and" in ran.output
    labels = cloud.kubectl("get", "namespace", project.name, "--output=jsonpath={.metadata.labels}")
    assert "slipway" not in labels.replace(project.name, ""), "the stranger was written to"

    command = re.search(r"kubectl --context .*?=adopt", " ".join(ran.output.split()))
    assert command is not None
    project.run(*shlex.split(command[0]))
    assert "refused" not in project.pulumi("preview").output


def test_the_application_answers_at_the_load_balancers_address(
    project: Project, cloud: StandInCloud
) -> None:
    project.up()

    outputs = json.loads(project.pulumi("stack", "output", "--json").output)
    eventually("the address answers", lambda: ask(outputs["url"])["namespace"] == project.name)
    assert outputs["image"].startswith(f"{cloud.registry}/team/hello-node@sha256:")
    assert not _kind_was_called(project), "a cluster that is there already is nobody's of kind's"


def test_a_second_up_and_a_refresh_change_nothing(project: Project) -> None:
    project.up("--expect-no-changes")
    project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_no_password_and_no_credential_is_in_the_state_in_plain_text(project: Project) -> None:
    state = json.dumps(project.state())

    assert PASSWORD not in state
    assert "client-key-data" not in state


def test_a_wrong_password_is_reported_in_words_and_changes_nothing(project: Project) -> None:
    version = project.folder / "app" / "VERSION"
    before = version.read_text()
    version.write_text("9.9.9\n")
    try:
        ran = project.up(check=False, SLIPWAY_REGISTRY_PASSWORD="wrong")
    finally:
        version.write_text(before)

    assert ran.code != 0
    assert "accepts these credentials" in ran.output
    url = json.loads(project.pulumi("stack", "output", "--json").output)["url"]
    assert ask(url)["version"] == before.strip()
    project.up()


def test_a_registry_that_was_emptied_gets_the_image_again_while_the_service_answers(
    project: Project, cloud: StandInCloud
) -> None:
    url = json.loads(project.pulumi("stack", "output", "--json").output)["url"]
    cloud.empty_registry()

    with Traffic(url) as traffic:
        ran = project.up()

    assert "PushedImage" in ran.output
    assert "~ 1 updated" in ran.output, "the image in the registry, and nothing that serves"
    assert traffic.failed == []
    assert traffic.answered > 10
    assert cloud.has(json.loads(project.pulumi("stack", "output", "--json").output)["image"])


def test_a_pull_that_no_node_may_make_is_refused_before_anything_that_serves_is_touched(
    project: Project, cloud: StandInCloud
) -> None:
    target = project.settings["slipway:target"]
    good = target["registry"]
    cloud.kubectl(
        *("create", "secret", "docker-registry", "stale", f"--namespace={project.name}"),
        *(f"--docker-server={cloud.registry}", "--docker-username=robot", "--docker-password=old"),
    )
    version = project.folder / "app" / "VERSION"
    before = version.read_text()
    version.write_text("3.0.0\n")
    repository = good["repository"]
    target["registry"] = {"repository": repository, "pullSecret": "stale"}
    project.save_settings()
    try:
        login = ("docker", "login", cloud.registry, "--username", USER, "--password", PASSWORD)
        project.run(*login, DOCKER_CONFIG=str(project.folder / ".docker"))
        ran = project.up(check=False, DOCKER_CONFIG=str(project.folder / ".docker"))
    finally:
        target["registry"] = good
        project.save_settings()
        version.write_text(before)

    assert ran.code != 0
    assert f"the node {cloud.node} cannot pull {repository}/hello-node@sha256:" in ran.output
    assert "what serves was not touched" in ran.output
    url = json.loads(project.pulumi("stack", "output", "--json").output)["url"]
    assert ask(url)["version"] == before.strip()
    pods = cloud.kubectl("get", "pods", f"--namespace={project.name}", "--output=name")
    assert "pull-" not in pods
    project.up()


def test_two_clones_over_one_backend_see_the_same_stack(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone")

    there = ("--stack", project.stack, "--expect-no-changes")
    clone.pulumi("preview", *there)
    clone.up(*there)
    project.up("--expect-no-changes")


_CLUSTER_PROGRAM = """\
import pathlib

import pulumi

text = pathlib.Path({path!r}).read_text()
pulumi.export("kubeconfig", pulumi.Output.secret(text))
"""


def test_another_stack_may_hand_the_cluster_over(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    clusters = project.clone(tmp_path / "cluster")
    (clusters.folder / "Pulumi.yaml").write_text("name: cluster\nruntime: python\n")
    (clusters.folder / "__main__.py").write_text(
        _CLUSTER_PROGRAM.format(path=str(cloud.kubeconfig))
    )
    clusters.pulumi("stack", "init", "production")
    clusters.up("--stack", "production")
    target = project.settings["slipway:target"]
    target["clusterStack"] = "organization/cluster/production"
    context = target.pop("context")
    project.save_settings()
    try:
        ran = project.up(KUBECONFIG="")
        project.up("--expect-no-changes", KUBECONFIG="")
    finally:
        target.pop("clusterStack")
        target["context"] = context
        project.save_settings()

    assert "Deployment" not in ran.output, "it is the same cluster, however it is reached"
    assert "client-key-data" not in json.dumps(project.state())


def test_the_cluster_at_another_address_keeps_every_object(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    """Also on the first `up` after one of a version that gave the provider no identifier."""
    moved = tmp_path / "kubeconfig"
    moved.write_text(cloud.kubeconfig.read_text().replace("127.0.0.1", "localhost"))
    before = _uids(project, cloud)
    state = project.state()
    for resource in state["deployment"]["resources"]:
        if resource["type"] == "pulumi:providers:kubernetes":
            del resource["inputs"]["clusterIdentifier"], resource["outputs"]["clusterIdentifier"]
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    project.pulumi("stack", "import", "--file", str(file))

    for _ in range(2):  # the identifier first, then the address
        assert "replace" not in project.pulumi("preview", KUBECONFIG=str(moved)).output
        assert "replaced" not in project.up(KUBECONFIG=str(moved)).output
    project.up("--expect-no-changes", KUBECONFIG=str(moved))
    assert "replaced" not in project.up().output

    assert _uids(project, cloud) == before


def test_another_address_with_another_certificate_authority_keeps_every_object(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    cloud.kubectl("create", "serviceaccount", "team", "--namespace=default")
    role = ("create", "clusterrolebinding", "team", "--clusterrole=cluster-admin")
    cloud.kubectl(*role, "--serviceaccount=default:team")
    token = cloud.kubectl("create", "token", "team", "--namespace=default", "--duration=2h").strip()
    config = yaml.safe_load(cloud.kubeconfig.read_text())
    cluster = config["clusters"][0]["cluster"]
    config["users"][0]["user"] = {"token": token}
    moved = tmp_path / "kubeconfig"
    before, logged = _uids(project, cloud), len(cloud.writes())

    with TlsFront(tmp_path, cluster["server"]) as front:
        for _ in range(2):
            cluster["server"] = front.server
            authority = front.certificate.read_bytes()
            cluster["certificate-authority-data"] = base64.b64encode(authority).decode()
            moved.write_text(yaml.safe_dump(config))
            assert "replace" not in project.pulumi("preview", KUBECONFIG=str(moved)).output
            assert "replaced" not in project.up(KUBECONFIG=str(moved)).output
            project.up("--expect-no-changes", KUBECONFIG=str(moved))
            front.rotate()
    assert "replaced" not in project.up().output

    assert _uids(project, cloud) == before
    deletions = [each for each in cloud.writes()[logged:] if "delete" in str(each)]
    assert deletions == []


def _uids(project: Project, cloud: StandInCloud) -> str:
    """What tells whether an object of the stack is another one than before."""
    of = ("namespace,configmap,service,deployment,networkpolicy,poddisruptionbudget,pod", "-A")
    labels = f"--selector=slipway.dev/stack={project.name}"
    columns = "--output=custom-columns=N:.metadata.name,U:.metadata.uid"
    return cloud.kubectl("get", *of, labels, columns, "--sort-by=.metadata.uid")


def test_a_context_that_does_not_exist_is_refused_with_those_there_are(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    renamed = tmp_path / "kubeconfig"
    renamed.write_text(cloud.kubeconfig.read_text().replace(cloud.context, "another"))

    for ran in (
        project.pulumi("preview", check=False, KUBECONFIG=str(renamed)),
        project.up(check=False, KUBECONFIG=str(renamed)),
    ):
        assert ran.code != 0
        assert f"no usable context {cloud.context}" in ran.output
        assert "another" in ran.output


def test_a_cluster_that_does_not_answer_is_reported_with_its_address(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    dead = tmp_path / "kubeconfig"
    lines = cloud.kubeconfig.read_text().splitlines()
    address = "https://127.0.0.1:1"
    dead.write_text(
        "\n".join(f"    server: {address}" if "server:" in line else line for line in lines)
    )

    ran = project.pulumi("preview", check=False, KUBECONFIG=str(dead))

    assert ran.code != 0
    assert address in ran.output


def test_another_cluster_under_the_same_context_is_refused_until_the_stack_is_moved(
    project: Project, cloud: StandInCloud
) -> None:
    cloud.remove_cluster()
    cloud.make_cluster()
    uid = cloud.uid

    for ran in (project.pulumi("preview", check=False), project.up(check=False)):
        assert ran.code != 0
        assert "refused: this stack deployed to" in ran.output
        assert uid in ran.output
    assert cloud.writes() == [], "something was written to the wrong cluster"

    project.pulumi("config", "set", "--path", "slipway:target.uid", uid)
    project.up(PULUMI_K8S_DELETE_UNREACHABLE="true")
    url = json.loads(project.pulumi("stack", "output", "--json").output)["url"]
    eventually("the address answers", lambda: ask(url)["namespace"] == project.name)


def test_destroy_removes_what_the_stack_made_and_leaves_the_cluster(
    project: Project, cloud: StandInCloud
) -> None:
    project.pulumi("destroy", "--yes", "--skip-preview")

    assert project.name not in cloud.kubectl("get", "namespaces", "--output=name")
    assert "control-plane" in cloud.kubectl("get", "nodes")
    assert not _kind_was_called(project)
