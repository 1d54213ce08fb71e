"""Facts of a lock file in a rendering: they are used for the settings that they belong to alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from components import SettingsError
from stacks import render
from tests.unit.components.plan import DIGEST

Manifest = dict[str, Any]
_REFERENCE = "docker.io/owner/web:1"
_PROXY = "docker.io/owner/proxy:1"
_CLOUD: Manifest = {
    "product": "cloud",
    "context": "c",
    "registry": {"repository": "registry.example/team"},
}
_WEB = {"source": _REFERENCE, "image": f"docker.io/owner/web@{DIGEST}", "user": 1001, "group": 1002}
_SIDECAR = {"source": _PROXY, "image": f"docker.io/owner/proxy@{DIGEST}"}
_BUILT = {**_WEB, "source": "docker build app", "image": f"registry.example/team/web@{DIGEST}"}
_Rendered = Callable[..., list[Manifest]]


@pytest.fixture
def pods(tmp_path: Path) -> _Rendered:
    """Return the containers of the rendered Deployment, from settings and locked images."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()

    def pods(
        app: Manifest, image: Any = _REFERENCE, target: Manifest = _CLOUD, **locked: Manifest
    ) -> list[Manifest]:
        config = {"slipway:target": target, "slipway:image": image, "slipway:app": app}
        (tmp_path / "Pulumi.cloud.yaml").write_text(yaml.safe_dump({"config": config}))
        content = {"applications": {"web": {"images": locked}}}
        (tmp_path / "cloud.lock.yaml").write_text(yaml.safe_dump(content))
        for manifest in render.rendered("cloud", tmp_path).manifests:
            if manifest["kind"] == "Deployment":
                spec = manifest["spec"]["template"]["spec"]
                return [*spec["containers"], *spec.get("initContainers", [])]
        raise AssertionError("no Deployment")

    return pods


def _images(containers: list[Manifest]) -> dict[str, str]:
    return {each["name"]: each["image"] for each in containers}


def test_each_container_has_the_image_that_was_looked_up_for_it(pods: _Rendered) -> None:
    sidecars = [{"name": "proxy", "image": _PROXY}, {"name": "same", "command": ["other"]}]

    containers = pods({"sidecars": sidecars}, application=_WEB, proxy=_SIDECAR)

    assert _images(containers) == {
        "web": _WEB["image"],
        "proxy": _SIDECAR["image"],
        "same": _WEB["image"],
    }
    assert containers[0]["securityContext"]["runAsUser"] == 1001


def test_a_container_that_lost_its_own_image_has_that_of_the_application(pods: _Rendered) -> None:
    containers = pods(
        {"sidecars": [{"name": "proxy", "command": ["proxy"]}]}, application=_WEB, proxy=_SIDECAR
    )

    assert _images(containers)["proxy"] == _WEB["image"]


@pytest.mark.parametrize(
    "helper",
    [
        {"sidecars": [{"name": "proxy", "image": _PROXY}]},
        {"init": [{"name": "proxy", "image": _PROXY}]},
    ],
)
def test_a_container_whose_image_was_not_looked_up_is_refused(
    pods: _Rendered, helper: Manifest
) -> None:
    with pytest.raises(SettingsError) as caught:
        pods(helper, application=_WEB)

    first, second, *rest = str(caught.value).splitlines()
    assert first == f"web, container proxy: the image of `{_PROXY}` is not known"
    assert second.startswith("`make up STACK=cloud` looks this up and writes cloud.lock.yaml")
    example = yaml.safe_load("\n".join(rest))["applications"]["web"]["images"]
    assert example["proxy"]["source"] == _PROXY, "what the user may write instead"


def test_the_data_container_is_no_exception(pods: _Rendered) -> None:
    with pytest.raises(SettingsError, match=r"web, container data: the image of `.*` is not known"):
        pods({"data": {"image": _PROXY}}, application=_WEB)


@pytest.mark.parametrize(
    ("image", "locked", "message"),
    [
        ("docker.io/owner/web:2", _WEB, "`docker.io/owner/web:2` is not known, only that of `dock"),
        ({"context": "app"}, _WEB, "the image of `docker build app` is not known, only that of"),
        (_REFERENCE, _BUILT, f"`{_REFERENCE}` is not known, only that of `docker build app`"),
        (
            {"context": "app", "stage": "slim", "buildArgs": {"A": "b c"}},
            _BUILT,
            "`docker build --target slim --build-arg 'A=b c' app` is not known, only that of",
        ),
        (
            {"context": "app", "platform": "linux/arm64"},
            _BUILT,
            "`docker build --platform linux/arm64 app` is not known",
        ),
    ],
)
def test_a_fact_of_another_image_is_refused(
    pods: _Rendered, image: Any, locked: Manifest, message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        pods({}, image, application=locked)

    assert message in str(caught.value)


def test_an_image_of_another_registry_is_refused(pods: _Rendered) -> None:
    target = {**_CLOUD, "registry": {"repository": "registry.example/other"}}
    assert pods({}, {"context": "app"}, application=_BUILT)

    with pytest.raises(SettingsError, match=r"the image in registry\.example/other/web is not"):
        pods({}, {"context": "app"}, target, application=_BUILT)


def test_a_user_that_the_settings_name_is_no_fact_and_does_not_outlive_them(
    pods: _Rendered,
) -> None:
    without = {key: value for key, value in _WEB.items() if key not in ("user", "group")}
    (container,) = pods({"user": 5000}, application=without)
    assert container["securityContext"]["runAsUser"] == 5000

    with pytest.raises(SettingsError, match=r"the user of docker\.io/owner/web@sha256.*not known"):
        pods({}, application=without)


def test_all_unknown_facts_are_reported_at_once(pods: _Rendered) -> None:
    sidecars = [{"name": "a", "image": _PROXY}, {"name": "b", "image": _PROXY}]

    with pytest.raises(SettingsError) as caught:
        pods({"sidecars": sidecars}, "docker.io/owner/web:2", application=_WEB)

    assert str(caught.value).count(" is not known") == 3
