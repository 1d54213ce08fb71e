"""What happens to the nodes of a cluster, said in the plan before it happens."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ..dynamic import Properties
from .mounts_and_ports import Container, at_odds

CONTROL_PLANES, WORKERS = "controlPlanes", "workers"
_ROLES = ((CONTROL_PLANES, "control-plane", "control plane"), (WORKERS, "worker", "worker"))
_ROLLING = "rolling, the node is drained and made anew"
_NOTHING: Properties = {}


def node_changes(
    cluster: str, olds: Properties, news: Properties, containers: Mapping[str, Container]
) -> Iterator[str]:
    """The changes of a cluster's nodes, a line each, with how each is made.

    `containers` are those that the engine has, by name.
    """
    for key, role, word in _ROLES:
        before, after = _listed(olds.get(key)), _listed(news.get(key))
        if key in olds and len(before) != len(after):
            how = "in place"
            if len(after) < len(before):
                leaving = _names(cluster, role, len(before))[len(after) :]
                how += f", {' and '.join(reversed(leaving))} drained and removed"
            yield f"the cluster {cluster}: {word}s {len(before)} -> {len(after)}: {how}"
        for number, name in enumerate(_names(cluster, role, len(after))):
            old = before[number] if number < len(before) else None
            container = containers.get(name)
            for change in _node(old, after[number], container):
                yield f"{word} {name}: {change}"
            if key == WORKERS and container and (fittings := at_odds(after[number], container)):
                yield f"{word} {name}: {' and '.join(fittings)} changed: {_ROLLING}"
    yield from _mirrors(cluster, olds.get("mirrors") or {}, news.get("mirrors") or {})


def _node(old: Properties | None, new: Properties, container: Container | None) -> Iterator[str]:
    """What happens to a node; nothing is said of one that joins, as that was said already."""
    if old is not None and container is None:
        yield "gone: made anew in place"
        return
    if container is not None and not container["State"]["Running"]:
        yield "stopped: started again"
    if old is not None:
        marks = [
            key for key in ("labels", "taints") if (old.get(key) or None) != (new.get(key) or None)
        ]
        if marks:
            yield f"{' and '.join(marks)} changed: in place"


def _mirrors(cluster: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[str]:
    changed = sorted(host for host in olds.keys() | news.keys() if olds.get(host) != news.get(host))
    if changed:
        yield f"the cluster {cluster}: mirrors of {' and '.join(changed)}: in place, on every node"


def _names(cluster: str, role: str, count: int) -> list[str]:
    return [f"{cluster}-{role}{number if number > 1 else ''}" for number in range(1, count + 1)]


def _listed(nodes: Any) -> Sequence[Properties]:
    return cast("list[Properties]", nodes) if isinstance(nodes, list) else []
