"""What of a kind cluster cannot be made on this machine, found before anything is made."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pulumi
from pulumi.dynamic import CheckFailure

from ..dynamic import Properties
from ..k8s.kubectl import Kubectl
from ..k8s.node_volumes import volumes_lost
from ..machine import ports
from ..machine.runner import CommandError, LocalError, Runner
from .capacity import room, shortage
from .containers import CONTROL_PLANE, WORKER, node_names, role_of
from .mounts_and_ports import Container, at_odds, held_ports, wanted_ports
from .subnet_overlap import subnet_clashes

_RANGES = ("podSubnet", "serviceSubnet")


def cluster_refusals(runner: Runner, props: Properties) -> list[CheckFailure]:
    """Why a cluster that is not there cannot be made."""
    workers: Sequence[Properties] = props["workers"]
    failures: list[CheckFailure] = []
    if told := shortage(room(runner), int(props["controlPlanes"]), len(workers)):
        failures.append(CheckFailure("workers", told))
    ranges = {key: props[key] for key in _RANGES}
    clashes = subnet_clashes(runner, props["name"], ranges)
    failures += [CheckFailure(setting, told) for setting, told in clashes]
    named = dict(zip(node_names(props["name"], WORKER, len(workers)), workers, strict=True))
    failures += [CheckFailure("workers", told) for told in _fittings(runner, named, {})]
    return failures


def version_refusals(runner: Runner, props: Properties) -> list[CheckFailure]:
    """Why a cluster that stays, with its image, is not of the version that is asked for."""
    wanted = props.get("version")
    try:
        leader = node_names(props["name"], CONTROL_PLANE, 1)[0]
        there = runner.run("docker", "exec", leader, "cat", "/kind/version").strip()
    except CommandError:
        return []  # it does not run, and is started again first
    if wanted is None or wanted.removeprefix("v") == there.removeprefix("v"):
        return []
    told = (
        f"the nodes of {props['name']} are of Kubernetes {there}, and "
        f"slipway:target.cluster.kubernetesVersion asks for {wanted}; leave it out, or name an "
        "`image` of that version, which makes the cluster anew"
    )
    return [CheckFailure("version", told)]


def node_refusals(
    runner: Runner, props: Properties, containers: Mapping[str, Container]
) -> list[CheckFailure]:
    """Why nodes cannot be added to a cluster that is there, or made anew."""
    if not containers:
        return []  # of the cluster as a whole, that was asked before
    added: dict[str, int] = {}
    changed: dict[str, Properties] = {}
    for role, key in ((CONTROL_PLANE, "controlPlanes"), (WORKER, "workers")):
        nodes: Sequence[Properties] = props[key]
        for name, node in zip(node_names(props["cluster"], role, len(nodes)), nodes, strict=True):
            there = containers.get(name)
            added[role] = added.get(role, 0) + (there is None)
            if role == WORKER and (there is None or at_odds(node, there)):
                changed[name] = node
    told = [*_fittings(runner, changed, containers)]
    if any(added.values()):
        short = shortage(room(runner), added[CONTROL_PLANE], added[WORKER])
        told += [short] if short else []
    return [CheckFailure("workers", one) for one in told]


def volume_refusals(
    kubectl: Kubectl, props: Properties, containers: Mapping[str, Container]
) -> list[CheckFailure]:
    """Why nodes cannot be removed, or made anew: of what applications have stored there."""
    if pulumi.contains_unknowns(props["uid"]):
        return []  # the cluster is made anew, with everything on it lost, as was allowed
    cluster = props["cluster"]
    asked: dict[str, Properties] = {}
    for role, key in ((CONTROL_PLANE, "controlPlanes"), (WORKER, "workers")):
        nodes: Sequence[Properties] = props[key]
        asked |= zip(node_names(cluster, role, len(nodes)), nodes, strict=True)
    leaving = [
        name
        for name, there in containers.items()
        if name not in asked or (role_of(there) == WORKER and at_odds(asked[name], there))
    ]
    try:
        return [CheckFailure("workers", told) for told in volumes_lost(kubectl, leaving)]
    except LocalError:
        return []  # it does not answer; asked again before a node is drained


def _fittings(
    runner: Runner, workers: Mapping[str, Properties], containers: Mapping[str, Container]
) -> Iterator[str]:
    """Why workers that are to be made cannot have their mounts and ports."""
    holders = {
        (port, inside.partition("/")[2]): name
        for name, container in containers.items()
        for port, inside in held_ports(container)
    }
    for name, worker in workers.items():
        for mount in worker.get("mounts", ()):
            if not Path(mount["host"]).exists():
                yield (
                    f"{mount['host']}, which {name} is to mount, is not on this machine; make it, "
                    "or leave the mount out (`mounts` of slipway:target.cluster.workers)"
                )
        for port, protocol in wanted_ports(worker):
            holder = holders.get((port, protocol))
            if holder not in (None, name):
                yield (
                    f"port {port}, asked for by {name}, leads to {holder} until that node is made "
                    "anew; take it from there first, in an update of its own"
                )
            if holder is None and protocol == "tcp" and not ports.is_free(port):
                yield (
                    f"port {port} of 127.0.0.1, asked for by {name}, is taken by "
                    f"{ports.holder(port, runner)}; free it, or set another (`ports` of "
                    "slipway:target.cluster.workers)"
                )
