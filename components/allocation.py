"""Allocation: what a stack takes on this machine, chosen once and remembered in its state."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pulumi
from pulumi.dynamic import CheckFailure, Resource
from pydantic import Field

from .dynamic import DynamicProvider, Inputs, Preflight
from .machine import ports
from .machine.conflicts import conflict_message, find_conflicts
from .machine.docker import require_engine

_Use = Literal["application", "registry"]

_FIRST: dict[_Use, int] = {"application": 8080, "registry": 5001}
"""Port from which on the first free one is chosen, for each use."""


class AllocationInputs(Inputs):
    """The inputs of Allocation, and what it chose."""

    cluster: str = ""
    registry_name: str = ""
    application: int | None = None
    registry: int | None = None
    reserved: list[int] = Field(default_factory=list[int])
    others: list[int] = Field(default_factory=list[int])
    mark: str | None = None

    @property
    def uses(self) -> Sequence[_Use]:
        """Uses that need a port."""
        names: dict[_Use, str] = {"application": self.cluster, "registry": self.registry_name}
        return [use for use, name in names.items() if name]

    def port(self, use: _Use) -> int | None:
        """Return the port of a use, if it has one."""
        return self.application if use == "application" else self.registry


class AllocationProvider(DynamicProvider[AllocationInputs]):
    """Fills in, in `check`, what the settings leave open, so that a preview shows it too."""

    inputs = AllocationInputs
    # Not kept: another one is no change of what the stack took.
    outputs = frozenset({"reserved", "others"})

    def preflight(self, olds: AllocationInputs | None, news: AllocationInputs) -> Preflight:
        # First of all resources, so that a stopped Docker is one message and not one for each.
        require_engine(self.runner)
        previous = olds or AllocationInputs()
        chosen = _choose(previous, news)
        mark = previous.mark or news.mark or secrets.token_hex(8)
        failures = [
            CheckFailure(use, reason)
            for use, port in chosen.items()
            for reason in self._refusals(use, port, previous.port(use), news)
        ]
        if "registry" in chosen and chosen.get("application") == chosen["registry"]:
            reason = f"port {chosen['registry']} is the application's already; set another, or none"
            failures.append(CheckFailure("registry", reason))
        if olds is None and not pulumi.contains_unknowns(mark):
            failures += self._conflicts(news, mark)
        return Preflight({**chosen, "mark": mark}, failures)

    def identify(self, news: AllocationInputs) -> str:
        return str(news.mark)

    def _refusals(
        self, use: _Use, port: int, previous: int | None, news: AllocationInputs
    ) -> Iterator[str]:
        """Yield why a use cannot have its port."""
        if port != previous and not ports.is_free(port):
            yield (
                f"port {port} of 127.0.0.1, asked for as the {use}'s, is taken by "
                f"{ports.holder(port, self.runner)}; free it, or set another, or none to get the "
                f"first free one from {_FIRST[use]}"
            )
        if port in news.reserved:
            yield (
                f"port {port} is the {use}'s, and leads to a worker too (`workers[].ports`); give "
                "the worker another"
            )
        if port in news.others:
            yield f"port {port} is the {use}'s, and the registry has it too; set another, or none"

    def _conflicts(self, news: AllocationInputs, mark: str) -> list[CheckFailure]:
        conflicts = find_conflicts(self.runner, news.cluster, news.registry_name, mark)
        return [CheckFailure("cluster", conflict_message(conflicts))] if conflicts else []


def _choose(previous: AllocationInputs, news: AllocationInputs) -> dict[_Use, int]:
    """Return the port of each use: the given one, the previous one, or the first free one."""
    known: dict[_Use, int | None] = {use: news.port(use) or previous.port(use) for use in news.uses}
    taken = {*news.reserved, *news.others, *(port for port in known.values() if port)}
    chosen: dict[_Use, int] = {}
    for use, port in known.items():
        chosen[use] = port or ports.first_free(_FIRST[use], but=taken)
        taken.add(chosen[use])
    return chosen


class Allocation(Resource, module="slipway", name="Allocation"):
    """Ports of this machine, and a random mark for the containers and networks of the stack.

    A `cluster` to be made by kind gets a port for its application, and a `registry` one of its
    own: the given port, or the first free one, which stays the stack's from then on. Not chosen
    are the `reserved` ports, which lead to workers, and `others`, of registries with an allocation
    of their own. The mark distinguishes what the stack owns from what merely has the same name;
    it is random unless given. A cluster or a registry of these names that has another owner is
    refused.
    """

    application: pulumi.Output[int]
    """Port of the application; only with a `cluster`."""

    registry: pulumi.Output[int]
    """Port of the registry; only with a `registry`."""

    mark: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        cluster: str = "",
        application_port: int | None = None,
        registry: str = "",
        registry_port: int | None = None,
        reserved: Sequence[int] = (),
        others: Sequence[pulumi.Input[int]] = (),
        mark: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "cluster": cluster,
            "registryName": registry,
            "application": application_port,
            "registry": registry_port,
            "reserved": list(reserved),
            "others": list(others),
            "mark": mark,
        }
        super().__init__(AllocationProvider(), name, inputs, opts)
        # A number crosses Pulumi as a float, and "8080.0" is no port.
        if cluster:
            self.application = self.application.apply(int)
        if registry:
            self.registry = self.registry.apply(int)
