"""What a stack takes on this machine: ports and a mark, chosen once."""

from typing import Any

import pytest
from pulumi.dynamic import CheckResult
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc

from components.allocation import AllocationProvider
from components.machine import labels, ports
from components.machine.runner import LocalError
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine

_PICKLE = serialize_provider(AllocationProvider())
_OPEN = {
    "cluster": "shop",
    "registryName": "shop-registry",
    "application": None,
    "registry": None,
    "mark": None,
}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The ports that are taken on the machine."""
    taken: set[int] = set()
    monkeypatch.setattr(ports, "is_free", lambda port: port not in taken)
    monkeypatch.setattr(ports, "holder", lambda port, _: f"the holder of {port}")
    return taken


@pytest.fixture
def provider(machine: Machine, taken: set[int]) -> AllocationProvider:
    provider = AllocationProvider()
    provider.runner = machine.runner()
    return provider


def _ports(result: CheckResult) -> tuple[int, int]:
    return result.inputs["application"], result.inputs["registry"]


def _reasons(result: CheckResult) -> dict[str, str]:
    return {failure.property: failure.reason for failure in result.failures or ()}


def test_what_is_left_open_becomes_the_first_free_port(
    provider: AllocationProvider, taken: set[int]
) -> None:
    taken |= {8080, 8081, 5001}

    result = provider.check({}, _OPEN)

    assert _ports(result) == (8082, 5002)
    assert not result.failures


def test_a_chosen_port_is_kept_even_though_the_stack_itself_listens_on_it(
    provider: AllocationProvider, taken: set[int]
) -> None:
    first = provider.check({}, _OPEN)
    taken |= set(_ports(first))

    later = provider.check(first.inputs, _OPEN)

    assert later.inputs == first.inputs
    assert not later.failures


def test_numbers_from_the_state_which_are_floats_are_the_same_ports(
    provider: AllocationProvider, taken: set[int]
) -> None:
    taken |= {9000, 9001}
    olds = {**_OPEN, "application": 9000.0, "registry": 9001.0, "mark": "m"}

    result = provider.check(olds, {**_OPEN, "application": 9000.0})

    assert _ports(result) == (9000, 9001)
    assert not result.failures


def test_a_given_port_that_is_taken_is_refused_with_its_holder(
    provider: AllocationProvider, taken: set[int]
) -> None:
    taken |= {9000}

    reasons = _reasons(provider.check({}, {**_OPEN, "application": 9000, "registry": 9001}))

    assert set(reasons) == {"application"}
    assert "port 9000 of 127.0.0.1" in reasons["application"]
    assert "is taken by the holder of 9000; free it, or set another" in reasons["application"]


def test_both_ports_are_refused_at_once(provider: AllocationProvider, taken: set[int]) -> None:
    taken |= {9000, 9001}

    result = provider.check({}, {**_OPEN, "application": 9000, "registry": 9001})

    assert set(_reasons(result)) == {"application", "registry"}


def test_a_new_port_in_the_settings_takes_the_place_of_the_old(
    provider: AllocationProvider,
) -> None:
    first = provider.check({}, _OPEN).inputs

    result = provider.check(first, {**_OPEN, "application": 9000})

    assert _ports(result) == (9000, first["registry"])
    assert result.inputs["mark"] == first["mark"]


def test_registry_and_application_never_get_one_port(provider: AllocationProvider) -> None:
    assert _ports(provider.check({}, {**_OPEN, "application": 5001})) == (5001, 5002)
    assert _ports(provider.check({}, {**_OPEN, "registry": 8080})) == (8081, 8080)


def test_one_port_for_both_is_refused(provider: AllocationProvider) -> None:
    result = provider.check({}, {**_OPEN, "application": 9000, "registry": 9000})

    assert _reasons(result) == {
        "registry": "port 9000 is the application's already; set another, or none"
    }


def test_without_a_kind_cluster_the_application_gets_no_port_and_holds_none_that_the_registry_wants(
    provider: AllocationProvider, taken: set[int]
) -> None:
    taken |= {8080}
    held = {"cluster": "", "application": 8081.0, "registry": 5001.0, "mark": "m"}

    result = provider.check(held, {"cluster": "", "registryName": "shop", "registry": 8081.0})

    assert not result.failures
    assert result.inputs["registry"] == 8081
    assert "application" not in result.inputs


def test_two_stacks_never_have_one_mark(provider: AllocationProvider) -> None:
    marks = {provider.check({}, _OPEN).inputs["mark"] for _ in range(3)}

    assert len(marks) == 3


def test_a_stopped_docker_engine_is_reported_before_anything_else(
    provider: AllocationProvider, machine: Machine
) -> None:
    machine.engine.runs = False

    with pytest.raises(LocalError, match="the Docker Engine does not answer"):
        provider.check({}, _OPEN)


def test_things_of_another_owner_are_refused_in_one_message(
    provider: AllocationProvider, machine: Machine
) -> None:
    machine.engine.networks["shop"] = {labels.MARK: "theirs"}
    machine.engine.containers["shop-registry"] = Container()
    machine.engine.volumes["shop-registry"] = None

    reasons = _reasons(provider.check({}, _OPEN))

    assert set(reasons) == {"cluster"}
    for removal in (
        "docker network rm shop",
        "docker rm --force shop-registry",
        "docker volume rm shop-registry",
    ):
        assert removal in reasons["cluster"]


def test_things_of_the_stack_are_no_conflict(
    provider: AllocationProvider, machine: Machine
) -> None:
    first = provider.check({}, _OPEN)
    mine = {labels.MARK: str(first.inputs["mark"])}
    machine.engine.networks["shop"] = machine.engine.volumes["shop-registry"] = mine
    machine.engine.containers["shop-registry"] = Container(labels=mine)

    machine.commands.clear()

    assert not provider.check(first.inputs, _OPEN).failures
    assert machine.commands == machine.ran("docker version"), "every later run would ask again"


def test_ports_of_workers_are_never_chosen_and_no_part_of_what_is_kept(
    provider: AllocationProvider,
) -> None:
    result = provider.check({}, {**_OPEN, "reserved": [8080.0, 5001.0, 8081.0]})

    assert _ports(result) == (8082, 5002)
    assert "reserved" not in result.inputs, "another worker's port would change the allocation"


def test_a_port_that_a_worker_has_too_is_refused(provider: AllocationProvider) -> None:
    held = provider.check({}, _OPEN).inputs

    result = provider.check(held, {**_OPEN, "reserved": [5001.0]})

    assert _reasons(result) == {
        "registry": "port 5001 is the registry's, and leads to a worker too (`workers[].ports`); "
        "give the worker another"
    }


def test_only_other_ports_are_a_change(provider: AllocationProvider) -> None:
    held: dict[str, Any] = provider.check({}, _OPEN).inputs

    assert provider.diff("", {**held, "__provider": _PICKLE}, held).changes is False
    assert provider.diff("", held, {**held, "application": 9000}).changes is True
    created = provider.create(held)
    assert created.id == held["mark"]
    assert created.outs == provider.update("", held, held).outs
    assert created.outs is not None and "__provider" not in created.outs


def test_a_registry_alone_takes_no_port_for_an_application_and_no_name_of_a_cluster(
    provider: AllocationProvider, machine: Machine
) -> None:
    machine.engine.networks["shop"] = {labels.MARK: "theirs"}

    result = provider.check({}, {"cluster": "", "registryName": "shop-registry"})

    assert not result.failures
    assert result.inputs["registry"] == 5001
    assert "application" not in result.inputs


def test_a_cluster_alone_takes_no_port_and_no_name_of_a_registry(
    provider: AllocationProvider, machine: Machine
) -> None:
    machine.engine.volumes["shop-registry"] = None

    result = provider.check({}, {"cluster": "shop", "registryName": "", "reserved": [8080.0]})

    assert not result.failures
    assert result.inputs["application"] == 8081
    assert "registry" not in result.inputs


def test_a_given_mark_is_taken_and_never_changes(provider: AllocationProvider) -> None:
    given = {"cluster": "shop", "mark": "the registry's"}
    first = provider.check({}, given).inputs
    assert first["mark"] == "the registry's"

    assert provider.check(first, {**given, "mark": "another"}).inputs["mark"] == "the registry's"


def test_a_mark_that_a_preview_does_not_know_is_no_conflict_with_what_has_one(
    provider: AllocationProvider, machine: Machine
) -> None:
    machine.engine.networks["shop"] = {labels.MARK: "ours"}
    unknown = rpc.deserialize_property(rpc.UNKNOWN, True)

    assert not provider.check({}, {"cluster": "shop", "mark": unknown}).failures


def test_the_port_of_a_registry_that_has_an_allocation_of_its_own_is_not_chosen(
    provider: AllocationProvider,
) -> None:
    cluster = {"cluster": "shop", "others": [8080.0]}
    checked = provider.check({}, cluster)
    assert checked.inputs["application"] == 8081
    assert "others" not in checked.inputs

    assert _reasons(provider.check({}, {**cluster, "application": 8080.0})) == {
        "application": "port 8080 is the application's, and the registry has it too; set another, "
        "or none"
    }
