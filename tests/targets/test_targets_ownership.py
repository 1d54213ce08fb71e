"""Who owns objects and namespaces of a cluster that others use too, and what outlives a stack."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.project import Project
from tests.targets.stand_in_cloud import PASSWORD, USER, StandInCloud

pytestmark = pytest.mark.live

_NAMESPACE_ONLY = """\
import pulumi

from components import Target

target = Target.select()
target.namespace(None)
pulumi.export("clusterUid", target.cluster_uid)
"""
_LABEL = "slipway.dev/owner"
_ADDED = (":StackIdentity", ":NamespaceRemoval")
"""Types of resources that an earlier version did not have."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInCloud]:
    made = StandInCloud(tmp_path_factory.mktemp("cloud"))
    yield made
    made.close()


@pytest.fixture
def project(cloud: StandInCloud, project_of: Callable[[int], Project]) -> Iterator[Project]:
    """A deployed project that has a namespace in the cloud, and no application."""
    made = _project(cloud, project_of)
    (made.folder / "__main__.py").write_text(_NAMESPACE_ONLY)
    made.settings = {"slipway:target": made.settings["slipway:target"]}
    made.save_settings()
    made.up()
    yield made
    made.command("down", check=False)
    _delete_namespaces(cloud, made)


@pytest.fixture
def store(cloud: StandInCloud, project_of: Callable[[int], Project]) -> Iterator[Project]:
    """A deployed project with a StatefulSet whose volume is retained."""
    made = _project(cloud, project_of)
    made.settings["slipway:app"] = {
        "kind": "StatefulSet", "replicas": 1, "expose": False, "drainSeconds": 0,
        "storage": [{"path": "/var/lib/store", "size": "16Mi"}],
    }  # fmt: skip
    made.save_settings()
    made.up()
    yield made
    made.command("down", check=False)
    _delete_namespaces(cloud, made)


def _project(cloud: StandInCloud, project_of: Callable[[int], Project]) -> Project:
    made = project_of(0)
    made.settings["slipway:target"] = {
        "product": "cloud",
        "context": cloud.context,
        "registry": {"repository": f"{cloud.registry}/team", "username": USER},
    }
    made.environment |= {
        "KUBECONFIG": str(cloud.kubeconfig),
        "SLIPWAY_REGISTRY_PASSWORD": PASSWORD,
    }
    return made


def _delete_namespaces(cloud: StandInCloud, project: Project) -> None:
    label = f"--selector=slipway.dev/stack={project.name}"
    cloud.kubectl("delete", "namespaces", label, "--wait=false")


def _namespace(cloud: StandInCloud, name: str) -> dict[str, Any]:
    return json.loads(cloud.kubectl("get", "namespace", name, "--output=json"))["metadata"]


def _owner(project: Project) -> str:
    (identity,) = [
        resource["outputs"]
        for resource in project.state()["deployment"]["resources"]
        if resource["type"].endswith(":StackIdentity")
    ]
    return identity["owner"]


def test_a_second_checkout_of_the_same_names_is_refused_until_it_adopts(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    before = _namespace(cloud, project.name)
    second = project.clone(tmp_path / "clone")
    state = tmp_path / "state"
    state.mkdir()
    second.environment = {**project.environment, "PULUMI_BACKEND_URL": f"file://{state}"}
    second.pulumi("stack", "init", second.stack)
    writes = len(cloud.writes())

    for ran in (second.pulumi("preview", check=False), second.up(check=False)):
        assert ran.code != 0
        assert "with another state: that of another checkout" in " ".join(ran.output.split())
    assert len(cloud.writes()) == writes
    assert _namespace(cloud, project.name) == before

    for _ in range(2):  # the namespace, and then what is in it
        command = re.search(r"kubectl --context .*?=adopt", " ".join(ran.output.split()))
        assert command is not None
        second.run(*shlex.split(command[0]))
        ran = second.up(check=False)
        if ran.code == 0:
            break
    second.up("--expect-no-changes")
    assert _namespace(cloud, project.name)["labels"][_LABEL] == _owner(second) != _owner(project)

    project.pulumi("destroy", "--yes", "--skip-preview")
    assert _namespace(cloud, project.name)["uid"] == before["uid"], "it is the other's by now"
    second.pulumi("destroy", "--yes", "--skip-preview")
    assert project.name not in cloud.kubectl("get", "namespaces", "--output=name")


def test_a_forced_replacement_of_everything_deletes_no_namespace_and_converges(
    project: Project, cloud: StandInCloud
) -> None:
    before = _namespace(cloud, project.name)["uid"]

    project.up("--replace", "**")

    assert _namespace(cloud, project.name)["uid"] == before
    assert _namespace(cloud, project.name)["labels"][_LABEL] == _owner(project)
    project.up("--expect-no-changes")


def test_a_state_of_an_earlier_version_claims_its_objects_without_a_replacement(
    project: Project, cloud: StandInCloud, tmp_path: Path
) -> None:
    before = _namespace(cloud, project.name)["uid"]
    file = tmp_path / "state.json"
    file.write_text(json.dumps(_of_earlier_version(project.state())))
    project.pulumi("stack", "import", "--file", str(file))
    cloud.kubectl("label", "namespace", project.name, f"{_LABEL}-")

    assert "replace" not in project.pulumi("preview").output
    project.up()

    metadata = _namespace(cloud, project.name)
    assert (metadata["uid"], metadata["labels"][_LABEL]) == (before, _owner(project))
    project.up("--expect-no-changes")


def _of_earlier_version(state: dict[str, Any]) -> dict[str, Any]:
    """Return the state as a version without owner ids would have written it."""
    resources: list[dict[str, Any]] = state["deployment"]["resources"]
    added = {each["urn"] for each in resources if str(each["type"]).endswith(_ADDED)}
    kept = [each for each in resources if each["urn"] not in added]
    for each in kept:
        each["dependencies"] = [urn for urn in each.get("dependencies") or [] if urn not in added]
        each["propertyDependencies"] = {
            key: [urn for urn in urns or [] if urn not in added]
            for key, urns in (each.get("propertyDependencies") or {}).items()
        }
        if each["type"].endswith("core/v1:Namespace"):
            each.pop("retainOnDelete", None)
        for side in ("inputs", "outputs"):
            properties: dict[str, Any] = each.get(side) or {}
            properties.pop("ownerId", None)
            properties.pop("adopted", None)
            (properties.get("metadata") or {}).get("labels", {}).pop(_LABEL, None)
    state["deployment"]["resources"] = kept
    return state


def test_a_renamed_stack_is_refused_and_goes_on_under_its_old_name(
    project: Project, cloud: StandInCloud
) -> None:
    other = f"{project.stack}-b"
    project.pulumi("stack", "rename", other)
    writes = len(cloud.writes())
    try:
        for words in (("preview",), ("up", "--yes", "--skip-preview")):
            ran = project.pulumi(*words, check=False)
            assert ran.code != 0
            told = " ".join(ran.output.split())
            assert f"everything named {project.name} would be deleted" in told
            assert f"`pulumi stack rename {project.stack} --stack {other}`" in told
        assert len(cloud.writes()) == writes
    finally:
        project.pulumi("stack", "rename", project.stack, "--stack", other)
    project.up("--expect-no-changes")


def test_a_namespace_with_objects_of_others_is_kept_and_named(
    project: Project, cloud: StandInCloud
) -> None:
    cloud.kubectl("create", "configmap", "theirs", f"--namespace={project.name}")

    told = " ".join(project.pulumi("destroy", "--yes", "--skip-preview").output.split())

    assert f"the namespace {project.name} is kept" in told
    assert "objects that this stack does not own: configmap/theirs" in told
    assert f"kubectl --context {cloud.context} delete namespace {project.name}" in told
    cloud.kubectl("get", "configmap", "theirs", f"--namespace={project.name}")


def test_a_retained_volume_outlives_destroy_and_the_next_up_uses_it_again(
    store: Project, cloud: StandInCloud
) -> None:
    before = _claims(cloud, store.name)
    assert len(before) == 1

    told = " ".join(store.pulumi("destroy", "--yes", "--skip-preview").output.split())

    assert f"the namespace {store.name} is kept: it has the volumes of the claims" in told
    assert _claims(cloud, store.name) == before
    assert "statefulset" not in cloud.kubectl(
        "get", "statefulsets,services", f"--namespace={store.name}", "--output=name"
    )
    store.up()
    store.up("--expect-no-changes")
    assert _claims(cloud, store.name) == before


def test_a_volume_that_is_not_retained_goes_with_its_namespace(
    store: Project, cloud: StandInCloud
) -> None:
    store.settings["slipway:app"]["storage"][0]["retain"] = False
    store.save_settings()
    store.up()

    store.pulumi("destroy", "--yes", "--skip-preview")

    assert store.name not in cloud.kubectl("get", "namespaces", "--output=name")


def test_a_changed_namespace_keeps_the_retained_volume_in_the_former_one(
    store: Project, cloud: StandInCloud
) -> None:
    before = _claims(cloud, store.name)
    moved = f"{store.name}-moved"
    store.settings["slipway:app"] |= {"namespace": moved, "allowReplace": True}
    store.save_settings()

    told = " ".join(store.up().output.split())

    assert f"the namespace {store.name} is kept" in told
    assert _claims(cloud, store.name) == before
    del store.settings["slipway:app"]["namespace"]
    store.save_settings()
    store.up()
    assert _claims(cloud, store.name) == before


def _claims(cloud: StandInCloud, namespace: str) -> list[tuple[str, str]]:
    """Return the claims of a namespace with their UIDs."""
    listed = cloud.kubectl("get", "pvc", f"--namespace={namespace}", "--output=json")
    return [
        (each["metadata"]["name"], each["metadata"]["uid"]) for each in json.loads(listed)["items"]
    ]
