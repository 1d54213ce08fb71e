"""Checks of what this machine cannot give a kind cluster, before anything is made."""

from collections.abc import Iterator, Mapping

import pulumi
from pulumi.dynamic import CheckFailure

from ..k8s.kubectl import Kubectl
from ..k8s.node_volumes import volumes_lost
from ..machine.runner import CommandError, LocalError, Runner
from . import network
from .addresses import subnet
from .capacity import room, shortage
from .host_resources import unavailable
from .inputs import KindClusterInputs, KindNodesInputs
from .node_changes import changed_workers
from .node_versions import is_another
from .roles import Container, Role, first_control_plane
from .subnet_overlap import subnet_clashes


def check_cluster(runner: Runner, cluster: KindClusterInputs) -> list[CheckFailure]:
    """Return why a cluster that does not exist cannot be made."""
    failures: list[CheckFailure] = []
    control_planes, workers = (cluster.count(role) for role in Role)
    if message := shortage(room(runner), control_planes, workers):
        failures.append(CheckFailure("workers", message))
    ranges = {"podSubnet": cluster.pod_subnet, "serviceSubnet": cluster.service_subnet}
    clashes = subnet_clashes(runner, cluster.cluster, ranges)
    failures += [CheckFailure(setting, message) for setting, message in clashes]
    return failures + _workers(unavailable(runner, cluster.named_workers, {}))


def check_version(runner: Runner, cluster: KindClusterInputs) -> list[CheckFailure]:
    """Return why a cluster that stays, with its image, is not of the desired version."""
    desired = cluster.version
    try:
        first = first_control_plane(cluster.cluster)
        current = runner.run("docker", "exec", first, "cat", "/kind/version").strip()
    except CommandError:
        return []  # it does not run, and is started again first
    if not is_another(current, desired):
        return []
    message = (
        f"the nodes of {cluster.cluster} are of Kubernetes {current}, and kubernetesVersion is "
        f"{desired}; leave it out, or set `image` to one of that version, which recreates the "
        "cluster"
    )
    return [CheckFailure("version", message)]


def check_nodes(
    runner: Runner, desired: KindNodesInputs, containers: Mapping[str, Container]
) -> list[CheckFailure]:
    """Return why nodes cannot be added to a cluster that exists, or recreated."""
    if not containers:
        return []  # the cluster as a whole was checked before
    added = {
        role: [name for name in desired.named(role) if name not in containers] for role in Role
    }
    changed = changed_workers(containers, desired)
    made = {
        name: worker
        for name, worker in desired.named_workers.items()
        if name in changed or name not in containers
    }
    failures = _workers(unavailable(runner, made, containers))
    if any(added.values()):
        control_planes, workers = (len(names) for names in added.values())
        message = shortage(room(runner), control_planes, workers)
        failures += [CheckFailure("workers", message)] if message else []
        failures += _without_address(runner, desired)
    return failures


def _without_address(runner: Runner, desired: KindNodesInputs) -> list[CheckFailure]:
    """Return why the network of a cluster that exists has no address for all nodes."""
    try:
        free = subnet(runner, desired.cluster)
    except LocalError:
        return []  # the network is gone, which the update reports
    message = network.shortage(free, len(desired.all_named))
    return [CheckFailure("workers", message)] if message else []


def check_volumes(
    kubectl: Kubectl, desired: KindNodesInputs, containers: Mapping[str, Container]
) -> list[CheckFailure]:
    """Return why nodes cannot be removed, or recreated: of what applications have stored there."""
    if pulumi.contains_unknowns(desired.uid):
        return []  # the cluster is recreated, with everything on it lost, as was allowed
    replaced = changed_workers(containers, desired)
    leaving = [name for name in containers if name not in desired.all_named or name in replaced]
    try:
        return _workers(iter(volumes_lost(kubectl, leaving)))
    except LocalError:
        return []  # it does not answer; checked again before a node is drained


def _workers(messages: Iterator[str]) -> list[CheckFailure]:
    return [CheckFailure("workers", message) for message in messages]
