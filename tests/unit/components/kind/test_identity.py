"""A kind cluster whose certificates are renewed stays the same cluster."""

from typing import Any

import pytest

from components.kind.cluster import KindClusterProvider
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import PROPS
from tests.unit.components.doubles.machine import Machine, kubeconfig

_COMPUTED = {"kubeconfig", "context", "uid", "api_port"}
_SERVER = "https://127.0.0.1:6443"


def _renew(machine: Machine) -> str:
    """Give the cluster another authority, as its first node and kind have it from then on."""
    renewed = kubeconfig("shop", _SERVER, uid="renewed")
    leader = machine.engine.containers["shop-control-plane"]
    leader.files["/etc/kubernetes/admin.conf"] = renewed
    machine.kubeconfigs["shop"] = renewed
    return renewed


def _checked(kind: KindClusterProvider, olds: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs as the check fills them in; `olds` are those of the last run."""
    result = kind.check(olds, PROPS)
    assert result.failures == []
    return result.inputs


def test_renewed_certificates_are_an_update_and_no_replacement(
    kind: KindClusterProvider,
    machine: Machine,
    made: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    renewed = _renew(machine)

    news = _checked(kind, PROPS)
    diff = kind.diff("uid-1", made, news)
    outs = kind.update("uid-1", made, news).outs or {}

    assert (diff.changes, diff.replaces) == (True, [])
    assert "renewed in place" in capsys.readouterr().out
    assert {key: news.get(key) for key in _COMPUTED} == {key: outs[key] for key in _COMPUTED}, (
        "the outputs of a previewed update are its inputs"
    )
    assert (outs["kubeconfig"], outs["uid"]) == (renewed, made["uid"])
    assert machine.ran("kubectl config set-cluster")
    assert not kind.diff("uid-1", outs, _checked(kind, news)).changes


def test_a_cluster_that_answers_after_the_check_is_renewed_too(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _renew(machine)

    diff = kind.diff("uid-1", made, PROPS)

    assert (diff.changes, diff.replaces) == (True, [])


def test_a_cluster_that_stays_as_it_is_is_no_change(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    news = _checked(kind, PROPS)

    assert news["kubeconfig"] == made["kubeconfig"]
    assert not kind.diff("uid-1", made, news).changes


@pytest.mark.parametrize("answers", [True, False], ids=["answers", "silent"])
def test_a_cluster_with_another_authority_is_neither_recreated_nor_forgotten(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any], answers: bool
) -> None:
    _renew(machine)
    if not answers:
        machine.uids.clear()

    assert kind.diff("uid-1", made, PROPS).replaces == []
    assert kind.read("uid-1", made).id == "uid-1"


def test_a_cluster_with_another_authority_is_removed_with_the_stack(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _renew(machine)

    kind.delete("uid-1", made)

    assert not machine.engine.containers


def test_a_cluster_that_does_not_answer_is_no_change(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    known = _checked(kind, PROPS)
    machine.uids.clear()

    news = _checked(kind, known)

    assert not _COMPUTED & news.keys()
    assert not kind.diff("uid-1", made, news).changes


def test_another_cluster_is_not_taken_for_a_renewed_one(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    known = _checked(kind, PROPS)
    machine.engine.containers.clear()
    kind.create(PROPS)

    news = _checked(kind, known)

    assert not _COMPUTED & news.keys(), "it is replaced, and nothing of it is known"
    assert kind.diff("uid-1", made, news).replaces == ["name"]
    with pytest.raises(
        LocalError, match=r"shop is another cluster(?s:.*)next: run `pulumi up` again"
    ):
        kind.update("uid-1", made, news)


def test_nothing_is_known_of_a_cluster_that_a_change_recreates(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    result = kind.check(made, {**PROPS, "nodePort": 30081.0, "replace": True})

    assert not _COMPUTED & result.inputs.keys()
