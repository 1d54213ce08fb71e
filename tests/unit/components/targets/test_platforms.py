"""Clusters whose nodes are of one platform, of several, or of none that may be listed."""

from typing import Any

import pytest

from components import App, Image, SettingsError, Target
from components.targets.platforms import one_platform
from components.testing import Deployment

from .. import plan as plans
from ..plan import plan

_CLOUD = {
    "product": "cloud",
    "context": "shop",
    "registry": {"repository": "registry.example/team"},
}
_MIXED = ["linux/amd64", "linux/arm64"]


def _planned(
    monkeypatch: pytest.MonkeyPatch,
    nodes: list[str],
    platform: Any = None,
    target: dict[str, Any] = _CLOUD,
) -> Deployment:
    monkeypatch.setattr(plans, "PLATFORMS", nodes)

    def program() -> None:
        made = Target.select()
        image = Image("web", reference="registry.example/web:1", platform=platform, target=made)
        proxy: Any = {"name": "proxy", "image": "registry.example/proxy:1"}
        App("web", image=image, target=made, sidecars=[proxy], migration={"command": ["x"]})

    return plan(program, {"slipway:target": target})


def _selectors(made: Deployment) -> list[dict[str, str]]:
    """Return the node selectors of all pods."""
    specs = [made[kind].inputs["spec"]["template"]["spec"] for kind in ("Deployment", "Job")]
    return [spec["nodeSelector"] for spec in specs]


def test_windows_nodes_are_no_other_platform() -> None:
    assert one_platform(["linux/arm64", "windows/amd64"]) == "linux/arm64"


@pytest.mark.parametrize("nodes", [_MIXED, []])
def test_an_image_without_a_platform_is_refused_where_there_is_no_one_platform(
    monkeypatch: pytest.MonkeyPatch, nodes: list[str]
) -> None:
    with pytest.raises(SettingsError, match=r"set `platform` of each image .* linux/amd64"):
        _planned(monkeypatch, nodes)


@pytest.mark.parametrize("nodes", [_MIXED, []])
def test_pods_of_an_image_with_a_platform_go_to_its_nodes(
    monkeypatch: pytest.MonkeyPatch, nodes: list[str]
) -> None:
    made = _planned(monkeypatch, nodes, "linux/amd64")

    selector = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    assert _selectors(made) == [selector, selector]
    existing = [each.inputs for each in made.resources if each.type.endswith(":ExistingImage")]
    assert [each["platform"] for each in existing] == ["linux/amd64"] * 2, "the sidecar's too"


def test_pods_go_to_linux_nodes_in_every_case(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _planned(monkeypatch, ["linux/amd64", "windows/amd64"])

    assert _selectors(made) == [{"kubernetes.io/os": "linux"}] * 2


def test_nodes_on_this_machine_may_emulate_another_platform(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = _planned(monkeypatch, [], "linux/arm64", {"product": "kind"})

    assert _selectors(made) == [{"kubernetes.io/os": "linux"}] * 2
