"""Properties of a profile and its nodes as objects, and what differs between them."""

import warnings
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.minikube.inputs import (
    Characteristics,
    MinikubeNodesInputs,
    MinikubeProfileInputs,
    ProfileSettings,
)
from components.minikube.start_flags import start_flags

_PROFILE: dict[str, Any] = {
    "name": "mini",
    "driver": "docker",
    "containerRuntime": "containerd",
    "memory": 3072.0,
    "mark": "a mark",
    "adopt": False,
    "replace": False,
}
_NODES: dict[str, Any] = {
    "profile": "mini",
    "uid": "uid-1",
    "kubeconfig": "a kubeconfig",
    "adopted": False,
    "addons": [],
    "registryHost": "localhost:5001",
    "registryContainer": "registry",
    "registryId": "registry-id",
}


def _changed(**change: Any) -> list[str]:
    news = MinikubeProfileInputs.parse({**_PROFILE, **change})
    return news.changed(MinikubeProfileInputs.parse(_PROFILE))


def test_settings_that_are_not_given_are_left_to_minikube() -> None:
    settings = ProfileSettings.parse(_PROFILE)

    assert start_flags(settings) == [
        "--container-runtime=containerd",
        "--memory=3072mb",
        "--nodes=1",
    ]


def test_every_setting_is_a_flag() -> None:
    settings = ProfileSettings.parse(
        {**_PROFILE, "kubernetesVersion": "v1.35.1", "cpus": 2.0, "nodes": 3.0, "ha": True,
         "baseImage": "r.example/base:1"}
    )  # fmt: skip

    assert start_flags(settings) == [
        "--container-runtime=containerd",
        "--kubernetes-version=v1.35.1",
        "--memory=3072mb",
        "--cpus=2",
        "--base-image=r.example/base:1",
        "--nodes=3",
        "--ha",
    ]


@pytest.mark.parametrize("change", [{"nodes": 3.0}, {"adopt": True}, {"replace": True}])
def test_a_change_in_place_recreates_no_profile(change: dict[str, Any]) -> None:
    assert _changed(**change) == []


def test_a_change_of_anything_else_is_named_by_its_property() -> None:
    assert _changed(cpus=2.0, baseImage="r.example/base:1") == ["cpus", "baseImage"]


def test_a_mark_that_a_preview_does_not_know_is_a_change() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _changed(mark=UNKNOWN) == ["mark"]


def test_only_settings_that_are_given_can_differ_from_a_profile() -> None:
    current = Characteristics(
        driver="docker",
        container_runtime="containerd",
        kubernetes_version="v1.35.4",
        ha=False,
        memory=3072,
        cpus=2,
        nodes=2,
    )
    desired = ProfileSettings.parse({**_PROFILE, "kubernetesVersion": "1.35.4", "nodes": 3.0})

    assert desired.differences(current) == {"nodes": (2, 3)}


@pytest.mark.parametrize(
    ("change", "count"),
    [({}, 1), ({"nodes": 3.0}, 3), ({"nodes": 3.0, "adopted": True}, None)],
    ids=["default", "given", "adopted"],
)
def test_the_user_sets_the_number_of_nodes_of_an_adopted_profile(
    change: dict[str, Any], count: int | None
) -> None:
    assert MinikubeNodesInputs.parse({**_NODES, **change}).count == count
