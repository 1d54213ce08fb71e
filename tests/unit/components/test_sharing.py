"""What applications share is looked up once for all of them."""

from collections import Counter
from typing import Any

import pytest

from components.testing import Deployment
from tests.unit.components.plan import LOCAL, committed_program, plan

_KIND: dict[str, Any] = {"product": "kind"}
_CLOUD: dict[str, Any] = {
    "product": "cloud",
    "context": "shop",
    "registry": {"repository": "registry.example/team"},
}
_IMAGE = "registry.example/team/web:1"


def _planned(target: dict[str, Any], namespaces: int = 1, **first: Any) -> Deployment:
    """Return the plan of 20 applications of one image."""
    apps: dict[str, Any] = {
        f"web-{number}": {
            "image": _IMAGE,
            "app": {"expose": False, "namespace": f"shop-{number % namespaces}"},
        }
        for number in range(20)
    }
    apps["web-0"]["app"] |= first
    return plan(committed_program, {"slipway:target": target, "slipway:apps": apps})


def _counts(made: Deployment) -> dict[str, int]:
    return Counter(each.type.removeprefix(LOCAL) for each in made.resources)


@pytest.mark.parametrize("namespaces", [1, 2])
def test_an_image_of_many_applications_is_looked_up_once_and_pulled_once_in_each_namespace(
    namespaces: int,
) -> None:
    made = _planned(_CLOUD, namespaces)
    counts = _counts(made)

    assert (counts["ExistingImage"], counts["ImageUser"]) == (1, 1)
    assert counts["NodePulls"] == counts["kubernetes:core/v1:Namespace"] == namespaces
    assert counts["kubernetes:apps/v1:Deployment"] == 20
    pulls = {each.inputs["namespace"]: each.name for each in made.resources if _is_pull(each.type)}
    for each in made.resources:
        if each.type.endswith(":Deployment"):
            assert pulls[each["metadata"]["namespace"]] in each.depends_on


def _is_pull(kind: str) -> bool:
    return kind == f"{LOCAL}NodePulls"


@pytest.mark.parametrize("namespaces", [1, 2])
def test_an_image_of_many_applications_is_delivered_once(namespaces: int) -> None:
    made = _planned(_KIND, namespaces)
    (delivery,) = (each.name for each in made.resources if each.type == f"{LOCAL}Delivery")

    assert _counts(made)["ExistingImage"] == 1
    for each in made.resources:
        if each.type.endswith(":Deployment"):
            assert delivery in each.depends_on


@pytest.mark.parametrize("target", [_KIND, _CLOUD])
def test_no_two_resources_have_one_urn(target: dict[str, Any]) -> None:
    other = {"name": "proxy", "image": "registry.example/proxy:1"}
    same = {"name": "again", "image": _IMAGE}
    made = _planned(target, 2, sidecars=[other, same], migration={"command": ["migrate"]})

    urns = Counter(each.urn for each in made.resources)
    assert [urn for urn, count in urns.items() if count > 1] == []
    assert _counts(made)["ExistingImage"] == 2, "the image of a container counts too"


def test_one_name_of_an_image_is_another_form_of_the_same() -> None:
    apps = {
        name: {"image": image, "app": {"expose": False}}
        for name, image in (("a", "owner/web:1"), ("b", "docker.io/owner/web:1"))
    }
    made = plan(committed_program, {"slipway:target": _CLOUD, "slipway:apps": apps})

    assert _counts(made)["ExistingImage"] == 1


def test_another_tag_or_platform_is_another_image() -> None:
    apps = {
        "a": {"image": "owner/web:1", "app": {"expose": False}},
        "b": {"image": "owner/web:2", "app": {"expose": False}},
        "c": {
            "image": {"reference": "owner/web:1", "platform": "linux/amd64"},
            "app": {"expose": False},
        },
    }
    made = plan(committed_program, {"slipway:target": _CLOUD, "slipway:apps": apps})

    assert _counts(made)["ExistingImage"] == _counts(made)["NodePulls"] == 3
    trials = {each.inputs["trial"] for each in made.resources if _is_pull(each.type)}
    assert len(trials) == 3


def test_applications_of_a_program_that_run_one_image_share_its_trial_pull() -> None:
    from components import App, Image, Target

    def program() -> None:
        target = Target.select()
        image = Image("web", reference=_IMAGE, target=target)
        for number in range(3):
            App(f"web-{number}", image=image, target=target, expose=False)

    made = plan(program, {"slipway:target": _CLOUD})

    assert _counts(made)["NodePulls"] == 1
