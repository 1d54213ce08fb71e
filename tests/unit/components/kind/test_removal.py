"""Noticing the loss of a kind cluster, and removing one."""

from typing import Any

import pytest

from components.kind.cluster import KindClusterProvider
from components.machine import labels
from components.machine.runner import LocalError
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.kind_clusters import PROPS
from tests.unit.components.doubles.machine import Machine


def test_a_cluster_that_was_removed_by_hand_is_noticed(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers.clear()

    diff = kind.diff("uid-1", made, PROPS)

    assert (diff.changes, diff.replaces) == (True, ["name"])
    assert kind.read("uid-1", made).id == "", "a refresh drops it from the state"


@pytest.mark.parametrize("how_far", ["complete", "incomplete"])
def test_a_cluster_that_a_killed_run_recreated_is_not_taken_for_the_known_one(
    kind: KindClusterProvider,
    machine: Machine,
    made: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    how_far: str,
) -> None:
    machine.engine.containers.clear()
    kind.create(PROPS)
    if how_far == "incomplete":
        machine.engine.containers["shop-control-plane"].files.clear()

    diff = kind.diff("uid-1", made, PROPS)

    assert diff.replaces == ["name"]
    assert capsys.readouterr().out == "the cluster shop: incomplete, will be recreated\n"
    assert kind.read("uid-1", made).id == "", "a refresh drops it from the state"
    assert kind.create(PROPS).id == ("uid-2" if how_far == "complete" else "uid-3")


@pytest.mark.parametrize("state", ["stopped", "about to join the others again"])
def test_a_cluster_whose_first_node_does_not_answer_is_not_recreated(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any], state: str
) -> None:
    first = machine.engine.containers["shop-control-plane"]
    if state == "stopped":
        first.running = False
    else:
        first.labels[labels.JOINED] = "ours"
        first.files.clear()

    assert not kind.diff("uid-1", made, PROPS).changes
    assert kind.read("uid-1", made).id == "uid-1"


def test_a_incomplete_cluster_is_removed_with_the_stack(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers["shop-control-plane"].files.clear()

    kind.delete("uid-1", made)

    assert not machine.engine.containers


def test_a_refresh_of_a_cluster_that_stands_shows_no_difference(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    read = kind.read("uid-1", made)

    assert (read.id, read.outs) == ("uid-1", made)


def test_removing_a_cluster_leaves_nothing_of_it(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    kind.delete("uid-1", made)

    assert not machine.engine.containers
    assert not machine.engine.networks
    assert not machine.contexts


def test_removing_takes_what_is_still_connected_off_the_network(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    registry = machine.engine.containers["shop-registry"] = Container(networks={"shop", "bridge"})

    kind.delete("uid-1", made)

    assert registry.networks == {"bridge"}
    assert not machine.engine.networks


def test_removing_what_is_gone_is_no_error(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers.clear()
    machine.engine.networks.clear()
    machine.contexts.clear()

    kind.delete("uid-1", made)

    assert not machine.ran("docker network rm")


def test_removing_an_old_cluster_spares_the_one_that_took_its_place(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    assert kind.create({**PROPS, "nodePort": 30081.0}).id == "uid-2"

    kind.delete("uid-1", made)

    assert len(machine.engine.containers) == 3
    assert machine.contexts == {"kind-shop"}


@pytest.mark.parametrize("mark", [{labels.MARK: "theirs"}, None])
def test_removing_spares_what_another_owner_made_under_the_name(
    kind: KindClusterProvider,
    machine: Machine,
    made: dict[str, Any],
    mark: dict[str, str] | None,
) -> None:
    machine.engine.networks["shop"] = mark

    kind.delete("uid-1", made)

    assert len(machine.engine.containers) == 3
    assert machine.engine.networks == {"shop": mark}


def test_without_docker_nothing_is_removed_and_docker_is_named(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.runs = False

    for act in (lambda: kind.create(PROPS), lambda: kind.delete("uid-1", made)):
        with pytest.raises(LocalError, match=r"the Docker Engine does not answer(?s:.*)make setup"):
            act()

    assert machine.contexts == {"kind-shop"}
