"""No change of settings lets the provider delete what serves, unless the settings allow it."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.app.adjustment import adjusted_parts
from components.app.args import AppArgs
from components.app.immutable.changes import Change, Guarded, compare, notes, refusals
from components.app.immutable.fields import changed_in_place, fingerprint, immutable_fields
from components.app.immutable.in_place import IN_PLACE, marked
from components.app.manifests import Part, parts

from ...apps import PLACE, SETTINGS, valid_apps
from .vendor import replaced

_RUNS = ("Job",)
_SIZES = st.sampled_from(["1Gi", "2Gi", "1024Mi"])
_CLASSES = st.sampled_from([{}, {"storageClass": "fast"}, {"access": "ReadWriteMany"}])
_VOLUMES = st.lists(
    st.builds(
        lambda path, size, more: {"path": path, "size": size, **more},
        st.sampled_from(["/data", "/logs", "/more"]),
        _SIZES,
        _CLASSES,
    ),
    max_size=3,
    unique_by=lambda volume: volume["path"],
)
_TWINS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["StatefulSet", "Deployment"]),
        "service": SETTINGS["service"],
        "expose": st.just(False),
        "files": st.sampled_from([{}, {"/etc/a": "1"}, {"/etc/a": "2"}]),
        "namespace": st.sampled_from([None, "shop", "market"]),
        "storage": _VOLUMES,
    }
)


def _app(given: dict[str, Any]) -> AppArgs:
    if given["kind"] == "Deployment":
        given = {**given, "storage": []}
    return AppArgs.parse(given, "App")


def _parts(args: AppArgs) -> dict[str, Part]:
    place = dataclasses.replace(PLACE, namespace=args.namespace or PLACE.namespace)
    return {part.key: part for part in parts(args, place)}


def _guarded(made: dict[str, Part]) -> dict[str, Guarded]:
    return {
        key: Guarded(kind=part.manifest["kind"], fields=immutable_fields(part.manifest))
        for key, part in made.items()
        if immutable_fields(part.manifest)
    }


def _changes(before: AppArgs, after: AppArgs) -> list[Change]:
    return compare(_guarded(_parts(before)), _guarded(_parts(after)))


def _require_no_silent_replacement(before: dict[str, Part], after: dict[str, Part]) -> None:
    changed = compare(_guarded(before), _guarded(after))
    refused = bool(list(refusals(changed)))
    for key, part in after.items():
        if key not in before or part.manifest["kind"] in _RUNS:
            continue
        old = before[key].manifest
        ignored = changed_in_place(part.manifest["kind"])
        assert refused or not replaced(old, part.manifest, ignored), key
        if in_place := [path for path in replaced(old, part.manifest) if path in ignored]:
            assert marked(old) != marked(part.manifest), f"{in_place} would be no change at all"


@settings(max_examples=100, deadline=None)
@given(valid_apps() | _TWINS.map(_app), valid_apps() | _TWINS.map(_app))
def test_the_provider_replaces_nothing_that_was_not_refused(
    before: AppArgs, after: AppArgs
) -> None:
    _require_no_silent_replacement(_parts(before), _parts(after))


@settings(max_examples=60, deadline=None)
@given(_TWINS.map(_app), _TWINS.map(_app), st.sampled_from(["selector", "type", "data", "name"]))
def test_an_adjustment_of_an_immutable_field_is_refused_too(
    before: AppArgs, after: AppArgs, field: str
) -> None:
    def adjust(manifest: dict[str, Any]) -> None:
        kind = manifest["kind"]
        if field == "selector" and kind in ("Deployment", "StatefulSet"):
            manifest["spec"]["selector"]["matchLabels"]["more"] = "x"
        if field == "type" and kind == "StatefulSet":
            manifest["spec"]["podManagementPolicy"] = "Parallel"
            manifest["spec"]["revisionHistoryLimit"] = 2
        if field == "data" and kind == "ConfigMap":
            manifest["data"]["more"] = "x"
        if field == "name" and kind == "Service":
            manifest["metadata"]["name"] += "-x"

    made = adjusted_parts(list(_parts(after).values()), adjust)
    _require_no_silent_replacement(_parts(before), {part.key: part for part in made})


def _web(**given: Any) -> AppArgs:
    return AppArgs(kind="StatefulSet", expose=False, **given)


def test_a_larger_volume_is_announced_and_not_refused() -> None:
    before = _web(storage=[{"path": "/data", "size": "1Gi"}])
    changed = _changes(before, _web(storage=[{"path": "/data", "size": "2Gi"}]))

    assert list(refusals(changed)) == []
    assert list(notes(changed)) == [
        "the StatefulSet web: in place: storage-0 grows from 1Gi to 2Gi, pods keep running"
    ]


def test_the_same_size_in_another_unit_is_no_growth() -> None:
    before = _web(storage=[{"path": "/data", "size": "1Gi"}])

    assert list(notes(_changes(before, _web(storage=[{"path": "/data", "size": "1024Mi"}])))) == []


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ([{"path": "/data", "size": "1Mi"}], "storage-0 cannot shrink from 1Gi to 1Mi"),
        (
            [{"path": "/data", "size": "1Gi", "storage_class": "fast"}],
            "another storage class (fast, before: the cluster's default)",
        ),
        (
            [{"path": "/data", "size": "1Gi", "access": "ReadWriteMany"}],
            "another access mode (ReadWriteMany, before: ReadWriteOnce)",
        ),
        (
            [{"path": "/logs", "size": "1Gi"}, {"path": "/data", "size": "1Gi"}],
            "/logs would get the claims storage-0 in place of storage-1",
        ),
        ([{"path": "/logs", "size": "1Gi"}], "/logs would get the claims storage-0"),
    ],
)
def test_what_existing_claims_cannot_follow_is_refused(
    after: list[dict[str, Any]], words: str
) -> None:
    both = [{"path": "/data", "size": "1Gi"}, {"path": "/logs", "size": "1Gi"}]
    refused = list(refusals(_changes(_web(storage=both), _web(storage=after))))

    assert len(refused) >= 1 and words in " ".join(refused)


def test_a_volume_at_another_path_keeps_its_data() -> None:
    before = _web(storage=[{"path": "/data", "size": "1Gi"}])

    assert not list(refusals(_changes(before, _web(storage=[{"path": "/var", "size": "1Gi"}]))))


def test_another_namespace_is_refused_with_the_objects_and_the_claims_left_behind() -> None:
    (refused,) = refusals(_changes(_web(namespace="shop"), _web(namespace="market")))

    assert "from shop to market" in refused
    assert "StatefulSet web" in refused and "Service web" in refused
    assert "the claims of its volumes stay behind in shop" in refused


@pytest.mark.parametrize(
    ("before", "after"), [("Headless", "ClusterIP"), ("ClusterIP", "Headless")]
)
def test_a_service_changes_its_address_in_place(before: str, after: str) -> None:
    changed = _changes(_web(service={"type": before}), _web(service={"type": after}))

    assert list(refusals(changed)) == []
    assert ["in place" in note for note in notes(changed)] == [True]


def test_only_objects_with_such_fields_are_marked() -> None:
    made = {key: marked(part.manifest) for key, part in _parts(_web()).items()}

    assert {key for key, each in made.items() if IN_PLACE in each["metadata"]["annotations"]} == {
        "statefulset", "service", "pods",
    }  # fmt: skip
    assert fingerprint(made["budget"]) == ""
