"""Rendered files on a real cluster: they are what an update sends, and an update takes them over.

The tests follow each other on one stack: deployed, destroyed, applied from files, taken over.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.live.guest import Guest
from tests.live.traffic import eventually

pytestmark = pytest.mark.live

Manifest = dict[str, Any]
Key = tuple[str, str]

_KUBERNETES = "kubernetes:"
_OF_STATES = "slipway.dev/owner"


@pytest.fixture(scope="module")
def stack(guest: Callable[..., Guest]) -> Guest:
    """A deployed stack with files, an autoscaler and a second container, called through the API."""
    made = guest()
    made.settings["slipway:target"]["expose"] = {"type": "Ingress", "host": "example.test"}
    made.set(
        expose=True,
        autoscale={"min": 2, "max": 3},
        files={"/etc/app/app.json": '{"level": 1}\n{"NO": "y"}\n'},
        env={"COUNTRY": "NO", "START": "12:30", "LINES": "one\n two\n"},
        data={"command": ["node", "data.js"]},
    )
    made.up()
    return made


@pytest.fixture(scope="module")
def folder(stack: Guest) -> Path:
    """The stack's rendered files, which outlive it."""
    command = (sys.executable, "-m", "stacks.render", "--stack", stack.stack, "--out", "rendered")
    stack.run(*command)
    return stack.folder / "rendered"


def _rendered(folder: Path) -> dict[Key, Manifest]:
    return _by_name([yaml.safe_load(file.read_text()) for file in folder.glob("*/*.yaml")])


def _by_name(manifests: list[Manifest]) -> dict[Key, Manifest]:
    return {(each["kind"], each["metadata"]["name"]): each for each in manifests}


def _sent(stack: Guest) -> dict[Key, Manifest]:
    """The objects as Pulumi sent them, without what belongs to the state."""
    resources = stack.state()["deployment"]["resources"]
    sent = [each["inputs"] for each in resources if each["type"].startswith(_KUBERNETES)]
    for manifest in sent:
        manifest["metadata"].pop("annotations", None)
        manifest["metadata"]["labels"].pop(_OF_STATES, None)
    return _by_name(sent)


def _differences(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where `found` lacks something wanted; what API servers add is no difference."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        pairs = cast("Mapping[str, Any]", wanted).items()
        return [
            line
            for key, value in pairs
            for line in _differences(value, cast("Manifest", found).get(key), f"{path}.{key}")
        ]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [
            line
            for index, (one, other) in enumerate(zip(wanted, found, strict=True))
            for line in _differences(one, other, f"{path}[{index}]")
        ]
    same = wanted == found or (wanted in ([], {}, None) and found is None)
    return [] if same else [f"{path}: {wanted!r} is {found!r}"]


def _live(stack: Guest, folder: Path) -> dict[Key, Manifest]:
    """The objects of the files as the cluster has them."""
    text = stack.kubectl("get", "--output=json", f"--kustomize={folder}")
    return _by_name(json.loads(text)["items"])


def _answers(stack: Guest) -> bool:
    path = f"/api/v1/namespaces/{stack.name}/services/web:http/proxy/api"
    return f'"namespace":"{stack.name}"' in stack.kubectl("get", "--raw", path, check=False)


def _pods(stack: Guest) -> set[tuple[str, int]]:
    """The pods of the application by their UIDs, with the restarts of their containers."""
    return {
        (
            pod["metadata"]["uid"],
            sum(
                container["restartCount"]
                for kind in ("initContainerStatuses", "containerStatuses")
                for container in pod["status"].get(kind, ())
            ),
        )
        for pod in stack.pods("web")
    }


def test_the_rendered_objects_are_those_that_pulumi_sent(stack: Guest, folder: Path) -> None:
    assert _rendered(folder) == _sent(stack)


def test_the_cluster_has_every_field_of_the_rendered_objects(stack: Guest, folder: Path) -> None:
    rendered, live = _rendered(folder), _live(stack, folder)

    assert rendered.keys() == live.keys()
    found = [
        f"{' '.join(key)}{line}"
        for key, manifest in rendered.items()
        for line in _differences(manifest, live[key])
    ]
    assert found == []


def test_the_application_is_served_from_files_alone(stack: Guest, folder: Path) -> None:
    stack.pulumi("destroy", "--yes", "--skip-preview")
    eventually(
        "the namespace is gone",
        lambda: stack.name not in stack.kubectl("get", "namespaces", "--output=name"),
    )

    stack.kubectl("apply", f"--kustomize={folder}")

    eventually("the autoscaler has set the replicas", lambda: len(stack.pods("web")) == 2)
    stack.kubectl(
        "rollout", "status", "deployment/web", f"--namespace={stack.name}", "--timeout=120s"
    )
    eventually("the application answers", lambda: _answers(stack))


def test_an_update_takes_over_what_was_adopted_without_a_new_pod(
    stack: Guest, folder: Path
) -> None:
    before = _pods(stack)
    refused = stack.up(check=False)
    assert refused.code != 0
    assert "already exists" in refused.output
    assert _pods(stack) == before

    stack.kubectl("label", "--overwrite", f"--kustomize={folder}", f"{_OF_STATES}=adopt")
    stack.up()

    assert _pods(stack) == before
    assert _answers(stack)
    labels = {each["metadata"]["labels"][_OF_STATES] for each in _live(stack, folder).values()}
    assert len(labels) == 1 and labels != {"adopt"}
    stack.up("--expect-no-changes")
