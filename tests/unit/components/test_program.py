"""Programs of users, written with the same components."""

import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import App, AppArgs, Image, SettingsError, Target
from components.registry.mirror_map import MirrorMap, Mirrors
from components.testing import Deployment
from tests.unit.components.plan import DIGEST, committed_program, objects_of, plan

_KIND = {"slipway:target": {"product": "kind"}}


def _web(**settings: Any) -> Callable[[], None]:
    def program() -> None:
        target = Target.select()
        image = Image("web", context="./app", target=target)
        app = App("web", image=image, target=target, **settings)
        pulumi.export("url", app.url)

    return program


def _deployment(plan: Deployment) -> dict[str, Any]:
    return plan["web-deployment"].inputs["spec"]


def test_six_lines_make_an_application() -> None:
    planned = plan(_web(port=8081, replicas=2), _KIND)

    spec = _deployment(planned)
    container = spec["template"]["spec"]["containers"][0]
    assert spec["replicas"] == 2
    assert container["image"] == f"localhost:5001/web@{DIGEST}"
    assert container["ports"][0]["containerPort"] == 8081
    assert planned.outputs == {"url": "http://localhost:8080"}


def test_names_come_from_project_and_stack() -> None:
    planned = plan(_web(), _KIND, project="shop", stack="dev")

    assert planned["KindCluster"].inputs["name"] == "shop-dev"
    assert planned["target-registry-container"].inputs["name"] == "shop-dev-registry"
    assert planned["Namespace"]["metadata"]["name"] == "shop-dev"
    assert planned["web-service"]["metadata"]["namespace"] == "shop-dev"
    assert planned["web-build"].inputs["imageName"] == "localhost:5001/web:dev"


def test_the_stack_file_sets_nodes_and_ports() -> None:
    target = {
        "product": "kind",
        "port": 9000,
        "registry": {"port": 9001},
        "cluster": {"controlPlanes": 3, "workers": 4},
    }
    planned = plan(_web(), {"slipway:target": target})

    allocation, cluster = planned["Allocation"].inputs, planned["KindCluster"].inputs
    assert (allocation["application"], allocation["registry"]) == (9000, 9001)
    assert (cluster["balanced"], len(cluster["workers"])) == (True, 4)
    nodes = planned["KindNodes"].inputs
    assert (len(nodes["controlPlanes"]), len(nodes["workers"])) == (3, 4)
    assert nodes["balancerImage"] == cluster["balancerImage"] != ""


def test_an_application_that_is_not_exposed_has_an_address_inside_the_cluster_only() -> None:
    planned = plan(_web(expose=False), _KIND)

    service = planned["web-service"].inputs["spec"]
    assert planned.outputs == {"url": "http://web.slipway-kind.svc"}
    assert service["type"] == "ClusterIP"
    assert "nodePort" not in service["ports"][0]


def test_two_applications_share_a_namespace_and_one_of_them_the_address() -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", context="app", target=target)
        for name, expose in (("web", True), ("worker", False)):
            App(name, image=image, target=target, namespace="shop", expose=expose)

    planned = plan(program, _KIND)

    namespaces = [r for r in objects_of(planned) if r.type.endswith(":Namespace")]
    assert [r["metadata"]["name"] for r in namespaces] == ["shop"]
    assert {
        r["metadata"]["namespace"] for r in objects_of(planned) if r.parent in ("web", "worker")
    } == {"shop"}


def test_a_second_exposed_application_on_kind_is_refused_with_the_alternative() -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", context="app", target=target)
        App("web", image=image, target=target)
        App("other", image=image, target=target)

    with pytest.raises(SettingsError, match=r"other: web already has .* `expose: false`"):
        plan(program, _KIND)


def test_arguments_and_keywords_together_are_refused_rather_than_dropped() -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", context="app", target=target)
        App("web", AppArgs(port=80), image=image, target=target, replicas=5)

    with pytest.raises(SettingsError, match=r'App\("web"\): replicas would be ignored'):
        plan(program, _KIND)


def test_a_keyword_that_does_not_validate_names_the_component() -> None:
    with pytest.raises(SettingsError, match=r'App\("web"\).*\n  replica: .*did you mean replicas'):
        plan(_web(replica=3), _KIND)


def test_a_dockerfile_that_does_not_exist_is_named_before_anything_is_built(
    tmp_path: Path,
) -> None:
    with pytest.raises(SettingsError, match=r"no Dockerfile at \./app/Dockerfile .* `context`"):
        plan(_web(), _KIND, folder=tmp_path)


def test_base_images_come_from_the_mirrors_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("ARG BASE=node:22\nFROM ${BASE}\n")
    map_ = MirrorMap(images={"node:22": "mirror/node:22", "kindest/node:v1.35.0": "mirror/kind:1"})
    monkeypatch.setattr(Mirrors, "load", lambda: Mirrors((map_,)))

    planned = plan(_web(), _KIND, folder=tmp_path)

    assert planned["web-build"].inputs["build"]["args"] == {"BASE": "mirror/node:22"}
    assert planned["KindCluster"].inputs["image"] == "mirror/kind:1"


def test_an_image_without_an_argument_is_built_from_a_copy_of_the_dockerfile(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM node:22\n")
    map_ = MirrorMap(images={"node:22": "mirror/node:22"})
    monkeypatch.setattr(Mirrors, "load", lambda: Mirrors((map_,)))

    planned = plan(_web(), _KIND, folder=tmp_path)

    place = planned["web-build"].inputs["build"]["dockerfile"]
    assert (tmp_path / place).read_text() == "FROM mirror/node:22\n"
    assert (tmp_path / "app" / "Dockerfile").read_text() == "FROM node:22\n"


@pytest.mark.parametrize(
    ("machine", "named"),
    [("x86_64", "linux/amd64"), ("aarch64", "linux/arm64"), ("riscv64", "linux/riscv64")],
)
def test_an_image_is_for_the_platform_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, machine: str, named: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)

    assert plan(_web(), _KIND)["web-build"].inputs["build"]["platform"] == named


def test_build_arguments_stage_and_platform_reach_the_build() -> None:
    def program() -> None:
        Image(
            "web",
            target=Target.select(),
            context="app/",
            build_args={"VERSION": "2"},
            stage="runtime",
            platform="linux/arm64",
        )

    planned = plan(program, _KIND)
    build = planned["web-build"].inputs["build"]
    context = f".slipway/contexts/kind/web/{planned['BuildContext'].inputs['context']}"

    assert build == {
        "context": context,
        "dockerfile": f"{context}/Dockerfile",
        "args": {"VERSION": "2"},
        "target": "runtime",
        "platform": "linux/arm64",
    }


def _given(image: Any) -> Deployment:
    config = {"slipway:target": {"product": "kind"}, "slipway:image": image}
    return plan(committed_program, config)


def test_an_existing_image_is_looked_up_and_not_built() -> None:
    made = _given("docker.io/gbelbe/nodejsk8s:1")

    assert "docker:index/image:Image" not in {resource.type for resource in made.resources}
    existing = made["web-existing"].inputs
    assert existing["image"] == existing["source"] == "docker.io/gbelbe/nodejsk8s:1"
    container = made["Deployment"].inputs["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == f"docker.io/gbelbe/nodejsk8s@{DIGEST}"
    assert made["Delivery"].inputs["image"] == ""


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("Owner/Name", "is no image reference"),
        ({"reference": "node", "context": "app"}, "context would build one"),
        ({"buildArgs": {"NPM_TOKEN": "x"}}, "NPM_TOKEN looks like a secret"),
        ({"buildArgs": {"db_password": "x"}}, "db_password looks like a secret"),
        ({"buildArgs": {"KEY": "-----BEGIN RSA PRIVATE KEY-----"}}, "KEY looks like a secret"),
        ({"buildArgs": {"WHO": "ghp_abc"}}, "WHO looks like a secret"),
        ({"buildArgs": {"VITE_DB_PASSWORD": "x"}}, "VITE_DB_PASSWORD looks like a secret"),
        ({"buildArgs": {"VITE_KEY": "ghp_abc"}}, "VITE_KEY looks like a secret"),
        ({"buildArgs": {"MY_VITE_TOKEN": "x"}}, "a name that is public, such as VITE_"),
        ({"buildArgs": {"LEVEL": 1}}, r"image\.buildArgs\.LEVEL: 1 is not accepted"),
    ],
)
def test_a_wrong_image_is_refused(image: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        _given(image)


def test_a_registry_cache_is_read_and_written_inline() -> None:
    build = _given({"context": "app", "registryCache": True})["web-build"].inputs["build"]

    assert build["cacheFrom"] == {"images": ["localhost:5001/web:kind"]}
    assert build["args"]["BUILDKIT_INLINE_CACHE"] == "1"
    plain = _given({"context": "app"})["web-build"].inputs["build"]
    assert "cacheFrom" not in plain
    assert "BUILDKIT_INLINE_CACHE" not in plain["args"]


def test_arguments_that_only_sound_like_secrets_are_accepted() -> None:
    arguments = {"TOKENIZER": "x", "SECRET_SANTA": "x", "MONKEY": "x"}

    assert _given({"context": "app", "buildArgs": arguments})["web-context"].inputs["arguments"]


@pytest.mark.parametrize(
    "prefix",
    [
        "NEXT_PUBLIC",
        "NUXT_PUBLIC",
        "EXPO_PUBLIC",
        "PUBLIC",
        "VITE",
        "REACT_APP",
        "VUE_APP",
        "GATSBY",
    ],
)
def test_arguments_whose_names_are_public_by_design_are_accepted(prefix: str) -> None:
    arguments = {f"{prefix}_MAPS_API_KEY": "x", f"{prefix}_TOKEN": "x"}
    planned = _given({"context": "app", "buildArgs": arguments})

    assert planned["web-build"].inputs["build"]["args"] == arguments


@pytest.mark.parametrize(
    ("exposed", "url"),
    [("web", "http://localhost:8080"), (None, "http://api.slipway-kind.svc")],
)
def test_the_url_is_the_one_of_the_exposed_application_and_else_of_the_first(
    exposed: str | None, url: str
) -> None:
    apps = {
        name: {"image": {"context": "app"}, "app": {"expose": name == exposed}}
        for name in ("api", "web", "worker")
    }
    planned = plan(committed_program, {"slipway:target": {"product": "kind"}, "slipway:apps": apps})
    assert planned.outputs["url"] == url
    assert set(planned.outputs["urls"]) == {"api", "web", "worker"}
