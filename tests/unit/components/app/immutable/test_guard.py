"""The guard refuses in the preview, and asks the cluster only about volumes that grow."""

import json
from typing import Any

import pytest

from components.app.immutable import claims
from components.app.immutable.fields import immutable_fields
from components.app.immutable.guard import ImmutableFieldsProvider
from components.app.manifests import parts
from components.machine.runner import CommandError

from ...apps import PLACE, AppArgs

_OLD = {"path": "/data", "size": "1Gi"}


def _inputs(*storage: dict[str, Any], allow: bool = False, **given: Any) -> dict[str, Any]:
    args = AppArgs.model_validate({"kind": "StatefulSet", "storage": list(storage), **given})
    return {
        "application": "web",
        "objects": {
            part.key: {"kind": part.manifest["kind"], "fields": immutable_fields(part.manifest)}
            for part in parts(args, PLACE)
            if immutable_fields(part.manifest)
        },
        "allowReplace": allow,
        "kubeconfig": "credentials",
    }


class Cluster:
    """Two claims of `web`, one of another application, and their storage class."""

    def __init__(self) -> None:
        self.grows = True
        self.asked: list[str] = []
        self.fails = False

    def kubectl(self, _runner: object, _kubeconfig: str, *arguments: str) -> str:
        self.asked.append(arguments[1])
        if self.fails:
            raise CommandError("kubectl", "failed", "connection refused")
        if arguments[1] == "storageclasses":
            growing = {"metadata": {"name": "standard"}, "allowVolumeExpansion": self.grows}
            return json.dumps({"items": [growing]})
        names = ["storage-0-web-0", "storage-0-web-1", "storage-0-web-api-0", "storage-1-web-0"]
        spec = {"storageClassName": "standard", "resources": {"requests": {"storage": "1Gi"}}}
        return json.dumps({"items": [{"metadata": {"name": n}, "spec": spec} for n in names]})


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setattr(claims, "kubectl", made.kubectl)
    return made


def _refusals(olds: dict[str, Any], news: dict[str, Any]) -> list[str]:
    return [each.reason for each in ImmutableFieldsProvider().check(olds, news).failures]


def test_a_new_application_and_an_unchanged_one_ask_nothing(cluster: Cluster) -> None:
    assert _refusals({}, _inputs(_OLD)) == []
    assert _refusals(_inputs(_OLD), _inputs(_OLD)) == []
    assert cluster.asked == []


def test_a_volume_grows_where_its_class_allows_it(cluster: Cluster) -> None:
    larger = _inputs({**_OLD, "size": "2Gi"})
    assert _refusals(_inputs(_OLD), larger) == []
    cluster.grows = False

    (message,) = _refusals(_inputs(_OLD), larger)

    assert "storage-0 cannot grow from 1Gi to 2Gi: the storage class standard does not" in message
    assert "storage-0-web-0, storage-0-web-1 would keep" in message
    assert "allowReplace: true" in message


def test_a_cluster_that_does_not_answer_is_reported(cluster: Cluster) -> None:
    cluster.fails = True

    (message,) = _refusals(_inputs(_OLD), _inputs({**_OLD, "size": "2Gi"}))

    assert "does not answer whether it can grow" in message


def test_every_refusal_is_in_one_message_which_the_setting_allows(cluster: Cluster) -> None:
    smaller = {**_OLD, "size": "1Mi", "storage_class": "fast"}

    (message,) = _refusals(_inputs(_OLD), _inputs(smaller))

    assert "cannot shrink" in message and "another storage class" in message
    assert _refusals(_inputs(_OLD), _inputs(smaller, allow=True)) == []


def test_the_setting_and_the_credentials_are_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    provider = ImmutableFieldsProvider()
    olds, news = _inputs(_OLD), {**_inputs(_OLD, allow=True), "kubeconfig": "renewed"}

    assert not provider.diff("", olds, news).changes
    assert capsys.readouterr().out == ""
    assert "kubeconfig" not in (provider.create(news).outs or {})


def test_what_changes_in_place_is_announced(capsys: pytest.CaptureFixture[str]) -> None:
    larger = _inputs({**_OLD, "size": "2Gi"})

    assert ImmutableFieldsProvider().diff("", _inputs(_OLD), larger).changes
    assert "web: the StatefulSet web: in place: storage-0 grows" in capsys.readouterr().out
