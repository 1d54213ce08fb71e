"""Belongs here: which changes of a cluster the settings of a stack file can have."""

import io
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from stacks.write_back.__main__ import main
from tests.unit.components.plan import REPOSITORY

_TARGET = {"product": "cloud", "context": "c", "registry": {"repository": "r.example/t"}}
_CONTAINERS = ("spec", "template", "spec", "containers", {"name": "shop"})
_DIGEST = f"r.example/other@sha256:{'a' * 64}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(REPOSITORY / "Pulumi.yaml", tmp_path)
    (tmp_path / "stacks").mkdir()
    return tmp_path


def _file(root: Path, **settings: Any) -> Path:
    file = root / "stacks" / "Pulumi.kind.yaml"
    given = {"target": _TARGET, "name": "shop", **settings}
    lines = [f"  slipway:{key}: {json.dumps(value)}" for key, value in given.items()]
    file.write_text("\n".join(("# kept", "config:", *lines, "")), encoding="utf-8")
    return file


def _proposal(path: Sequence[str], value: Any, field: Sequence[Any], **more: Any) -> dict[str, Any]:
    return {
        "application": "shop",
        "kind": "Deployment",
        "name": "shop",
        "field": field,
        "settings": [{"path": path, "value": value}],
        "live": value,
        **more,
    }


_REPLICAS = _proposal(["replicas"], 5, ["spec", "replicas"], declared=3)
_MEMORY = _proposal(
    *(["memory"], "400Mi", [*_CONTAINERS, "resources", "requests", "memory"]),
    container="shop",
    declared="96Mi",
)
_LIMIT = _proposal(
    *(["memoryLimit"], "500Mi", [*_CONTAINERS, "resources", "limits", "memory"]),
    container="shop",
    declared="96Mi",
)
_IMAGE = _proposal(["reference"], _DIGEST, [*_CONTAINERS, "image"], container="shop", declared=None)


def _answers(
    root: Path,
    proposals: Sequence[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> list[Any]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(proposals)))
    assert main(["--stack", "kind", "--root", str(root)]) == 0
    return [each.get("settings") or each["reason"] for each in json.loads(capsys.readouterr().out)]


@pytest.fixture
def answers(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *proposals: _answers(root, proposals, monkeypatch, capsys)


def test_a_setting_that_the_manifests_confirm_is_written(root: Path, answers: Any) -> None:
    file = _file(root)

    assert answers(_REPLICAS) == [["slipway:app.replicas"]]

    text = file.read_text(encoding="utf-8")
    assert text.startswith("# kept\n")
    assert text.endswith("  slipway:app:\n    replicas: 5\n")


def test_values_that_are_accepted_together_only_are_written_together(
    root: Path, answers: Any
) -> None:
    file = _file(root, app={"memoryLimit": "96Mi"})

    assert answers(_MEMORY, _LIMIT) == [["slipway:app.memory"], ["slipway:app.memoryLimit"]]
    assert '{"memoryLimit": "500Mi", memory: 400Mi}' in file.read_text(encoding="utf-8")


def test_a_value_that_the_settings_refuse_stays_out_and_the_others_are_written(
    root: Path, answers: Any
) -> None:
    _file(root)
    wrong = _proposal(["minReadySeconds"], 5000, ["spec", "minReadySeconds"], declared=1)

    refused, written = answers(wrong, _REPLICAS)

    assert "app.minReadySeconds: 5000 is not accepted" in refused
    assert written == ["slipway:app.replicas"]


def test_a_value_that_something_else_decides_is_not_written(root: Path, answers: Any) -> None:
    file = _file(root, app={"replicas": 4})
    before = file.read_bytes()

    (reason,) = answers(_REPLICAS)

    assert reason.startswith("the settings give 4 there, so that the program or an edit")
    assert file.read_bytes() == before


def test_a_setting_that_would_give_another_value_is_not_written(root: Path, answers: Any) -> None:
    _file(root)
    wrong = {**_REPLICAS, "live": 6}

    assert answers(wrong) == ["the settings would give 5 there"]


def test_a_program_of_the_users_own_declares_its_applications(root: Path, answers: Any) -> None:
    _file(root)
    other = {**_REPLICAS, "application": "other", "declared": None}

    assert answers(other) == ["the stack file has no application other: a program declares it"]


def test_an_image_is_written_where_the_file_has_a_reference(root: Path, answers: Any) -> None:
    _file(root)
    assert answers(_IMAGE) == ["the image is built from .; a change belongs there"]

    file = _file(root, image="docker.io/library/nginx:1")
    assert answers(_IMAGE) == [["slipway:image.reference"]]
    assert f'slipway:image: "{_DIGEST}"' in file.read_text(encoding="utf-8")


def test_settings_of_other_containers_are_found_by_the_container(root: Path, answers: Any) -> None:
    commands = {"command": ["node", "x.js"]}
    file = _file(
        root,
        app={
            "data": commands,
            "sidecars": [{"name": "one", **commands}, {"name": "two", **commands}],
            "init": [{"name": "first", **commands}],
        },
    )

    def cpu(container: str) -> dict[str, Any]:
        place = ("spec", "template", "spec", "initContainers", {"name": container})
        field = [*place, "resources", "requests", "cpu"]
        return _proposal(["cpu"], "50m", field, container=container, declared="25m")

    assert answers(cpu("data"), cpu("two"), cpu("first")) == [
        ["slipway:app.data.cpu"],
        ["slipway:app.sidecars[1].cpu"],
        ["slipway:app.init[0].cpu"],
    ]
    assert file.read_text(encoding="utf-8").count("cpu: 50m") == 3


def test_one_of_several_applications_has_its_settings_below_its_name(
    root: Path, answers: Any
) -> None:
    file = _file(root, apps={"shop": {}, "load": {}})
    text = file.read_text(encoding="utf-8").replace('  slipway:name: "shop"\n', "")
    file.write_text(text, encoding="utf-8")

    assert answers(_REPLICAS) == [["slipway:apps.shop.app.replicas"]]


def test_a_setting_is_removed_unless_an_extended_file_may_have_it(root: Path, answers: Any) -> None:
    removed = {
        **_proposal(["env", "MODE"], 0, [*_CONTAINERS, "env", {"name": "MODE"}, "value"]),
        "container": "shop",
        "declared": "fast",
        "settings": [{"path": ["env", "MODE"]}],
    }
    del removed["live"]
    file = _file(root, app={"env": {"MODE": "fast", "OTHER": "x"}})
    assert answers(removed) == [["slipway:app.env.MODE"]]
    assert '{"env": {"OTHER": "x"}}' in file.read_text(encoding="utf-8")

    file = _file(root, app={"env": {"MODE": "fast"}}, extends="base")
    shutil.copy(file, file.with_name("Pulumi.base.yaml"))
    base = file.with_name("Pulumi.base.yaml")
    lines = base.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "extends" not in line]
    base.write_text("\n".join(kept), encoding="utf-8")
    (reason,) = answers(removed)
    assert reason.startswith("the stack file extends another one, which may set it too")


def test_a_stack_file_that_is_wrong_already_is_left_as_it_is(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(root, app={"replicas": -1})
    before = file.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps([_REPLICAS])))

    assert main(["--stack", "kind", "--root", str(root)]) == 1

    assert "app.replicas: -1 is not accepted" in capsys.readouterr().err
    assert file.read_bytes() == before
