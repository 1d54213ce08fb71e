"""Files and secrets of the last healthy versions stay, older ones and failed ones are deleted."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.app.content_history import ContentHistoryProvider
from components.machine.runner import CommandError, LocalError, Runner
from components.targets.hash_key import HashKeyProvider


@dataclass(frozen=True)
class Cluster(Runner):
    """A cluster with ConfigMaps and Secrets of one application."""

    existing: set[str] = field(default_factory=set[str])
    keepers: dict[str, str] = field(default_factory=dict[str, str])
    broken: bool = False

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        if self.broken:
            raise CommandError("kubectl", "failed", "connection refused")
        match command[4:]:
            case ["get", "configmaps,secrets", selector, "--output=json", "--namespace=shop"]:
                assert selector == (
                    "--selector=app.kubernetes.io/name=web,slipway.dev/stack=shop-dev"
                )
                return json.dumps({"items": [self._shown(name) for name in self.existing]})
            case ["annotate", "--overwrite", *names, keeper, "--namespace=shop"]:
                self.keepers.update(dict.fromkeys(names, keeper))
                return ""
            case ["delete", "--ignore-not-found", *names, "--namespace=shop"]:
                self.existing.difference_update(names)
                return ""
        raise AssertionError(f"not known here: {command}")

    def _shown(self, name: str) -> dict[str, Any]:
        kind, _, short = name.partition("/")
        key, _, token = self.keepers.get(name, "").partition("=")
        annotations = {"annotations": {key: token}} if key else {}
        return {"kind": kind.capitalize(), "metadata": {"name": short, **annotations}}


def _props(*names: str) -> dict[str, Any]:
    return {
        "application": "web", "namespace": "shop", "stack": "shop-dev", "names": list(names),
        "kubeconfig": "credentials",
    }  # fmt: skip


def _provider(cluster: Cluster) -> ContentHistoryProvider:
    provider = ContentHistoryProvider()
    provider.runner = cluster
    return provider


def _deployed(cluster: Cluster, *versions: str) -> dict[str, Any]:
    """The state after these versions were deployed, one after the other."""
    provider, state = _provider(cluster), None
    for version in versions:
        cluster.existing.add(version)
        props = _props(version)
        if state is None:
            state = provider.create(props).outs
        else:
            state = provider.update("", state, props).outs
    assert state is not None
    return state


def test_the_last_five_healthy_versions_keep_theirs() -> None:
    cluster = Cluster()

    _deployed(cluster, *(f"configmap/{number}" for number in range(7)))

    assert cluster.existing == {f"configmap/{number}" for number in range(2, 7)}


def test_a_version_that_comes_back_is_the_newest_again() -> None:
    cluster = Cluster()

    state = _deployed(cluster, "configmap/1", "configmap/2", "configmap/1")

    assert state["healthy"] == [["configmap/1"], ["configmap/2"]]


def test_what_a_failed_version_brought_is_deleted_after_the_next_that_succeeds() -> None:
    cluster = Cluster()
    state = _deployed(cluster, "configmap/1")
    cluster.existing.add("configmap/failed")  # its rollout did not reach the history

    _provider(cluster).update("", state, _props("configmap/1"))

    assert cluster.existing == {"configmap/1"}


def test_the_same_names_are_no_change_and_other_names_are_one() -> None:
    cluster = Cluster()
    state = _deployed(cluster, "configmap/1")

    assert not _provider(cluster).diff("", state, _props("configmap/1")).changes
    assert _provider(cluster).diff("", state, _props("configmap/2")).changes


def test_renewed_credentials_are_kept_for_the_deletion_and_delete_nothing() -> None:
    cluster = Cluster()
    state = _deployed(cluster, "configmap/1", "configmap/2")
    renewed = {**_props("configmap/2"), "kubeconfig": "renewed"}

    assert _provider(cluster).diff("", state, renewed).changes
    outs = _provider(cluster).update("", state, renewed).outs or {}

    assert outs["kubeconfig"] == "renewed"
    assert outs["healthy"] == state["healthy"]
    assert cluster.existing == {"configmap/1", "configmap/2"}
    assert not _provider(cluster).diff("", outs, renewed).changes


def test_credentials_that_a_preview_does_not_know_are_no_change() -> None:
    cluster = Cluster()
    state = _deployed(cluster, "configmap/1")
    unknown = {**_props("configmap/1"), "kubeconfig": UNKNOWN}

    assert not _provider(cluster).diff("", state, unknown).changes


def test_all_are_deleted_with_the_application() -> None:
    cluster = Cluster()
    state = _deployed(cluster, "configmap/1", "configmap/2")

    _provider(cluster).delete("", state)

    assert cluster.existing == set()


def test_a_history_that_is_replaced_deletes_nothing_of_its_successor() -> None:
    cluster = Cluster()
    state = _deployed(cluster, "configmap/1", "configmap/2")

    successor = _provider(cluster).create(_props("configmap/2")).outs or {}
    cluster.existing.add("configmap/3")
    _provider(cluster).delete("", state)
    assert cluster.existing == {"configmap/2", "configmap/3"}
    _provider(cluster).delete("", successor)

    assert cluster.existing == set()


def test_a_cluster_that_does_not_answer_is_reported_with_what_it_means() -> None:
    with pytest.raises(LocalError, match=r"the application itself is up to date(?s:.*)`pulumi up`"):
        _provider(Cluster(broken=True)).create(_props("configmap/1"))


def test_no_two_stacks_have_one_key() -> None:
    keys = {HashKeyProvider().create({}).outs["key"] for _ in range(3)}  # pyright: ignore[reportOptionalSubscript]

    assert len(keys) == 3
    assert all(len(key) == 64 for key in keys)
    assert not HashKeyProvider().diff("", {}, {}).changes
