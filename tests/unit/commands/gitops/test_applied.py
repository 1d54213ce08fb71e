"""Belongs here: that an earlier version in the cluster is not taken for the one that is written."""

import copy
import json
from typing import Any

import pytest

from commands.drift.declared import Declared
from commands.gitops.applied import has_more, unapplied

_MANIFEST: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "replicas": 2,
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "web:1",
                        "ports": [{"containerPort": 8080}],
                        "env": [{"name": "MODE", "value": "a"}],
                    }
                ],
                "volumes": [{"name": "tmp", "emptyDir": {}}],
            }
        },
    },
}
_CONTAINER = {
    ".": {},
    "f:name": {},
    "f:image": {},
    "f:ports": {'k:{"containerPort":8080,"protocol":"TCP"}': {".": {}, "f:containerPort": {}}},
    "f:env": {'k:{"name":"MODE"}': {".": {}, "f:name": {}, "f:value": {}}},
}
_TREE: dict[str, Any] = {
    "f:metadata": {"f:labels": {"f:kustomize.toolkit.fluxcd.io/name": {}}},
    "f:spec": {
        "f:replicas": {},
        "f:template": {
            "f:spec": {
                "f:containers": {'k:{"name":"web"}': _CONTAINER},
                "f:volumes": {'k:{"name":"tmp"}': {".": {}, "f:name": {}, "f:emptyDir": {}}},
            }
        },
    },
}


def _entry(tree: dict[str, Any], manager: str = "kustomize-controller") -> dict[str, Any]:
    return {"manager": manager, "operation": "Apply", "fieldsV1": tree}


def _live(*entries: dict[str, Any], last: dict[str, Any] | None = None) -> dict[str, Any]:
    live = copy.deepcopy(_MANIFEST)
    live["metadata"]["managedFields"] = list(entries)
    if last is not None:
        key = "kubectl.kubernetes.io/last-applied-configuration"
        live["metadata"]["annotations"] = {key: json.dumps(last)}
    return live


def _set(thing: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Set a field; an item of a list is named by its `name`."""
    inner: Any = thing
    *steps, last = path.split("/")
    for step in steps:
        if isinstance(inner, list):
            items: list[Any] = inner
            inner = next(each for each in items if each["name"] == step)
        else:
            inner = inner[step]
    if isinstance(inner, list):
        inner.append({"name": last, **value})
    else:
        inner[last] = value
    return thing


def _with(path: str, added: Any) -> dict[str, Any]:
    tree = copy.deepcopy(_TREE)
    inner = tree
    *steps, last = path.split("/")
    for step in steps:
        inner = inner.setdefault(step, {})
    inner[last] = added
    return tree


def test_what_was_applied_as_it_is_written_is_the_version() -> None:
    assert not has_more(_MANIFEST, _live(_entry(_TREE)))


_CONTAINERS = "spec/template/spec/containers"
_TREE_OF_CONTAINERS = "f:spec/f:template/f:spec/f:containers"
_TREE_OF_WEB = f'{_TREE_OF_CONTAINERS}/k:{{"name":"web"}}'


@pytest.mark.parametrize(
    ("tree", "field", "value"),
    [
        ("f:spec/f:paused", "spec/paused", True),
        (f"{_TREE_OF_WEB}/f:command", f"{_CONTAINERS}/web/command", ["node"]),
        (f'{_TREE_OF_CONTAINERS}/k:{{"name":"proxy"}}', f"{_CONTAINERS}/proxy", {"image": "p"}),
        (f'{_TREE_OF_WEB}/f:env/k:{{"name":"OLD"}}', f"{_CONTAINERS}/web/env/OLD", {"value": "1"}),
        ("f:spec/f:template/f:spec/f:hostNetwork", "spec/template/spec/hostNetwork", True),
    ],
)
def test_a_field_that_was_applied_and_is_not_written_any_more_is_another_version(
    tree: str, field: str, value: Any
) -> None:
    assert has_more(_MANIFEST, _set(_live(_entry(_with(tree, {}))), field, value))


@pytest.mark.parametrize(
    ("tree", "field", "value"),
    [
        ("f:spec/f:template/f:metadata/f:creationTimestamp", None, None),
        (f"{_TREE_OF_WEB}/f:resources", f"{_CONTAINERS}/web/resources", {}),
    ],
)
def test_an_empty_field_that_a_controller_sends_is_none(
    tree: str, field: str | None, value: Any
) -> None:
    live = _live(_entry(_with(tree, {})))
    if field is not None:
        _set(live, field, value)

    assert not has_more(_MANIFEST, live)


def test_fields_that_another_one_applied_beside_it_are_none_of_the_version() -> None:
    other = _entry({"f:spec": {"f:paused": {}}}, "a-person")

    assert not has_more(_MANIFEST, _live(other, _entry(_TREE)))


def test_a_client_side_apply_is_compared_by_what_it_sent() -> None:
    before = copy.deepcopy(_MANIFEST)
    before["spec"]["template"]["spec"]["containers"][0]["command"] = ["node"]

    assert has_more(_MANIFEST, _live(last=before))
    assert not has_more(_MANIFEST, _live(last=_MANIFEST))


def test_an_item_more_is_another_version_of_a_client_side_apply() -> None:
    before = copy.deepcopy(_MANIFEST)
    before["spec"]["template"]["spec"]["volumes"].append({"name": "more"})

    assert has_more(_MANIFEST, _live(last=before))


def test_all_objects_that_are_not_as_written_are_named() -> None:
    declared = Declared("", _MANIFEST, "", 600)
    other = copy.deepcopy(_MANIFEST)
    other["metadata"]["name"] = "api"
    gone = Declared("", other, "", 600)
    changed = _live(_entry(_TREE))
    changed["spec"]["replicas"] = 3

    found = unapplied([declared, gone], {declared.place: changed})

    assert [each.declared for each in found] == [declared, gone]
    assert unapplied([declared], {declared.place: _live(_entry(_TREE))}) == []
    more = _set(_live(_entry(_with("f:spec/f:paused", {}))), "spec/paused", value=True)
    assert [each.declared for each in unapplied([declared], {declared.place: more})] == [declared]
