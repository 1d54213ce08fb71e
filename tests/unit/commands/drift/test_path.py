"""Belongs here: how fields are named in reports, and items of lists found again."""

from typing import Any

import pytest

from commands.drift.path import Path, item, text


def test_a_path_is_written_as_users_write_it() -> None:
    containers: Path = ("spec", "containers")
    key = item(containers, {"name": "web"})
    assert key is not None
    assert text((*containers, key, "image")) == "spec.containers[web].image"
    assert text(("metadata", "labels", "a.b/c")) == "metadata.labels[a.b/c]"


@pytest.mark.parametrize(
    ("field", "entry", "shown"),
    [
        ("ports", {"containerPort": 80}, "[80/TCP]"),
        ("ports", {"port": 53, "protocol": "UDP"}, "[53/UDP]"),
        ("volumeMounts", {"mountPath": "/data", "name": "x"}, "[/data]"),
        ("env", {"name": "A", "value": "1"}, "[A]"),
    ],
)
def test_an_item_has_the_merge_keys_of_its_list(
    field: str, entry: dict[str, Any], shown: str
) -> None:
    assert str(item(("spec", field), entry)) == shown


@pytest.mark.parametrize(
    ("field", "entry"),
    [("command", "sh"), ("ingress", {"from": []}), ("env", {"value": "1"}), ("ports", "http")],
)
def test_an_item_of_a_list_that_is_replaced_as_a_whole_has_none(field: str, entry: Any) -> None:
    assert item(("spec", field), entry) is None
