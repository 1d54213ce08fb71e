"""The changes of a cluster's nodes, printed in the plan before they are made."""

from collections.abc import Iterator, Mapping

from .inputs import KindNodesInputs, NodeInputs, WorkerInputs
from .mounts_and_ports import differences
from .roles import Container, Role, node_names, runs

_ROLLING = "rolling, the node is drained and recreated"


def changed_workers(
    containers: Mapping[str, Container], desired: KindNodesInputs
) -> dict[str, WorkerInputs]:
    """Return the workers whose containers have other mounts or ports, by name."""
    return {
        name: worker
        for name, worker in desired.named_workers.items()
        if name in containers and differences(worker, containers[name])
    }


def node_changes(
    olds: KindNodesInputs, news: KindNodesInputs, containers: Mapping[str, Container]
) -> Iterator[str]:
    """Yield the changes of a cluster's nodes, a line each, with how each is made.

    `containers` are those that Docker has, by name.
    """
    for role in Role:
        yield from _count(olds, news, role)
        previous = olds.named(role)
        for name, node in news.named(role).items():
            container = containers.get(name)
            for change in _node(previous.get(name), node, container):
                yield f"{role.words} {name}: {change}"
            if isinstance(node, WorkerInputs) and container:
                changed = differences(node, container)
                if changed:
                    yield f"{role.words} {name}: {' and '.join(changed)} changed: {_ROLLING}"
    yield from _mirrors(news.cluster, olds.mirrors, news.mirrors)


def _count(olds: KindNodesInputs, news: KindNodesInputs, role: Role) -> Iterator[str]:
    before, after = olds.count(role), news.count(role)
    if before != after:
        how = "in place"
        if after < before:
            leaving = node_names(news.cluster, role, before)[after:]
            how += f", {' and '.join(reversed(leaving))} drained and removed"
        yield f"the cluster {news.cluster}: {role.words}s {before} -> {after}: {how}"


def _node(old: NodeInputs | None, new: NodeInputs, container: Container | None) -> Iterator[str]:
    """Yield the changes of a node; a node that joins has none, as its number is reported."""
    if old is not None and container is None:
        yield "missing, will be recreated in place"
        return
    if container is not None and not runs(container):
        yield "stopped, will be started"
    if old is not None:
        differs = {"labels": old.labels != new.labels, "taints": old.taints != new.taints}
        changed = [name for name, is_different in differs.items() if is_different]
        if changed:
            yield f"{' and '.join(changed)} changed: in place"


def _mirrors(
    cluster: str, olds: Mapping[str, list[str]], news: Mapping[str, list[str]]
) -> Iterator[str]:
    changed = sorted(host for host in olds.keys() | news.keys() if olds.get(host) != news.get(host))
    if changed:
        yield f"the cluster {cluster}: mirrors of {' and '.join(changed)}: in place, on every node"
