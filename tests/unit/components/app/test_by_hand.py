"""Changes by hand because of which an update fails."""

import json
from typing import Any

import pulumi
import pytest

from components.app import by_hand
from components.app.by_hand import Change

_WEB = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "annotations": {"pulumi.com/patchFieldManager": "slipway-shop"},
    },
    "spec": {"type": "ClusterIP"},
    "status": None,
}


_DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"template": {"spec": {"containers": [{"name": "web"}]}}},
}
_GONE = 'services "web" not found'


class Cluster:
    def __init__(self) -> None:
        self.live: dict[str, Any] | None = None
        self.written: list[tuple[tuple[str, ...], Any]] = []

    def kubectl(
        self, _runner: object, _kubeconfig: str, *words: str, stdin: str | None = None
    ) -> str:
        if words[0] == "get":
            assert words[2:4] == ("web", "--namespace=shop")
            return json.dumps(self.live) if self.live else ""
        self.written.append((words, json.loads(stdin or words[-1])))
        return ""


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setattr(by_hand, "kubectl", made.kubectl)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    return made


def _taken_back(error: str, before: dict[str, Any] = _WEB, after: Any = None) -> bool:
    return Change(before, after or before, "credentials").take_back(error)


def test_an_object_that_is_gone_is_created_as_it_was(cluster: Cluster) -> None:
    assert _taken_back(_GONE)

    ((words, manifest),) = cluster.written
    assert "--field-manager=slipway-shop" in words
    assert manifest == {key: value for key, value in _WEB.items() if key != "status"}


def test_a_rollout_that_is_paused_is_resumed(cluster: Cluster) -> None:
    cluster.live = {**_DEPLOYMENT, "spec": {"paused": True}}

    assert _taken_back("timed out", _DEPLOYMENT)
    assert cluster.written[0][1] == [{"op": "add", "path": "/spec/paused", "value": False}]


def test_containers_are_set_back_where_a_field_excludes_one_of_the_stack(cluster: Cluster) -> None:
    cluster.live = _DEPLOYMENT

    assert _taken_back('Deployment "web" is invalid: valueFrom: Invalid value', _DEPLOYMENT)
    ((_, (operation,)),) = cluster.written
    assert operation["path"] == "/spec/template/spec/containers"
    assert operation["value"] == [{"name": "web"}]


@pytest.mark.parametrize("error", ["timed out", _GONE, "forbidden"])
def test_an_update_that_fails_for_another_reason_is_left_alone(
    cluster: Cluster, error: str
) -> None:
    cluster.live = _DEPLOYMENT

    assert not _taken_back(error, _DEPLOYMENT)
    assert cluster.written == []


def test_a_preview_reports_the_next_step_and_changes_nothing(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)

    assert not _taken_back(_GONE)
    assert cluster.written == []
    assert "the Service web in shop was deleted outside Pulumi. next: " in capsys.readouterr().out
