"""Allocation: what a stack takes on this machine, chosen once and remembered in its state."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    Resource,
)

from .dynamic import LocalProvider, Properties, without_provider
from .machine import ports
from .machine.conflicts import conflict_message, find_conflicts
from .machine.docker import require_engine
from .machine.runner import Runner
from .names import Names

_FIRST: Mapping[str, int] = {"application": 8080, "registry": 5001}
"""Where the search for a free port begins, for each use."""


class AllocationProvider(LocalProvider):
    """Fills in, in `check`, what the settings leave open, so that a preview shows it too."""

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        # First of all resources, so that a stopped engine is one message and not one for each.
        require_engine(self.runner)
        failures: list[CheckFailure] = []
        inputs = {**news, "mark": _olds.get("mark") or secrets.token_hex(8)}
        # Not kept: another one must be no change of what the stack took.
        taken = {int(port) for port in inputs.pop("reserved", None) or ()}
        reserved = frozenset(taken)
        uses = [use for use in _FIRST if use == "registry" or news["cluster"]]
        taken |= {int(port) for use in uses if (port := news.get(use) or _olds.get(use))}
        for use in uses:
            first = _FIRST[use]
            wanted, held = news.get(use), _olds.get(use)
            port = int(wanted or held or ports.first_free(first, but=taken))
            taken.add(port)
            inputs[use] = port
            if port != held and not ports.is_free(port):
                holder = ports.holder(port, self.runner)
                reason = (
                    f"port {port} of 127.0.0.1, asked for as the {use}'s, is taken by {holder}; "
                    f"free it, or set another, or none to get the first free one from {first}"
                )
                failures.append(CheckFailure(use, reason))
            if port in reserved:
                reason = (
                    f"port {port} is the {use}'s, and leads to a worker too (`ports` of "
                    "slipway:target.cluster.workers); give the worker another"
                )
                failures.append(CheckFailure(use, reason))
        if inputs.get("application") == inputs["registry"]:
            reason = f"port {inputs['registry']} is the application's already; set another, or none"
            failures.append(CheckFailure("registry", reason))
        if not _olds:
            failures += self._strangers(inputs)
        return CheckResult(inputs, failures)

    def _strangers(self, inputs: Properties) -> list[CheckFailure]:
        cluster, registry = inputs["cluster"], inputs["registryName"]
        found = find_conflicts(self.runner, cluster, registry, inputs["mark"])
        return [CheckFailure("cluster", conflict_message(found))] if found else []

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed)

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(str(props["mark"]), without_provider(props))


class Allocation(Resource, module="slipway", name="Allocation"):
    """Ports of this machine, and a random mark for the containers and networks of the stack.

    A port that is not given is the first free one, and stays the stack's from then on. The mark
    tells what this stack made from what merely has the same name. `reserved` ports are none of
    those that are chosen. Where a kind cluster is to be made, a port for the application is taken
    too, and whose the cluster's names are is looked at.
    """

    application: pulumi.Output[int]
    """Only where a kind cluster is made: minikube's nodes have addresses of their own."""

    registry: pulumi.Output[int]
    mark: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        names: Names,
        application: int | None = None,
        registry: int | None,
        reserved: Sequence[int] = (),
        makes_cluster: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "cluster": names.cluster if makes_cluster else "",
            "registryName": names.registry,
            "application": application,
            "registry": registry,
            "reserved": list(reserved),
            "mark": None,
        }
        super().__init__(AllocationProvider(), name, inputs, opts)
        # A number crosses the engine as a float, and "8080.0" is no port.
        if makes_cluster:
            self.application = self.application.apply(int)
        self.registry = self.registry.apply(int)
