"""A stack file that extends another one, and what an extended file must not have."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components import SettingsError
from components.targets import KindTargetArgs
from components.targets.cloud import CloudTargetArgs
from stacks.settings import Settings
from tests.unit.stacks.nothing import Nothing

_BASE: dict[str, Any] = {
    "slipway:name": "shop",
    "slipway:target": {"product": "kind", "cluster": {"controlPlanes": 1, "workers": 2}},
    "slipway:app": {"port": 3000, "replicas": 2, "env": {"LEVEL": "info", "LANG": "en"}},
}
_Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _Load:
    """Return the settings of stack `dev` from its own configuration and the files beside it."""
    (tmp_path / "Pulumi.yaml").write_text("stackConfigDir: stacks\n")
    (tmp_path / "Dockerfile").touch()
    (tmp_path / "stacks").mkdir()
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: str(tmp_path))

    def load(own: dict[str, Any], **files: dict[str, Any] | str) -> Settings:
        for name, content in {"base": _BASE, **files}.items():
            text = content if isinstance(content, str) else yaml.safe_dump({"config": content})
            (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text(text)
        config = {"slipway:extends": "base", **own}
        texts = {key: v if isinstance(v, str) else json.dumps(v) for key, v in config.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(texts))
        pulumi.runtime.set_all_config(texts)
        pulumi.runtime.set_mocks(Nothing(), project="slipway", stack="dev")
        return Settings.load()

    return load


def test_settings_that_the_stacks_own_file_leaves_out_come_from_the_other(load: _Load) -> None:
    settings = load({})

    assert settings.name == "shop"
    assert isinstance(settings.target, KindTargetArgs)
    assert settings.app.replicas == 2


def test_mappings_are_merged_key_by_key_and_other_values_are_replaced(load: _Load) -> None:
    settings = load(
        {
            "slipway:app": {"replicas": 5, "env": {"LEVEL": "debug"}, "data": {"command": ["b"]}},
            "slipway:target": {"product": "kind", "cluster": {"workers": 4}},
        },
        base={**_BASE, "slipway:app": {**_BASE["slipway:app"], "data": {"command": ["a", "x"]}}},
    )

    assert (settings.app.port, settings.app.replicas) == (3000, 5)
    assert settings.app.env == {"LEVEL": "debug", "LANG": "en"}
    assert settings.app.data is not None
    assert settings.app.data.command == ["b"]
    assert isinstance(settings.target, KindTargetArgs)
    assert (len(settings.target.cluster.control_planes), len(settings.target.cluster.workers)) == (
        1,
        4,
    )


def test_another_product_takes_no_settings_of_the_previous_one(load: _Load) -> None:
    target = {"product": "cloud", "context": "c", "registry": {"repository": "r.example/team"}}

    assert isinstance(load({"slipway:target": target}).target, CloudTargetArgs)


def test_an_extended_file_may_extend_another_one(load: _Load) -> None:
    settings = load(
        {"slipway:extends": "staging"},
        staging={"slipway:extends": "base", "slipway:app": {"replicas": 4}},
    )

    assert (settings.name, settings.app.replicas) == ("shop", 4)


def test_a_wrong_setting_is_reported_with_both_files(load: _Load) -> None:
    with pytest.raises(SettingsError, match=r"stack dev with Pulumi.base.yaml, slipway: a wrong"):
        load({"slipway:app": {"replicas": -1}})


@pytest.mark.parametrize(
    ("own", "files", "message"),
    [
        ({"slipway:extends": "bsae"}, {}, r"there is no Pulumi\.bsae\.yaml .* which are: base"),
        ({}, {"base": {"slipway:extends": "dev"}}, r"dev -> base -> dev is a circle"),
        ({}, {"base": {"slipway:extends": "base"}}, r"dev -> base -> base is a circle"),
        ({}, {"base": {"kubernetes:namespace": "x"}}, r"Pulumi\.base\.yaml: kubernetes:namespace"),
        ({}, {"base": {"slipway:registryPassword": "x"}}, r"slipway:registryPassword is a secret"),
        ({}, {"base": {"slipway:app": {"env": {"A": {"secure": "v1:x"}}}}}, r"slipway:app is a s"),
        ({}, {"base": {"slipway:list": [{"secure": "v1:x"}]}}, r"slipway:list is a secret"),
        ({}, {"base": "- a list"}, r"base\.yaml cannot be read: the file is no mapping"),
        ({}, {"base": "config: none"}, r"base\.yaml cannot be read: config is no mapping"),
        ({}, {"base": "config:"}, r"nothing under `config`"),
        ({}, {"base": "config: [a: b"}, r"cannot be read"),
    ],
)
def test_a_file_that_cannot_be_extended_is_refused_in_words(
    load: _Load, own: dict[str, Any], files: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        load(own, **files)
