"""The configuration of a rendering: that which Pulumi gives the program, secrets left out."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from components import SettingsError
from stacks import render
from tests.unit.components.plan import DIGEST

_TARGET = "{ product: cloud, context: c, registry: { repository: registry.example/team } }"
_CLOUD = f"""
config:
  slipway:name: web
  slipway:target: {_TARGET}
  slipway:image: {{ context: app }}
  slipway:app:
    env: {{ COUNTRY: NO, START: 12:30, RELEASED: 2024-01-01, NO: x }}
"""
_ENV = {
    "COUNTRY": "NO",
    "START": "12:30",
    "RELEASED": "2024-01-01 00:00:00 +0000 UTC",
    "NO": "x",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").touch()
    image = f"registry.example/team/web@{DIGEST}"
    own = {"source": "docker build app", "image": image, "user": 10001, "group": 10001}
    lock = {"applications": {"web": {"images": {"application": own}}}}
    for stack in ("cloud", "other"):
        (tmp_path / f"{stack}.lock.yaml").write_text(yaml.safe_dump(lock))
    monkeypatch.setattr(render, "_ROOT", tmp_path)
    return tmp_path


def _deployment(root: Path, stack: str = "cloud") -> dict[str, Any]:
    manifests = render.rendered(stack, root).manifests
    return next(each for each in manifests if each["kind"] == "Deployment")


def _env(root: Path, stack: str = "cloud") -> dict[str, str]:
    (container,) = _deployment(root, stack)["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each.get("value", "") for each in container["env"]}


def test_values_are_those_that_pulumi_reads(root: Path) -> None:
    (root / "Pulumi.cloud.yaml").write_text(_CLOUD)

    assert _ENV.items() <= _env(root).items()


def test_values_of_an_extended_file_are_read_alike(root: Path) -> None:
    (root / "Pulumi.cloud.yaml").write_text(_CLOUD)
    (root / "Pulumi.other.yaml").write_text("config:\n  slipway:extends: cloud\n")

    assert _env(root, "other") == _env(root)


def test_the_order_of_variables_is_that_of_an_update(root: Path) -> None:
    """Pulumi sorts the keys of mappings."""
    (root / "Pulumi.cloud.yaml").write_text(_CLOUD)

    names = [name for name in _env(root) if name in _ENV]
    assert names == sorted(_ENV)


def test_configuration_in_pulumi_yaml_counts_and_the_stacks_own_wins(root: Path) -> None:
    (root / "Pulumi.yaml").write_text(
        "name: shop\n"
        "config:\n"
        "  slipway:name: {value: web}\n"
        f"  slipway:target: {{value: {_TARGET}}}\n"
        "  slipway:app: {value: {replicas: 7}}\n"
        "  slipway:image: {value: {context: app}}\n"
    )
    (root / "Pulumi.cloud.yaml").write_text("config: {}\n")
    assert _deployment(root)["spec"]["replicas"] == 7

    (root / "Pulumi.cloud.yaml").write_text("config: {slipway:app: {port: 3000}}\n")
    assert _deployment(root)["spec"]["replicas"] == 3, "mappings are not merged"


def test_what_the_project_requires_and_nothing_sets_is_refused(root: Path) -> None:
    (root / "Pulumi.yaml").write_text("name: shop\nconfig: {region: {type: string}}\n")
    (root / "Pulumi.cloud.yaml").write_text(_CLOUD)

    with pytest.raises(SettingsError, match=r"Pulumi\.cloud\.yaml: shop:region: required by Pulu"):
        render.rendered("cloud", root)


def test_a_file_that_pulumi_refuses_is_refused_in_words(root: Path) -> None:
    (root / "Pulumi.cloud.yaml").write_text("config:\n  slipway:name: a\n  slipway:name: b\n")

    with pytest.raises(SettingsError, match=r"Pulumi\.cloud\.yaml cannot be read: line 3: a"):
        render.rendered("cloud", root)


def test_a_key_without_a_namespace_is_one_of_the_project(root: Path) -> None:
    (root / "Pulumi.yaml").write_text("name: slipway\n")
    bare = _CLOUD.replace("slipway:", "")
    (root / "Pulumi.cloud.yaml").write_text(bare)

    assert _ENV.items() <= _env(root).items()


@pytest.mark.parametrize(
    ("registry", "name", "login"),
    [
        ("username: bob", "slipway-registry", ("bob", "SLIPWAY_REGISTRY_PASSWORD")),
        ("pullUsername: nodes", "slipway-registry", ("nodes", "SLIPWAY_REGISTRY_PULL_PASSWORD")),
        ("pullSecret: theirs", "theirs", ("USER", "SLIPWAY_REGISTRY_PASSWORD")),
    ],
)
def test_a_secret_with_which_nodes_pull_is_named_with_the_command_that_creates_it(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    registry: str,
    name: str,
    login: tuple[str, str],
) -> None:
    text = _CLOUD.replace("registry.example/team }", f"registry.example/team, {registry} }}")
    (root / "Pulumi.cloud.yaml").write_text(
        text + "  slipway:registryPassword: { secure: v1:abc }\n"
    )

    assert render.main(["--stack", "cloud", "--out", str(root / "out")]) == 0

    user, password = login
    shown = capsys.readouterr().out
    assert f"not rendered: the Secret {name} in shop-cloud, with which nodes pull" in shown
    assert (
        f"kubectl create secret docker-registry {name} --namespace=shop-cloud "
        f"--docker-server=registry.example --docker-username={user} "
        f'--docker-password="${password}"'
    ) in shown
    written = "".join(file.read_text() for file in (root / "out").rglob("*.yaml"))
    assert f"name: {name}" in written, "the pods name it"
    assert "abc" not in written + shown


def test_a_secret_value_is_refused_before_anything_is_written(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "Pulumi.cloud.yaml").write_text(_CLOUD + "    secrets: { TOKEN: { secure: v1:abc } }\n")

    assert render.main(["--stack", "cloud", "--out", str(root / "out")]) == 1

    shown = capsys.readouterr()
    assert "slipway:app.secrets: TOKEN: a rendering has no secret values" in shown.err
    assert "abc" not in shown.err + shown.out
    assert not (root / "out").exists()
