"""Rendering: what `pulumi up` would apply, from files alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from components import App, AppArgs, Image, SettingsError, Target
from components.render.files import files
from stacks.render import main, rendered
from tests.unit.components.accepted import require_accepted
from tests.unit.components.plan import (
    DIGEST,
    REPOSITORY,
    committed_config,
    committed_program,
    objects_of,
    plan,
)

Manifest = dict[str, Any]
_IMAGE = {
    "source": "docker build app",
    "image": f"localhost:5001/hello-node@{DIGEST}",
    "user": 10001,
    "group": 10002,
}
_FACTS = {"images": {"application": _IMAGE}}
_CLOUD = {"product": "cloud", "context": "c", "registry": {"repository": "r.example/t"}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose stack `kind` is the committed one, with the facts of its application."""
    shutil.copy(REPOSITORY / "Pulumi.yaml", tmp_path)
    shutil.copytree(REPOSITORY / "app", tmp_path / "app")
    (tmp_path / "stacks").mkdir()
    _write(tmp_path, committed_config())
    _lock(tmp_path, {"hello-node": _FACTS})
    return tmp_path


def _write(root: Path, config: Manifest) -> None:
    (root / "stacks" / "Pulumi.kind.yaml").write_text(yaml.safe_dump({"config": config}))


def _lock(root: Path, facts: Manifest) -> None:
    text = yaml.safe_dump({"applications": facts})
    (root / "stacks" / "kind.lock.yaml").write_text(text)


def _kinds(root: Path) -> list[str]:
    return [manifest["kind"] for manifest in rendered("kind", root).manifests]


def _without_annotations(manifest: Manifest) -> Manifest:
    """Return what a provider would apply, without what only it reads."""
    plain = json.loads(json.dumps(manifest))
    plain.pop("status", None)
    plain["metadata"].pop("annotations", None)
    return plain


def test_what_is_rendered_is_what_an_update_applies(root: Path) -> None:
    applied = {
        planned.inputs["kind"]: _without_annotations(planned.inputs)
        for planned in objects_of(plan(committed_program, committed_config()))
        if planned["metadata"]["name"] != "local-registry-hosting"
    }

    made = [_without_annotations(each) for each in rendered("kind", root).manifests]
    kinds = ["Namespace", "NetworkPolicy", "PodDisruptionBudget", "Deployment", "Service"]
    assert [each["kind"] for each in made] == kinds, "in the order of their creation"
    assert made == [applied[kind] for kind in kinds]
    assert len(applied) == len(kinds)


def test_every_rendered_object_is_valid_for_kubernetes(root: Path) -> None:
    require_accepted(rendered("kind", root).manifests)


def test_nothing_that_only_pulumi_reads_is_rendered(root: Path) -> None:
    assert "pulumi.com" not in json.dumps(rendered("kind", root).manifests)


def test_the_id_of_a_state_is_not_rendered(root: Path) -> None:
    _write(root, {**committed_config(), "slipway:target": _CLOUD})
    pushed = {**_IMAGE, "image": f"r.example/t/hello-node@{_IMAGE['image'].partition('@')[2]}"}
    _lock(root, {"hello-node": {"images": {"application": pushed}}})

    manifests = rendered("kind", root).manifests

    assert "Deployment" in [each["kind"] for each in manifests]
    assert "slipway.dev/owner" not in json.dumps(manifests)


def test_each_object_has_a_file_of_its_own_that_every_reader_of_yaml_understands(
    root: Path,
) -> None:
    written = files(rendered("kind", root).manifests)

    assert "slipway-kind/deployment-hello-node.yaml" in written
    assert "slipway-kind/namespace-slipway-kind.yaml" in written
    assert not [path for path, text in written.items() if "&id" in text]


def test_without_facts_nothing_is_rendered_and_the_message_names_their_source(
    root: Path,
) -> None:
    (root / "stacks" / "kind.lock.yaml").unlink()

    with pytest.raises(
        SettingsError, match=r"`make up STACK=kind` looks this up and writes stacks/kind\.lock"
    ):
        rendered("kind", root)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"images": {"application": _IMAGE["image"]}, "user": 10001, "group": 10002},
            r"applications\.hello-node: a wrong.*\n  an earlier version .* `make up`",
        ),
        ({"images": {"": "r/web@sha256:1"}, "user": 1, "group": 1}, r"an earlier version wrote it"),
        (
            {"images": {"application": {**_IMAGE, "image": "r/web:1"}}},
            r"application\.image: 'r/web:1'",
        ),
        ({"images": {"proxy": _IMAGE}}, r"hello-node, container application: the image of `docker"),
        (None, r"kind\.lock\.yaml, applications\.hello-node: a wrong setting"),
    ],
)
def test_a_lock_file_that_cannot_be_used_is_refused_in_words(
    root: Path, facts: Any, message: str
) -> None:
    _lock(root, {"hello-node": facts})

    with pytest.raises(SettingsError, match=message):
        rendered("kind", root)


def test_the_facts_of_an_application_are_what_rendering_reads(root: Path) -> None:
    lock = plan(committed_program, committed_config())["LockFile"].inputs

    assert lock["content"]["applications"]["hello-node"] == _FACTS


def test_the_facts_name_what_was_looked_up_and_leave_out_a_user_of_the_settings() -> None:
    config = committed_config()
    config["slipway:app"]["sidecars"] = [{"name": "proxy", "image": "docker.io/owner/proxy:1"}]
    config["slipway:app"]["user"] = 5000

    lock = plan(committed_program, config)["LockFile"].inputs

    images = lock["content"]["applications"]["hello-node"]["images"]
    assert images == {
        "application": {"source": _IMAGE["source"], "image": _IMAGE["image"]},
        "proxy": {
            "source": "docker.io/owner/proxy:1",
            "image": f"docker.io/owner/proxy@{DIGEST}",
        },
    }


def _labelled(manifest: Manifest) -> None:
    manifest["metadata"]["labels"]["team"] = "shop"


def test_what_a_program_adjusts_is_rendered_as_it_is_applied(root: Path) -> None:
    def program() -> None:
        target = Target.select()
        args = AppArgs.parse(committed_config()["slipway:app"], "app")
        image = Image("hello-node", context="app", target=target)
        App("hello-node", args, image=image, target=target, adjust=_labelled)

    applied = {
        each["metadata"]["name"] + each.type: each.inputs["metadata"]
        for each in objects_of(plan(program, committed_config()))
        if each.parent == "hello-node"
    }
    made = rendered("kind", root, adjust=_labelled).manifests
    labelled = [each for each in made if each["metadata"]["labels"].get("team") == "shop"]

    assert len(labelled) == len(applied) == 4
    for metadata in applied.values():
        assert metadata["labels"]["team"] == "shop"
        who = metadata["annotations"]["slipway.dev/adjusted-by"]
        assert who == labelled[0]["metadata"]["annotations"]["slipway.dev/adjusted-by"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"secrets": {"TOKEN": {"secure": "v1:abcdef"}, "KEY": {"secure": "v1:abcdef"}}},
            (
                "slipway:app.secrets: KEY, TOKEN: a rendering has no secret values, as whoever "
                "reads its files would have them. Create the Secret in the cluster, e.g. with "
                "External Secrets, and name it in the settings instead: "
                "envFrom: {KEY: {secret: hello-node, key: KEY}}"
            ),
        ),
        (
            {"env": {"TOKEN": {"secure": "v1:abcdef"}}},
            "envFrom: {TOKEN: {secret: hello-node, key: TOKEN}}",
        ),
        (
            {"sidecars": [{"name": "proxy", "env": {"TOKEN": {"secure": "v1:abcdef"}}}]},
            "slipway:app.env, container proxy: TOKEN: a rendering has no secret values",
        ),
        (
            {"secretFiles": {"/etc/tls/key.pem": {"secure": "v1:abcdef"}}},
            "secretVolumes: {/etc/tls: hello-node-files}",
        ),
    ],
)
def test_secret_values_are_refused_with_the_way_out(
    root: Path, settings: Manifest, message: str
) -> None:
    config = committed_config()
    config["slipway:app"] |= settings
    _write(root, config)

    with pytest.raises(SettingsError) as caught:
        rendered("kind", root)

    assert message in str(caught.value)
    assert "v1:abcdef" not in str(caught.value)


def test_a_secret_that_exists_is_rendered_as_a_reference(root: Path) -> None:
    config = committed_config()
    config["slipway:app"] |= {
        "envFrom": {"TOKEN": {"secret": "hello-node", "key": "TOKEN"}},
        "secretVolumes": {"/etc/tls": "hello-node-files"},
    }
    _write(root, config)

    manifests = json.dumps(rendered("kind", root).manifests)

    assert '{"secretKeyRef": {"name": "hello-node", "key": "TOKEN"}}' in manifests
    assert '"secretName": "hello-node-files"' in manifests


def test_several_applications_share_their_namespaces(root: Path) -> None:
    app = {"image": {"context": "app"}, "app": {"expose": False}}
    other = {**app, "app": {"expose": False, "namespace": "back", "calls": ["web"]}}
    _write(root, {"slipway:target": _CLOUD, "slipway:apps": {"web": app, "api": app, "db": other}})
    _lock(
        root,
        {
            name: {"images": {"application": {**_IMAGE, "image": f"r.example/t/{name}@{DIGEST}"}}}
            for name in ("web", "api", "db")
        },
    )

    assert _kinds(root).count("Namespace") == 2
    assert _kinds(root).count("Deployment") == 3


def test_a_wrong_setting_is_reported_as_in_an_update(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = committed_config()
    config["slipway:app"]["replica"] = 3
    _write(root, config)
    monkeypatch.setattr("stacks.render._ROOT", root)
    with pytest.raises(SettingsError, match="did you mean replicas"):
        rendered("kind", root)

    assert main(["--stack", "nowhere", "--out", str(root / "out")]) == 1
    assert "Pulumi.nowhere.yaml" in capsys.readouterr().err
    assert not (root / "out").exists()


def test_nothing_but_files_is_needed(root: Path) -> None:
    """There is no program on PATH, and the proxy for all requests does not answer."""
    shutil.copytree(REPOSITORY / "components", root / "components")
    shutil.copytree(REPOSITORY / "stacks", root / "stacks", dirs_exist_ok=True)
    shutil.copytree(REPOSITORY / "toolchain", root / "toolchain")
    _write(root, committed_config())
    ran = subprocess.run(
        [sys.executable, "-m", "stacks.render", "--stack", "kind", "--out", "out"],
        cwd=root,
        env={"PATH": "/nonexistent", "https_proxy": "http://127.0.0.1:1", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == 6
