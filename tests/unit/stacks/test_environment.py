"""Belongs here: the file of a stack that is like another one, and what it sets again."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from components.render.configuration import configure
from components.settings.stack_file import stack_settings
from components.targets import CloudTargetArgs
from stacks.environment import main
from stacks.settings import Settings
from tests.unit.components.plan import REPOSITORY

_REGISTRY = {"repository": "r.example/team"}
_INGRESS = {"type": "Ingress", "host": "shop.example"}
_CLOUD = {"product": "cloud", "context": "c", "registry": _REGISTRY, "expose": _INGRESS}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(REPOSITORY / "Pulumi.yaml", tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Dockerfile").touch()
    return tmp_path


def _file(root: Path, stack: str) -> Path:
    return root / "stacks" / f"Pulumi.{stack}.yaml"


def _write(root: Path, stack: str = "cloud", **settings: Any) -> None:
    config = {f"slipway:{key}": value for key, value in {"target": _CLOUD, **settings}.items()}
    _file(root, stack).write_text(json.dumps({"config": config}), encoding="utf-8")


def _make(root: Path, stack: str = "pr-42", like: str = "cloud") -> int:
    return main(["--stack", stack, "--like", like, "--root", str(root)])


def _settings(root: Path, stack: str = "pr-42") -> Settings:
    configure(root, stack)
    return Settings.parse(*stack_settings())


def test_it_is_the_other_stack_at_a_host_of_its_own(root: Path) -> None:
    _write(root, app={"replicas": 4, "env": {"MODE": "live"}})

    assert _make(root) == 0

    made, other = _settings(root), _settings(root, "cloud")
    assert (made.app, made.image) == (other.app, other.image)
    assert isinstance(made.target, CloudTargetArgs)
    assert isinstance(other.target, CloudTargetArgs)
    assert made.target.expose.host == "pr-42.shop.example"
    assert made.target.registry == other.target.registry


def test_namespaces_that_are_given_by_name_get_the_stacks(root: Path) -> None:
    image = {"context": "."}
    apps = {
        "web": {"image": image, "app": {"namespace": "shop"}},
        "api": {"image": image, "app": {"expose": False}},
    }
    _write(root, apps=apps)

    assert _make(root) == 0

    made = _settings(root).applications
    assert (made["web"].app.namespace, made["api"].app.namespace) == ("shop-pr-42", None)


def test_and_so_does_that_of_a_single_application(root: Path) -> None:
    _write(root, app={"namespace": "shop", "replicas": 2})

    assert _make(root) == 0
    assert _settings(root).app.namespace == "shop-pr-42"
    assert _settings(root).app.replicas == 2


def test_names_that_an_annotation_has_for_dns_get_the_stacks_in_front(root: Path) -> None:
    names = "external-dns.alpha.kubernetes.io/hostname"
    expose = {"annotations": {names: "shop.example, www.shop.example", "team": "shop"}}
    service = {"annotations": {names: "direct.example"}}
    _write(root, target={**_CLOUD, "expose": expose}, app={"service": service})

    assert _make(root) == 0

    made = _settings(root).target
    assert isinstance(made, CloudTargetArgs)
    assert made.expose.annotations == {
        names: "pr-42.shop.example,pr-42.www.shop.example", "team": "shop",
    }  # fmt: skip
    assert _settings(root).app.service.annotations == {names: "pr-42.direct.example"}


def test_a_node_port_is_left_to_the_cluster(root: Path) -> None:
    _write(root, app={"service": {"type": "NodePort", "nodePort": 30080}})

    assert _make(root) == 0

    service = _settings(root).app.service
    assert (service.type, service.node_port) == ("NodePort", None)


def test_what_a_controller_delivers_is_deployed_by_pulumi_there(root: Path) -> None:
    _write(root, deliver="gitops")

    assert _make(root) == 0
    assert _settings(root).deliver == "pulumi"


def test_a_stack_that_makes_its_cluster_needs_nothing_else(root: Path) -> None:
    _write(root, target={"product": "kind"})

    assert _make(root) == 0
    assert _file(root, "pr-42").read_text(encoding="utf-8").count("slipway:") == 1


def test_it_is_written_again_and_no_other_file_is(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(root)
    _write(root, "other")
    assert (_make(root), _make(root)) == (0, 0)

    assert _make(root, "other") == 1
    assert "Pulumi.other.yaml exists, and is no environment like cloud" in capsys.readouterr().err
    assert _make(root, "pr-42", "other") == 1
    assert "is no environment like other" in capsys.readouterr().err


def test_a_stack_with_secrets_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = {"secure": "v1:abc:def"}
    _write(root, app={"secrets": {"TOKEN": secret}})

    assert _make(root) == 1
    assert "it holds secrets, which another stack cannot decrypt" in capsys.readouterr().err
    assert not _file(root, "pr-42").exists()


@pytest.mark.parametrize("name", ["PR_42", "feature/x", "-a", 41 * "a"])
def test_a_name_that_no_host_can_have_is_refused(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(root)

    assert main([f"--stack={name}", "--like", "cloud", "--root", str(root)]) == 1
    assert "cannot be part of host names" in capsys.readouterr().err


def test_a_file_that_does_not_exist_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _make(root) == 1
    assert "Pulumi.cloud.yaml does not exist" in capsys.readouterr().err
