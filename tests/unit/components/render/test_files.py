"""The files of a rendering: their names, their order, and the list of them."""

from typing import Any

import pytest
import yaml

from components import SettingsError
from components.render.files import KUSTOMIZATION, files

Manifest = dict[str, Any]


def _object(kind: str, name: str, namespace: str | None = None, **more: Any) -> Manifest:
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, **place}, **more}


def test_an_object_is_a_file_in_the_folder_of_its_namespace() -> None:
    written = files([_object("Service", "web", "shop"), _object("Namespace", "shop")])

    assert list(written) == ["shop/namespace-shop.yaml", "shop/service-web.yaml", KUSTOMIZATION]
    assert yaml.safe_load(written[KUSTOMIZATION]) == {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["shop/namespace-shop.yaml", "shop/service-web.yaml"],
    }


def test_an_object_of_the_whole_cluster_has_a_folder_that_no_namespace_has() -> None:
    written = files([_object("ClusterRole", "system:reader")])

    assert next(iter(written)) == "_cluster/clusterrole-system_reader.yaml"


def test_two_objects_of_one_file_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"shop/service-web\.yaml: Service web exists twice"):
        files([_object("Service", "web", "shop"), _object("Service", "web", "shop")])


@pytest.mark.parametrize("data", [{"a": "x\x85y"}, {"x\x85y": "a"}, {"a": ["x\x85"]}])
def test_a_character_that_kustomize_changes_is_refused(data: Manifest) -> None:
    with pytest.raises(SettingsError, match=r"shop/configmap-a\.yaml: a text has .* U\+0085"):
        files([_object("ConfigMap", "a", "shop", data=data)])


def test_a_text_that_only_shows_that_character_is_written() -> None:
    written = files([_object("ConfigMap", "a", "shop", data={"a": "\\u0085\t"})])

    assert yaml.safe_load(written["shop/configmap-a.yaml"])["data"] == {"a": "\\u0085\t"}
