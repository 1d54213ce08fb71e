"""Tools that only tests use: no part of a set-up, built when one asks."""

from pathlib import Path

import pytest

from toolchain.errors import ToolchainError
from toolchain.images import RECIPES
from toolchain.images.addons import ADDONS
from toolchain.lock import read_lock
from toolchain.places import Checkout, this_platform
from toolchain.setup import assets
from toolchain.setup.assets import provide_assets
from toolchain.setup.one_image import provide_archive
from toolchain.setup.one_tool import provide

_CHECKOUT = Checkout(Path(__file__).resolve().parents[4])


def test_images_of_the_tests_are_made_of_them_alone() -> None:
    lock = read_lock(_CHECKOUT.toolchain, this_platform())

    assert set(RECIPES).isdisjoint(ADDONS.values())
    for recipe in ADDONS.values():
        tools = [lock.tools[name] for name in recipe.programs]
        assert {tool.use for tool in tools} <= {"test"}
        if tools:
            assert recipe.reference.endswith(f"/{tools[0].name}:{tools[0].version}")


def test_a_set_up_installs_none_of_them() -> None:
    lock = read_lock(_CHECKOUT.toolchain, this_platform())

    own = {tool.name: tool for tool in lock.tools.values() if tool.use == "test"}
    assert set(own) == {
        "actionlint", "argo-cd", "helm", "kube-score", "kube-router", "kustomize",
        "kustomize-controller", "metrics-server", "source-controller",
    }  # fmt: skip
    assert not any(tool.is_installed for tool in own.values())


def test_an_unknown_tool_is_reported_with_the_known_ones() -> None:
    with pytest.raises(ToolchainError, match="no tool nothing for tests"):
        provide(_CHECKOUT, "nothing")


def test_an_unknown_image_is_reported_with_the_known_ones() -> None:
    with pytest.raises(ToolchainError, match="no image nothing for tests") as caught:
        provide_archive(_CHECKOUT, "nothing")

    assert "kube-router, metrics-server" in str(caught.value)


def test_the_programs_of_a_control_plane_have_the_names_that_tests_look_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "provide", lambda _checkout, name: tmp_path / f"{name}-1" / name)
    provide_assets(Checkout(tmp_path))
    folder = provide_assets(Checkout(tmp_path))  # links of an earlier version are replaced
    links = {each.name: each.readlink().name for each in folder.iterdir()}
    assert links == {"etcd": "etcd", "kube-apiserver": "kubernetes"}
