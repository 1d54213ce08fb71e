"""Programs of users, rendered: the objects that an update applies, without Pulumi or a cluster."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_docker as docker
import pulumi_kubernetes as kubernetes
import pytest
import yaml

from components import App, Image, SettingsError, Target
from components.render.command import main
from components.render.program import rendered_program
from stacks.render import rendered
from tests.unit.components.plan import DIGEST, REPOSITORY, committed_program, objects_of, plan

Manifest = dict[str, Any]
_OTHER = "sha256:" + 64 * "b"
_TARGET = {
    "product": "cloud",
    "context": "c",
    "registry": {"repository": "r.example/team", "username": "robot"},
}
_BUILT = {
    "source": "docker build app",
    "image": f"r.example/team/web@{DIGEST}",
    "user": 1001,
    "group": 1002,
}
_Render = Callable[..., list[Manifest]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()
    config = {"slipway:target": _TARGET, "shop:token": {"secure": "v1:abc"}}
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    _lock(tmp_path, web={"application": _BUILT})
    return tmp_path


@pytest.fixture
def render(root: Path) -> _Render:
    """Return the objects of a program that is given a target and an image."""

    def render(program: Callable[[Target, Image], object], **images: str) -> list[Manifest]:
        def run() -> None:
            target = Target.select()
            program(target, Image("web", context="app", target=target))

        return list(rendered_program(run, "dev", root, images).manifests)

    return render


def _lock(root: Path, **applications: Any) -> None:
    content = {name: {"images": images} for name, images in applications.items()}
    (root / "dev.lock.yaml").write_text(yaml.safe_dump({"applications": content}))


def _of(manifests: list[Manifest], kind: str, name: str = "web") -> Manifest:
    (found,) = (m for m in manifests if (m["kind"], m["metadata"]["name"]) == (kind, name))
    return found


def _env(manifests: list[Manifest], name: str = "web") -> dict[str, Any]:
    (container,) = _of(manifests, "Deployment", name)["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each.get("value") for each in container["env"]}


def test_the_program_of_the_repository_has_the_objects_of_its_stack_file(tmp_path: Path) -> None:
    for part in ("Pulumi.yaml", "stacks", "app"):
        source = REPOSITORY / part
        (shutil.copy if source.is_file() else shutil.copytree)(source, tmp_path / part)
    own = {**_BUILT, "image": f"localhost:5001/hello-node@{DIGEST}"}
    lock = {"applications": {"hello-node": {"images": {"application": own}}}}
    (tmp_path / "stacks" / "kind.lock.yaml").write_text(yaml.safe_dump(lock))

    by_program = rendered_program(committed_program, "kind", tmp_path, {})

    by_settings = rendered("kind", tmp_path)
    assert _by_name(by_program.manifests) == _by_name(by_settings.manifests)
    assert by_program.left_out == by_settings.left_out


def _by_name(manifests: Iterable[Manifest]) -> dict[tuple[str, str], Manifest]:
    return {(each["kind"], each["metadata"]["name"]): each for each in manifests}


def test_an_update_sends_what_is_rendered(root: Path) -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", context="app", target=target)
        api = App("api", image=image, target=target, expose=False)
        App("web", image=image, target=target, calls=[api], env={"API": api.url}, files={"/a": "b"})

    config = {"slipway:target": {**_TARGET, "registry": {"repository": "r.example/team"}}}
    (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    own = {**_BUILT, "user": 10001, "group": 10002}  # as under the mocks of the plan
    _lock(root, web={"application": own}, api={"application": own})

    made = rendered_program(program, "dev", root, {}).manifests

    planned = objects_of(plan(program, config, project="shop", stack="dev", folder=root))
    sent = _by_name(_comparable(each.inputs) for each in planned)
    assert _by_name(_comparable(each) for each in made) == sent
    assert len(made) == len(sent) == 10


def _comparable(manifest: Manifest) -> Manifest:
    """Return an object without what belongs to a state, or is read by its provider alone."""
    plain = json.loads(json.dumps(manifest))
    plain.pop("status", None)
    plain["metadata"].pop("annotations", None)
    plain["metadata"]["labels"].pop("slipway.dev/owner", None)
    return plain


def test_outputs_that_files_have_are_rendered(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        api = App("api", image=image, target=target, expose=False)
        App(
            "web",
            image=image,
            target=target,
            calls=[api],
            env={"API": api.url, "IMAGE": image.reference},
        )

    env = _env(render(program))

    assert env["API"] == "http://api.shop-dev.svc"
    assert env["IMAGE"] == _BUILT["image"]


def test_what_only_an_update_knows_is_refused_with_its_place(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        web = App("web", image=image, target=target)
        App("api", image=image, target=target, expose=False, env={"WEB": web.url})

    with pytest.raises(
        SettingsError,
        match=r"^Deployment api: spec\.template\..*\.env\[6\]\.value is known only once",
    ):
        render(program)


def test_the_id_of_another_resource_is_refused(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        network = docker.Network("own")
        App("web", image=image, target=target, env={"NETWORK": network.id})

    with pytest.raises(SettingsError, match=r"Deployment web: .*\.value is known only once an upd"):
        render(program)


@pytest.mark.parametrize("setting", ["secrets", "env", "secret_files"])
def test_a_secret_value_is_refused_with_the_way_out(render: _Render, setting: str) -> None:
    name = "/etc/token" if setting == "secret_files" else "TOKEN"

    def program(target: Target, image: Image) -> None:
        token = pulumi.Config("shop").require_secret("token")
        App("web", image=image, target=target, **{setting: {name: token}})  # pyright: ignore[reportArgumentType]

    with pytest.raises(SettingsError, match="is secret: a rendering has no secret values, as who"):
        render(program)


def test_objects_of_the_program_are_rendered_beside_those_of_applications(
    render: _Render,
) -> None:
    def program(target: Target, image: Image) -> None:
        App("web", image=image, target=target)
        kubernetes.core.v1.ConfigMap(
            "own", metadata={"name": "own", "namespace": "shop-dev"}, data={"a": "1"}
        )

    manifests = render(program)

    assert _of(manifests, "ConfigMap", "own")["data"] == {"a": "1"}
    assert [each["kind"] for each in manifests].count("Namespace") == 1


def test_an_object_without_a_name_is_refused(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        del target, image
        kubernetes.core.v1.ConfigMap("own", data={"a": "1"})

    with pytest.raises(SettingsError, match=r"ConfigMap own: .* has no metadata\.name"):
        render(program)


def test_a_function_of_a_provider_is_refused(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        del target, image
        pulumi.runtime.invoke("aws:index/getRegion:getRegion", {})

    with pytest.raises(SettingsError, match="calls aws:index/getRegion:getRegion of a provider"):
        render(program)


def test_a_given_image_counts_instead_of_the_locked_one(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        App("web", image=image, target=target, user=5000)

    pod = _of(render(program, web=f"p.example/web@{_OTHER}"), "Deployment")["spec"]["template"]

    assert pod["spec"]["containers"][0]["image"] == f"p.example/web@{_OTHER}"


def test_the_user_of_a_given_image_is_that_of_the_dockerfile(root: Path, render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        App("web", image=image, target=target)

    given = f"p.example/web@{_OTHER}"
    with pytest.raises(SettingsError, match=f"the user of {given} is not known; .* user: 10001"):
        render(program, web=given)

    (root / "app" / "Dockerfile").write_text("FROM scratch\nUSER 2001:2002\n")
    pod = _of(render(program, web=given), "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsUser"] == 2001


def test_an_image_that_the_program_does_not_have_is_refused(render: _Render) -> None:
    def program(target: Target, image: Image) -> None:
        App("web", image=image, target=target)

    with pytest.raises(SettingsError, match="image api is given, and the stack has: web"):
        render(program, api=f"p.example/api@{_OTHER}")


@pytest.mark.parametrize(
    "applications",
    [
        {"shop": {"application": _BUILT}},  # pushed under the name of the image
        {"web": {"application": {**_BUILT, "image": f"r.example/team/other@{DIGEST}"}}},
        {
            "a": {"application": {**_BUILT, "image": f"r.example/team/a@{_OTHER}"}},
            "b": {"application": _BUILT},
        },
    ],
)
def test_a_locked_image_is_found_by_its_source_and_its_name(
    root: Path, render: _Render, applications: Manifest
) -> None:
    _lock(root, **applications)

    made = render(lambda target, image: App("shop", image=image, target=target))

    security = _of(made, "Deployment", "shop")["spec"]["template"]["spec"]["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"]) == (1001, 1002)


@pytest.mark.parametrize(
    "applications",
    [
        {},
        {"web": {"application": {**_BUILT, "source": "docker build other"}}},
        {
            "a": {"application": {**_BUILT, "image": f"r.example/team/a@{_OTHER}"}},
            "b": {"application": {**_BUILT, "image": f"r.example/team/b@{DIGEST}"}},
        },
    ],
)
def test_an_image_that_is_not_known_is_refused_with_the_next_command(
    root: Path, render: _Render, applications: Manifest
) -> None:
    _lock(root, **applications)

    with pytest.raises(SettingsError) as caught:
        render(lambda target, image: App("web", image=image, target=target))

    assert "the image web of `docker build app` is not known" in str(caught.value)
    assert "--image web=repository@sha256:…" in str(caught.value)


def test_a_reference_by_digest_needs_no_lock_file(root: Path, render: _Render) -> None:
    _lock(root)

    def program(target: Target, image: Image) -> None:
        del image
        own = Image("own", reference=f"docker.io/owner/own@{_OTHER}", target=target)
        App("own", image=own, target=target, user=5000)

    made = render(program, web=f"r.example/web@{DIGEST}")

    pod = _of(made, "Deployment", "own")["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"] == f"docker.io/owner/own@{_OTHER}"


def test_pull_secrets_are_named_for_each_namespace(root: Path) -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", context="app", target=target)
        App("web", image=image, target=target)
        App("api", image=image, target=target, namespace="back", expose=False)

    left_out = rendered_program(program, "dev", root, {}).left_out

    assert [line.partition(", ")[0] for line in left_out] == [
        "the Secret slipway-registry in back",
        "the Secret slipway-registry in shop-dev",
    ]


def test_the_target_of_an_update_is_as_before(root: Path, render: _Render) -> None:
    before = Target.making
    render(lambda target, image: App("web", image=image, target=target))

    assert Target.making is before


def test_the_command_needs_files_only_and_writes_the_same_bytes(root: Path) -> None:
    """There is no program on PATH, and the proxy for all requests does not answer."""
    (root / "helper.py").write_text("REPLICAS = 4\n")
    (root / "__main__.py").write_text(
        "from helper import REPLICAS\n"
        "from slipway import App, Image, Target\n"
        "target = Target.select()\n"
        "image = Image('web', context='app', target=target)\n"
        "App('web', image=image, target=target, replicas=REPLICAS)\n"
    )
    written: list[dict[str, bytes]] = []
    nowhere = {"PATH": "/nonexistent", "HOME": "/nonexistent", "https_proxy": "http://127.0.0.1:1"}
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "slipway.render", "--stack", "dev", "--out", seed],
            cwd=root,
            env={**nowhere, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].startswith("not rendered: the Secret slipway-registry")
        files = (path for path in (root / seed).rglob("*.yaml"))
        written.append({str(p.relative_to(root / seed)): p.read_bytes() for p in files})

    assert written[0] == written[1]
    assert b"replicas: 4" in written[0]["shop-dev/deployment-web.yaml"]
    assert "kustomization.yaml" in written[0]
    assert os.listdir(root / "app") == ["Dockerfile"]  # noqa: PTH208


def test_what_a_cluster_would_refuse_is_refused_with_its_place(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "program.py").write_text(
        "import pulumi_kubernetes as k8s\n"
        "from slipway import Target\n"
        "Target.select()\n"
        'k8s.core.v1.Service("web", metadata={"name": "web", "namespace": "shop"},\n'
        '                    spec={"ports": [{"port": 70000}]})\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(root)
    out = root / "out"

    code = main(["program.py", "--stack", "dev", "--out", str(out)])

    assert code == 1
    told = capsys.readouterr().err
    assert "a cluster would refuse this" in told
    assert "Service shop/web: spec.ports[0].port 70000" in told
    assert not out.exists()
