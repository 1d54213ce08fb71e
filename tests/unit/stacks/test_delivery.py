"""Belongs here: by what a stack is delivered, and what refuses to deliver it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from components import SettingsError
from stacks.delivery import main
from stacks.render import rendered
from stacks.settings import Settings
from tests.unit.components.plan import DIGEST, REPOSITORY, committed_program, plan

_CLOUD = {"product": "cloud", "context": "shop", "registry": {"repository": "r.example/team"}}
_GITOPS = {"slipway:deliver": "gitops", "slipway:target": _CLOUD}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(REPOSITORY / "Pulumi.yaml", tmp_path)
    shutil.copytree(REPOSITORY / "app", tmp_path / "app")
    (tmp_path / "stacks").mkdir()
    return tmp_path


def _write(root: Path, config: dict[str, Any], stack: str = "production") -> None:
    file = root / "stacks" / f"Pulumi.{stack}.yaml"
    image = {"slipway:image": {"context": "app"}}
    file.write_text(json.dumps({"config": {**image, **config}}), encoding="utf-8")


def _asked(root: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["--stack", "production", "--root", str(root)]) == 0
    return json.loads(capsys.readouterr().out)


def test_pulumi_delivers_unless_settings_say_otherwise(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(root, {"slipway:target": {"product": "kind"}})

    found = _asked(root, capsys)

    assert (found["deliver"], found["context"], found["uid"]) == ("pulumi", None, None)


def test_a_controller_delivers_to_the_cluster_of_the_context(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uid = "01234567-89ab-cdef-0123-456789abcdef"
    _write(root, {**_GITOPS, "slipway:target": {**_CLOUD, "uid": uid}})

    assert _asked(root, capsys) == {
        "deliver": "gitops", "context": "shop", "uid": uid, "label": "slipway-production",
    }  # fmt: skip


def test_an_extended_file_may_say_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(root, _GITOPS, "base")
    _write(root, {"slipway:extends": "base"})

    assert _asked(root, capsys)["deliver"] == "gitops"


def test_wrong_settings_are_reported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(root, {**_GITOPS, "slipway:deliver": "flux"})

    assert main(["--stack", "production", "--root", str(root)]) == 1
    assert "deliver: 'flux' is not accepted" in capsys.readouterr().err


@pytest.mark.parametrize("target", [{"product": "kind"}, {"product": "minikube"}])
def test_a_cluster_that_the_stack_makes_cannot_be_delivered_to(target: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="deliver: gitops needs an existing cluster"):
        Settings.parse({"deliver": "gitops", "target": target}, "here")


def test_a_program_of_such_a_stack_registers_nothing() -> None:
    with pytest.raises(SettingsError, match="Pulumi would fight it") as caught:
        plan(committed_program, _GITOPS, stack="production")

    assert "next: make render STACK=production OUT=folder" in str(caught.value)
    assert "make wait STACK=production OUT=folder" in str(caught.value)


def test_and_is_rendered_as_any_other(root: Path) -> None:
    _write(root, _GITOPS)
    gitops = rendered("production", root, images={"web": f"r.example/team/web@{DIGEST}"})
    _write(root, {"slipway:target": _CLOUD})

    pulumi = rendered("production", root, images={"web": f"r.example/team/web@{DIGEST}"})

    assert gitops.manifests == pulumi.manifests
