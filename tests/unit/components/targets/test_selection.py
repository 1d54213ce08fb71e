"""Which target a program gets: that of its arguments, or that of the stack file."""

from typing import Any

import pytest

from components import SettingsError, Target
from components.targets import CloudTarget, KindTarget, KindTargetArgs, MinikubeTarget
from tests.unit.components.plan import committed_program, plan

_CLOUD = {"product": "cloud", "context": "c", "registry": {"repository": "r.example/team"}}
_SMALL = KindTargetArgs(product="kind")


def _selected(config: dict[str, Any], *args: Any, **options: Any) -> Target:
    made: list[Target] = []
    plan(lambda: made.append(Target.select(*args, **options)), config)
    return made[0]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ({"product": "kind"}, KindTarget),
        ({"product": "minikube"}, MinikubeTarget),
        (_CLOUD, CloudTarget),
    ],
)
def test_without_arguments_it_is_the_target_of_the_stack_file(
    target: dict[str, Any], kind: type[Target]
) -> None:
    assert isinstance(_selected({"slipway:target": target}), kind)


def test_settings_that_the_target_does_not_need_are_not_validated() -> None:
    config = {"slipway:target": {"product": "kind"}, "slipway:app": {"replicas": "many"}}

    assert isinstance(_selected(config), KindTarget)


@pytest.fixture
def not_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails the test when the stack file is read for a target."""
    monkeypatch.setattr(Target, "selection", staticmethod(lambda: pytest.fail("it was read")))


@pytest.mark.usefixtures("not_selected")
def test_with_arguments_the_stack_file_is_not_read() -> None:
    assert isinstance(_selected({"slipway:target": _CLOUD}, _SMALL), KindTarget)


@pytest.mark.parametrize(
    ("config", "args", "options"),
    [
        ({}, (_SMALL,), {"production": True}),
        ({"slipway:target": {"product": "kind"}}, (), {"production": True}),
        ({"slipway:target": {"product": "kind"}, "slipway:production": "true"}, (), {}),
    ],
    ids=["arguments", "stack file and argument", "stack file"],
)
def test_production_refuses_a_single_control_plane(
    config: dict[str, Any], args: tuple[Any, ...], options: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match=r"controlPlanes: 1 is not accepted in production"):
        _selected(config, *args, **options)


@pytest.mark.usefixtures("not_selected")
def test_the_program_of_the_repository_hands_its_settings_on() -> None:
    planned = plan(
        committed_program, {"slipway:target": _CLOUD, "slipway:image": {"context": "app"}}
    )

    assert any(resource.type.endswith(":CloudTarget") for resource in planned.resources)
