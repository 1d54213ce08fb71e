"""A state belongs to one project and stack, and has one owner id."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from components.machine.runner import CommandError, Runner
from components.targets.stack_identity import StackIdentityProvider

_TYPE = "pulumi-python:dynamic/slipway:StackIdentity"


@dataclass(frozen=True)
class Backend(Runner):
    """A backend with the resources of the stack `dev`; None if it cannot be read."""

    resources: list[dict[str, Any]] | None = field(default_factory=list[dict[str, Any]])

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        assert command[:4] == ("pulumi", "stack", "export", "--stack")
        if self.resources is None:
            raise CommandError("pulumi stack export", "failed", "no login")
        return json.dumps({"deployment": {"resources": self.resources}})


def _check(
    olds: dict[str, Any] | None = None, backend: Backend | None = None, **renamed: str
) -> Any:
    provider = StackIdentityProvider()
    provider.runner = backend or Backend()
    names = {"project": "shop", "stack": "dev", **renamed}
    return provider.check(olds or {}, {**names, "owner": None})


def _state() -> dict[str, Any]:
    return StackIdentityProvider().create(_check().inputs).outs or {}


def test_each_new_stack_has_an_owner_id_of_its_own() -> None:
    assert len({_check().inputs["owner"] for _ in range(3)}) == 3


def test_the_owner_id_stays_and_is_no_change() -> None:
    olds = _state()
    checked = _check(olds)

    assert checked.failures == []
    assert checked.inputs["owner"] == olds["owner"]
    assert not StackIdentityProvider().diff("", olds, checked.inputs).changes


def test_a_forced_replacement_finds_the_owner_id_in_the_state() -> None:
    olds = _state()
    replaced = {"type": _TYPE, "outputs": {**olds, "owner": "another"}, "delete": True}
    backend = Backend(resources=[replaced, {"type": _TYPE, "outputs": olds}])

    assert _check(None, backend).inputs["owner"] == olds["owner"]


def test_a_state_that_cannot_be_read_leads_to_a_new_id() -> None:
    checked = _check(None, Backend(resources=None))

    assert checked.failures == []
    assert len(checked.inputs["owner"]) == 16


@pytest.mark.parametrize(
    ("renamed", "back"),
    [
        ({"stack": "prod"}, "To go back: `pulumi stack rename dev --stack prod`."),
        ({"project": "store"}, "To go back: `name: shop` in Pulumi.yaml."),
        (
            {"project": "store", "stack": "prod"},
            "To go back: `name: shop` in Pulumi.yaml and `pulumi stack rename dev --stack prod`.",
        ),
    ],
)
def test_a_renamed_stack_or_project_is_refused_with_the_way_back(
    renamed: dict[str, str], back: str
) -> None:
    olds = _state()

    (failure,) = _check(olds, None, **renamed).failures

    assert "everything named shop-dev would be deleted" in failure.reason
    assert back in failure.reason


def test_a_rename_is_refused_also_where_the_old_inputs_are_hidden() -> None:
    backend = Backend(resources=[{"type": _TYPE, "outputs": _state()}])

    assert len(_check(None, backend, stack="prod").failures) == 1
