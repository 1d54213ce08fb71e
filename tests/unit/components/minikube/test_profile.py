"""A minikube profile is made, adopted, recreated where it was lost, and removed."""

from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from components.machine import labels
from components.machine.runner import LocalError
from components.minikube.profile import MinikubeProfileProvider
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine
from tests.unit.components.doubles.minikube import ProfileDouble

_COMPLETE = "/var/lib/slipway-complete"
_PROPS: dict[str, Any] = {
    "name": "mini",
    "nodes": None,
    "ha": None,
    "driver": "docker",
    "containerRuntime": "containerd",
    "kubernetesVersion": None,
    "memory": None,
    "cpus": None,
    "baseImage": None,
    "mark": "ours",
    "adopt": True,
    "replace": False,
    "__provider": serialize_provider(MinikubeProfileProvider()),
}


_OWN = {**_PROPS, "adopt": False}
"""A profile that the settings do not name."""


@pytest.fixture
def provider(machine: Machine) -> MinikubeProfileProvider:
    provider = MinikubeProfileProvider()
    provider.runner = machine.runner()
    return provider


@pytest.fixture
def made(provider: MinikubeProfileProvider, machine: Machine) -> dict[str, Any]:
    """The outputs of a profile that the stack made."""
    outs = provider.create(_OWN).outs
    assert outs is not None
    machine.commands.clear()
    return outs


def _make_as_user(machine: Machine, *nodes: str, **facts: Any) -> ProfileDouble:
    """Make a profile as the user would."""
    machine.answer(["minikube", "start", "--profile=mini", f"--nodes={len(nodes) or 1}"], None)
    machine.engine.networks["mini"] = {"created_by.minikube.sigs.k8s.io": "true"}
    profile = machine.minikube.profiles["mini"]
    for key, value in facts.items():
        setattr(profile, key, value)
    if not profile.runs:
        for name in profile.names("mini"):
            machine.engine.containers[name].running = False
    return profile


def _refusal(provider: MinikubeProfileProvider, olds: dict[str, Any], **change: Any) -> str:
    failures = provider.check(olds, {**_PROPS, **change}).failures
    assert len(failures) == 1
    return failures[0].reason


def test_a_profile_is_made_in_a_network_with_the_mark_and_addresses_of_its_own(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    result = provider.create({**_PROPS, "nodes": 2.0, "memory": 3072.0, "cpus": 2.0})

    assert sorted(machine.engine.containers) == ["mini", "mini-m02"]
    assert machine.engine.networks["mini"] == {
        labels.MARK: "ours", "created_by.minikube.sigs.k8s.io": "true",
    }  # fmt: skip
    assert "--subnet=172.30.0.0/16 --gateway=172.30.0.1" in machine.ran("docker network create")[1]
    (start,) = machine.ran("minikube start")
    for flag in ("--nodes=2", "--memory=3072mb", "--cpus=2", "--container-runtime=containerd"):
        assert flag in start
    assert result.id == "uid-1"
    outs = result.outs or {}
    assert (outs["context"], outs["uid"], outs["adopted"]) == ("mini", "uid-1", False)
    assert outs["address"] == "172.30.0.2"
    assert machine.contexts == {"mini"}


def test_a_profile_that_a_killed_run_completed_is_kept(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    assert provider.create(_OWN).outs == made
    assert not machine.ran("minikube start") and not machine.ran("minikube delete")


@pytest.mark.parametrize("state", ["without its mark", "incomplete", "of another version"])
def test_a_profile_of_the_stack_that_is_incomplete_or_not_as_described_is_recreated(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any], state: str
) -> None:
    if state == "without its mark":
        del machine.engine.containers["mini"].files[_COMPLETE]
    elif state == "incomplete":
        machine.minikube.profiles["mini"].half_made = True
    else:
        machine.minikube.profiles["mini"].version = "v1.34.0"

    result = provider.create({**_PROPS, "kubernetesVersion": "v1.35.4"})

    assert result.id == "uid-2"
    assert len(machine.ran("minikube delete")) == len(machine.ran("minikube start")) == 1


def test_a_network_that_a_killed_run_left_alone_is_no_obstacle(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    machine.engine.networks["mini"] = {labels.MARK: "ours"}

    assert provider.create(_PROPS).id == "uid-1"


@pytest.mark.parametrize("runs", [True, False], ids=["running", "stopped"])
def test_a_profile_of_the_user_is_adopted_started_and_never_deleted(
    provider: MinikubeProfileProvider, machine: Machine, runs: bool
) -> None:
    _make_as_user(machine, "", "m02", runs=runs)
    machine.commands.clear()

    outs = provider.create(_PROPS).outs or {}

    assert outs["adopted"] is True
    assert len(machine.ran("minikube start")) == (not runs)
    assert machine.minikube.profiles["mini"].runs
    provider.delete("uid-1", outs)
    assert "mini" in machine.minikube.profiles
    assert not machine.ran("minikube delete") and machine.contexts == {"mini"}


def test_a_preview_knows_the_cluster_of_a_running_profile_that_is_to_be_adopted(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    _make_as_user(machine)

    known = provider.check({}, {**_PROPS, "kubeconfig": ""}).inputs

    assert machine.contexts == set(), "the user's kubeconfig is left alone until `up`"
    outs = provider.create(_PROPS).outs or {}
    assert {key: known.get(key) for key in outs} == outs
    later = provider.check(known, {**_PROPS, "kubeconfig": ""}).inputs
    assert not provider.diff("uid-1", outs, later).changes


@pytest.mark.parametrize("current", ["none", "stopped", "incomplete", "the stack's own"])
def test_a_preview_does_not_know_the_cluster_of_a_profile_that_is_to_be_made_or_started(
    provider: MinikubeProfileProvider, machine: Machine, current: str
) -> None:
    if current == "the stack's own":
        provider.create(_PROPS)
    elif current != "none":
        _make_as_user(machine, runs=current != "stopped", half_made=current == "incomplete")

    result = provider.check({}, {**_PROPS, "kubeconfig": "", "uid": None})

    assert result.failures == []
    assert not {"kubeconfig", "context", "uid", "address", "adopted"} & set(result.inputs)


def test_an_incomplete_profile_of_the_user_is_refused_with_the_command_that_removes_it(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    _make_as_user(machine, half_made=True)

    with pytest.raises(
        LocalError, match=r"(?s)neither running nor stopped.*next: `minikube delete --profile"
    ):
        provider.create(_PROPS)
    assert "mini" in machine.minikube.profiles


@pytest.mark.parametrize(
    ("current", "desired", "shown"),
    [
        ({"runtime": "docker"}, {}, "containerRuntime docker, not containerd"),
        ({}, {"nodes": 3.0}, "nodes 1, not 3"),
        ({}, {"kubernetesVersion": "1.34.0"}, "kubernetesVersion v1.35.4, not 1.34.0"),
        ({}, {"memory": 4096.0}, "memory 3072, not 4096"),
    ],
)
def test_a_profile_of_the_user_with_other_settings_is_refused(
    provider: MinikubeProfileProvider,
    machine: Machine,
    current: dict[str, Any],
    desired: dict[str, Any],
    shown: str,
) -> None:
    _make_as_user(machine, **current)

    assert shown in _refusal(provider, {}, **desired)


def test_the_same_settings_as_the_users_profile_has_are_no_difference(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    _make_as_user(machine)
    same = {"nodes": 1.0, "kubernetesVersion": "1.35.4", "memory": 3072.0, "cpus": 2.0}

    assert provider.check({}, {**_PROPS, **same}).failures == []


def test_another_number_of_nodes_of_an_adopted_profile_is_refused(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    _make_as_user(machine)
    outs = provider.create(_PROPS).outs or {}

    assert "nodes 1, not 2" in _refusal(provider, outs, nodes=2.0)


def test_a_profile_that_the_settings_do_not_name_is_refused_with_the_setting_that_adopts_it(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    _make_as_user(machine)

    assert "set `profile` to mini" in _refusal(provider, {}, adopt=False)
    with pytest.raises(LocalError, match="not owned by this stack"):
        provider.create({**_PROPS, "adopt": False})


def test_a_profile_of_another_stack_is_refused_before_anything_is_made(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    _make_as_user(machine)
    machine.engine.networks["mini"] = {labels.MARK: "theirs"}

    assert "Another stack or checkout made it" in _refusal(provider, {})
    with pytest.raises(LocalError, match="not owned by this stack"):
        provider.create(_PROPS)
    outputs = {"kubeconfig": "", "context": "mini", "uid": "uid-1", "address": ""}
    provider.delete("uid-1", {**_PROPS, **outputs, "adopted": False})
    assert "mini" in machine.minikube.profiles


def test_a_network_of_another_owner_is_refused_with_the_command_that_removes_it(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    machine.engine.networks["mini"] = None

    assert "docker network rm mini" in _refusal(provider, {})


def test_settings_that_minikube_refuses_are_refused_in_the_preview(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    machine.minikube.refuses = "X Exiting due to RSRC_OVER_ALLOC_MEM: 99 GB"

    assert "RSRC_OVER_ALLOC_MEM" in _refusal(provider, {})
    assert machine.engine.containers == machine.engine.networks == {}


def test_a_stopped_docker_engine_is_one_message(
    provider: MinikubeProfileProvider, machine: Machine
) -> None:
    machine.engine.runs = False

    assert "the Docker Engine does not answer" in _refusal(provider, {})


def test_a_change_that_recreates_the_profile_is_refused_unless_it_is_allowed(
    provider: MinikubeProfileProvider, made: dict[str, Any]
) -> None:
    refusal = _refusal(provider, made, memory=4096.0, adopt=False)

    assert "memory None -> 4096 recreates the profile mini" in refusal
    assert "set `replaceCluster: true`" in refusal
    change = {**_OWN, "memory": 4096.0, "replace": True}
    assert provider.check(made, change).failures == []
    assert provider.diff("uid-1", made, change).replaces == ["memory"]


def test_a_change_that_recreates_a_named_profile_needs_a_destroy_first(
    provider: MinikubeProfileProvider, made: dict[str, Any]
) -> None:
    refusal = _refusal(provider, made, memory=4096.0, replace=True)

    assert "`pulumi destroy`, then `pulumi up`" in refusal


def test_a_replacement_takes_the_place_of_the_old_one_and_is_spared_by_its_deletion(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    result = provider.create({**_PROPS, "memory": 4096.0})
    provider.delete("uid-1", made)

    assert result.id == "uid-2"
    assert machine.minikube.profiles["mini"].uid == "uid-2"


def test_other_numbers_of_nodes_are_no_change_of_the_profile(
    provider: MinikubeProfileProvider, made: dict[str, Any]
) -> None:
    assert not provider.diff("uid-1", made, {**_PROPS, "nodes": 3.0}).changes


def _remove(machine: Machine) -> None:
    machine.answer(["minikube", "delete", "--profile=mini"], None)


def test_a_profile_of_the_stacks_own_that_was_removed_by_hand_is_recreated(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _remove(machine)

    assert provider.diff("uid-1", made, _OWN).replaces == ["name"]
    assert provider.read("uid-1", made).id == ""
    assert provider.create(_OWN).id == "uid-2"


@pytest.mark.parametrize("state", ["complete", "incomplete"])
def test_a_profile_that_a_killed_run_recreated_is_not_taken_for_the_known_one(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any], state: str
) -> None:
    _remove(machine)
    provider.create(_OWN)
    if state == "incomplete":
        machine.minikube.profiles["mini"].half_made = True
        machine.engine.containers["mini"].files.clear()

    assert provider.diff("uid-1", made, _OWN).replaces == ["name"]
    assert provider.read("uid-1", made).id == ""
    assert provider.create(_OWN).id == ("uid-2" if state == "complete" else "uid-3")


def test_a_profile_that_does_not_answer_is_taken_for_the_known_one(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.minikube.profiles["mini"].half_made = True

    assert not provider.diff("uid-1", made, provider.check(made, _OWN).inputs).changes
    assert provider.read("uid-1", made).id == "uid-1"


@pytest.mark.parametrize("current", ["none", "a profile of its name"])
def test_a_named_profile_that_was_removed_by_hand_is_refused_until_a_refresh_has_forgotten_it(
    provider: MinikubeProfileProvider, machine: Machine, current: str
) -> None:
    _make_as_user(machine)
    outs = provider.create(_PROPS).outs or {}
    _remove(machine)
    if current != "none":
        _make_as_user(machine)

    with pytest.raises(
        LocalError,
        match=r"next: `PULUMI_K8S_DELETE_UNREACHABLE=true pulumi refresh` .* then `pulumi up`",
    ):
        provider.diff("uid-1", outs, _PROPS)
    assert provider.read("uid-1", outs).id == ""
    assert provider.create(_PROPS).id == "uid-2"


def test_a_profile_that_the_user_made_in_the_place_of_the_stacks_own_is_refused(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    _remove(machine)
    _make_as_user(machine)

    with pytest.raises(LocalError, match="not owned by this stack"):
        provider.diff("uid-1", made, _OWN)


def test_the_end_of_the_stack_removes_profile_network_and_context(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers["registry"] = Container(networks={"mini"})

    provider.delete("uid-1", made)

    assert machine.minikube.profiles == machine.engine.networks == {}
    assert machine.contexts == set()
    assert list(machine.engine.containers) == ["registry"], "it is another resource's to remove"


def test_a_profile_that_the_user_made_after_the_stacks_own_was_removed_is_spared(
    provider: MinikubeProfileProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.answer(["minikube", "delete", "--profile=mini"], None)
    _make_as_user(machine)

    provider.delete("uid-1", made)

    assert "mini" in machine.minikube.profiles
