"""Owners, names and namespaces under a real Pulumi, with a kubectl that plays the cluster.

Belongs here: what forced replacements, renames and `destroy` lead to, in which order.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.language_host.pulumi_project import REPOSITORY, Project

_PROGRAM = """
import pulumi
from components.k8s.access import ClusterAccess
from components.names import Names
from components.targets.namespace_removal import NamespaceRemoval
from components.targets.owner import Owner
from components.targets.ownership import Ownership
from components.targets.stack_identity import StackIdentity

names = Names.of_stack()
identity = StackIdentity("stack", names)
owner = Owner(names, identity.owner)
known = pulumi.Output.from_input
cluster = ClusterAccess(known("current-context: mine"), known("mine"), known("1"))
manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
claim = Ownership("claim", [manifest], owner=owner, cluster=cluster)
after = pulumi.ResourceOptions(depends_on=[claim])
NamespaceRemoval("removal", "shop", owner=owner, cluster=cluster, opts=after)
pulumi.export("owner", identity.owner)
"""
_KUBECTL = """#!{python}
import json, pathlib, sys

file = pathlib.Path({file!r})
cluster = json.loads(file.read_text())
verb, *rest = sys.argv[4:]
written = {{"label": "labels", "annotate": "annotations"}}
if verb in written:
    key, _, value = rest[-1].partition("=")
    cluster["namespace"].setdefault(written[verb], {{}})[key] = value
elif verb == "delete":
    cluster["namespace"] = None
elif any(word.startswith("--namespace=") for word in rest):
    print(json.dumps({{"items": cluster["objects"]}}))
elif cluster["namespace"] is not None:
    print(json.dumps({{"kind": "Namespace", "metadata": cluster["namespace"]}}))
file.write_text(json.dumps(cluster))
"""
_FIRST = """\
import os
os.environ["PATH"] = {folder!r} + os.pathsep + os.environ["PATH"]
"""
_CLAIM = {"kind": "PersistentVolumeClaim", "metadata": {"name": "data"}}


class Scene:
    """A project, and the cluster with the namespace `shop`."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root)
        self._file = root / "cluster.json"
        self.set(namespace={"name": "shop"}, objects=[])
        programs = root / "programs"
        programs.mkdir()
        (programs / "kubectl").write_text(
            _KUBECTL.format(python=sys.executable, file=str(self._file))
        )
        (programs / "kubectl").chmod(0o755)
        # The launcher of `pulumi` puts the tools of the checkout first.
        (programs / "sitecustomize.py").write_text(_FIRST.format(folder=str(programs)))
        self.project.run("stack", "init", "dev")
        self.project.program(_PROGRAM)

    @property
    def cluster(self) -> dict[str, Any]:
        return json.loads(self._file.read_text())

    def set(self, **changed: Any) -> None:
        """Change the namespace, or the objects in it."""
        before = self.cluster if self._file.exists() else {}
        self._file.write_text(json.dumps({**before, **changed}))

    @property
    def owner(self) -> str:
        return self.project.read("stack", "output", "--json")["owner"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A deployed project that owns the namespace, which it adopted."""
    root = tmp_path_factory.mktemp("owner")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{root / 'programs'}{os.pathsep}{REPOSITORY}")
        made = Scene(root)
        assert "already exists and is not owned by this stack" in made.project.up(code=1)
        adopted = {"slipway.dev/stack": "p-dev", "slipway.dev/owner": "adopt"}
        made.set(namespace={"name": "shop", "labels": adopted})
        made.project.up()
        # As the provider does, which is not here.
        own = {**adopted, "slipway.dev/owner": made.owner}
        made.set(namespace={**made.cluster["namespace"], "labels": own})
        yield made


def test_a_renamed_stack_is_refused_in_preview_and_up_until_it_has_its_name_again(
    scene: Scene,
) -> None:
    before = scene.cluster
    scene.project.run("stack", "rename", "prod")

    for words in (("preview",), ("up", "--yes", "--skip-preview", "--replace", "**")):
        assert "everything named p-dev would be deleted" in scene.project.run(*words, code=1)
    assert scene.cluster == before

    scene.project.run("stack", "rename", "dev", "--stack", "prod")
    scene.project.up()
    assert scene.cluster == before


def test_a_project_that_is_renamed_in_its_file_alone_finds_no_state(scene: Scene) -> None:
    file = scene.project.folder / "Pulumi.yaml"
    text = file.read_text()
    file.write_text(text.replace("name: p", "name: q", 1))
    process = scene.project.start("preview", "--stack", "dev")

    assert "no stack named 'dev' found" in process.communicate()[0]
    file.write_text(text)
    scene.project.run("preview", "--expect-no-changes")


def test_a_forced_replacement_of_everything_keeps_owner_and_namespace(scene: Scene) -> None:
    before = scene.owner

    scene.project.up("--replace", "**")

    assert scene.owner == before
    assert scene.cluster["namespace"] is not None
    scene.project.up("--expect-no-changes")


def test_a_kept_namespace_is_named_by_destroy_and_used_again_by_the_next_up(scene: Scene) -> None:
    before = scene.owner
    scene.set(objects=[_CLAIM])

    shown = scene.project.run("destroy", "--yes", "--skip-preview")

    assert "the namespace shop is kept: it has the volumes of the claims data" in shown
    scene.project.up()
    assert scene.owner != before, "it is accepted with the id of another state"
    labels = {**scene.cluster["namespace"]["labels"], "slipway.dev/owner": scene.owner}
    scene.set(namespace={**scene.cluster["namespace"], "labels": labels})


def test_a_namespace_with_nothing_that_must_stay_goes_with_the_stack(scene: Scene) -> None:
    scene.set(objects=[])

    scene.project.run("destroy", "--yes", "--skip-preview")

    assert scene.cluster["namespace"] is None
