"""A profile whose way changes, by a restart or by renewed certificates, stays the same cluster."""

from typing import Any

import pytest

from components.machine.runner import LocalError
from components.minikube.profile import MinikubeProfileProvider
from tests.unit.components.doubles.machine import Machine, kubeconfig

_PROPS: dict[str, Any] = {
    "name": "mini",
    "driver": "docker",
    "containerRuntime": "containerd",
    "mark": "ours",
    "adopt": False,
    "replace": False,
}
_FORMER = "https://127.0.0.1:6443"
_LATER = "https://127.0.0.1:49153"
_COMPUTED = {"kubeconfig", "context", "uid", "address", "adopted"}


@pytest.fixture
def provider(machine: Machine) -> MinikubeProfileProvider:
    provider = MinikubeProfileProvider()
    provider.runner = machine.runner()
    return provider


@pytest.fixture
def made(provider: MinikubeProfileProvider, machine: Machine) -> dict[str, Any]:
    """The outputs of a profile that the stack made."""
    outs = provider.create(_PROPS).outs
    assert outs is not None
    machine.commands.clear()
    return outs


def _move(machine: Machine, server: str = _LATER, *, uid: str = "") -> str:
    """Give the profile another way, as minikube has it from then on."""
    machine.kubeconfigs["mini"] = kubeconfig("mini", server, "mini", uid)
    return machine.kubeconfigs["mini"]


def _stop(machine: Machine) -> None:
    machine.minikube.profiles["mini"].runs = False
    machine.engine.containers["mini"].running = False


def _checked(provider: MinikubeProfileProvider, olds: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs as the check fills them in; `olds` are those of the last run."""
    result = provider.check(olds, {**_PROPS, "kubeconfig": ""})
    assert result.failures == []
    return result.inputs


@pytest.mark.parametrize(
    "way",
    [{"server": _LATER}, {"server": _FORMER, "uid": "renewed"}],
    ids=["another port", "another authority"],
)
def test_a_profile_with_another_way_and_the_same_uid_is_renewed_and_not_replaced(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any], way: dict[str, str]
) -> None:
    current = _move(machine, **way)

    news = _checked(provider, _PROPS)
    diff = provider.diff("uid-1", made, news)
    outs = provider.update("uid-1", made, news).outs or {}

    assert (diff.changes, diff.replaces) == (True, [])
    assert {key: news.get(key) for key in _COMPUTED} == {key: outs[key] for key in _COMPUTED}, (
        "the outputs of a previewed update are its inputs"
    )
    assert (outs["kubeconfig"], outs["uid"]) == (current, made["uid"])
    (written,) = machine.ran("kubectl config set-cluster")
    assert f"--server={way['server']}" in written
    assert not provider.diff("uid-1", outs, _checked(provider, news)).changes


def test_a_profile_that_answers_after_the_check_is_renewed_too(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _move(machine)

    diff = provider.diff("uid-1", made, _PROPS)

    assert (diff.changes, diff.replaces) == (True, [])


def test_what_minikube_notes_of_the_time_is_no_change(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    note = "extensions: [{name: cluster_info, extension: {last-update: today}}]\n"
    machine.kubeconfigs["mini"] = made["kubeconfig"].replace(
        "    server:", f"    {note}    server:"
    )

    news = _checked(provider, _PROPS)

    assert news["kubeconfig"] == made["kubeconfig"]
    former = {**made, "kubeconfig": machine.kubeconfigs["mini"]}
    assert not provider.diff("uid-1", former, news).changes, "as in the state of an earlier version"


def test_a_former_address_that_leads_to_another_profile_is_no_loss(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _move(machine)
    machine.others[_FORMER] = "uid-of-another-profile"

    diff = provider.diff("uid-1", made, _checked(provider, _PROPS))

    assert (diff.changes, diff.replaces) == (True, [])
    assert provider.read("uid-1", made).id == "uid-1"


def test_a_stopped_profile_is_started_and_its_new_way_is_written_for_the_user(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    known = _checked(provider, _PROPS)
    _stop(machine)
    current = _move(machine)

    news = _checked(provider, known)
    diff = provider.diff("uid-1", made, news)
    outs = provider.update("uid-1", made, news).outs or {}

    assert {key: news.get(key) for key in _COMPUTED} == {key: made[key] for key in _COMPUTED}, (
        "the former way, until the profile runs"
    )
    assert (diff.changes, diff.replaces) == (True, [])
    assert machine.minikube.profiles["mini"].runs
    assert outs["kubeconfig"] == current
    assert f"--server={_LATER}" in machine.ran("kubectl config set-cluster")[-1]
    assert not provider.diff("uid-1", outs, _checked(provider, news)).changes


def test_a_profile_that_starts_and_does_not_get_ready_is_reported(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _stop(machine)
    machine.engine.ready = False

    with pytest.raises(LocalError, match="not all nodes of mini are ready"):
        provider.update("uid-1", made, _checked(provider, made))


def test_another_cluster_is_not_taken_for_a_renewed_one(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    known = _checked(provider, _PROPS)
    _move(machine)
    machine.others[_LATER] = "uid-2"

    news = _checked(provider, known)

    assert not _COMPUTED & news.keys(), "it is replaced, and nothing of it is known"
    assert provider.diff("uid-1", made, news).replaces == ["name"]
    with pytest.raises(LocalError, match=r"another cluster(?s:.*)next: run `pulumi up` again"):
        provider.update("uid-1", made, news)


def test_an_adopted_profile_with_another_way_is_renewed_too(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    machine.answer(["minikube", "start", "--profile=mini", "--nodes=1"], None)
    machine.engine.networks["mini"] = {"created_by.minikube.sigs.k8s.io": "true"}
    props = {**_PROPS, "adopt": True}
    outs = provider.create(props).outs or {}
    _move(machine)

    news = provider.check(props, props).inputs
    diff = provider.diff("uid-1", outs, news)

    assert (diff.changes, diff.replaces) == (True, [])
    assert (news["adopted"], news["uid"]) == (True, outs["uid"])
