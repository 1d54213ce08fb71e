"""The shares of faults that are found, as docs/testing.md publishes them: none may fall."""

import importlib
import re
from typing import Any

import jsonschema_rs
import pulumi

from components.checks import check
from tests.unit.components.accepted import require_accepted
from tests.unit.components.checks import faults_of_fields, faults_of_objects, faults_of_programs
from tests.unit.components.checks.programs import Manifest, Mutation, program
from tests.unit.components.plan import quiet_loop
from tests.unit.docs.pages import Page

_FAULTS = [
    *faults_of_fields.FAULTS,
    *faults_of_objects.FAULTS,
    *faults_of_programs.FAULTS,
    *faults_of_programs.UPDATES,
]


class _Mocks(pulumi.runtime.Mocks):
    """The class that every test of a Pulumi program has."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        return {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
        return f"{args.name}-id", dict(args.inputs)


def _is_found_by_mocks(fault: Mutation) -> bool:
    """Return whether the vendor's class, or Pulumi's mocks, raise anything."""
    manifest = fault.applied()[fault.object]
    group, _, version = manifest["apiVersion"].rpartition("/")
    module = f"pulumi_kubernetes.{group.split('.')[0] or 'core'}.{version}"
    arguments = {k: v for k, v in manifest.items() if k not in ("apiVersion", "kind")}
    snake = {re.sub(r"([A-Z])", r"_\1", key).lower(): value for key, value in arguments.items()}

    @pulumi.runtime.test
    def register() -> pulumi.Output[str]:
        made = getattr(importlib.import_module(module), manifest["kind"])
        return made(fault.object, **snake).urn

    try:
        register()
    except Exception:  # noqa: BLE001 - any error counts as found
        return True
    return False


def is_found_by_schemas(manifest: Manifest) -> bool:
    """Return whether the published schemas, with unknown fields refused, say anything."""
    try:
        require_accepted([manifest])
    except (jsonschema_rs.ValidationError, FileNotFoundError):
        return True
    return False


def _is_found(fault: Mutation) -> bool:
    objects = fault.applied().values()
    return bool(check(objects, kubernetes="1.35", strict=True, before=program().values()))


def test_the_published_shares_are_those_that_are_measured() -> None:
    with quiet_loop():
        pulumi.runtime.set_mocks(_Mocks())
        mocks = sum(map(_is_found_by_mocks, _FAULTS))
    changed = {str(each): each.applied()[each.object] for each in _FAULTS}
    semantic = [each for each in _FAULTS if not is_found_by_schemas(changed[str(each)])]
    kit = [each for each in _FAULTS if _is_found(each)]
    rows = dict(re.findall(r"^\| ([^|]+?) \| (\d+) of \d+ \|$", Page("docs/testing.md").text, re.M))

    assert rows == {
        "Pulumi's mocks, with the vendor's classes": str(mocks),
        "published schemas, unknown fields refused": str(len(_FAULTS) - len(semantic)),
        "`slipway.testing`": str(len(kit)),
        "of these, faults that published schemas accept": str(len(semantic)),
    }
    assert len(kit) == len(_FAULTS)
    assert len(semantic) >= 120
