"""The Service of a new workload, which its first pods may need as they start."""

import json
from typing import Any

import pytest

from components.app import early_service
from components.app.args import AppArgs
from components.app.early_service import create_unless_it_exists
from components.app.manifests import service

from ..apps import PLACE


class Cluster:
    """A cluster with some Services, as kubectl names them."""

    def __init__(self, *existing: str) -> None:
        self.existing = existing
        self.commands: list[str] = []
        self.applied: list[dict[str, Any]] = []

    def kubectl(
        self, _runner: object, kubeconfig: str, *arguments: str, stdin: str | None = None
    ) -> str:
        assert kubeconfig == "credentials"
        self.commands.append(" ".join(arguments))
        if stdin:
            self.applied.append(json.loads(stdin))
        return "".join(f"service/{name}\n" for name in self.existing)


def _create(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early_service, "kubectl", cluster.kubectl)
    create_unless_it_exists("credentials", service.early(AppArgs(), PLACE), "slipway-shop-dev")


def test_it_is_created_by_the_field_manager_that_it_will_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = Cluster()

    _create(cluster, monkeypatch)

    assert cluster.commands == [
        "get service web --namespace=shop-dev --ignore-not-found --output=name",
        "apply --server-side --field-manager=slipway-shop-dev --filename=-",
    ]
    assert cluster.applied == [service.early(AppArgs(), PLACE)]


def test_one_that_exists_is_not_changed_before_the_rollout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = Cluster("web")

    _create(cluster, monkeypatch)

    assert cluster.applied == []
