"""The nodes of a kind cluster by role: their names, as kind gives them, and their containers."""

from enum import StrEnum
from typing import Any

from ..machine import labels

Container = dict[str, Any]
"""A container as `docker inspect` shows it."""

BALANCER_ROLE = "external-load-balancer"


class Role(StrEnum):
    """Role of a node, in kind's words. Control planes come first wherever both are listed."""

    CONTROL_PLANE = "control-plane"
    WORKER = "worker"

    @property
    def words(self) -> str:
        """Role in messages."""
        return self.value.replace("-", " ")


def node_names(cluster: str, role: Role, count: int) -> list[str]:
    """Return the names that kind gives to nodes of a role: `c-worker`, `c-worker2`, …"""
    return [f"{cluster}-{role}{number if number > 1 else ''}" for number in range(1, count + 1)]


def node_number(cluster: str, role: Role, name: str) -> int:
    """Return the number of a node among those of its role, from 1 on."""
    return int(name.removeprefix(f"{cluster}-{role}") or 1)


def first_control_plane(cluster: str) -> str:
    """Return the name of the node that kind makes first and that is never removed."""
    return node_names(cluster, Role.CONTROL_PLANE, 1)[0]


def balancer_name(cluster: str) -> str:
    """Return the name that kind gives to the load balancer before the control planes."""
    return f"{cluster}-{BALANCER_ROLE}"


def name_of(container: Container) -> str:
    """Return the container's name."""
    return str(container["Name"]).lstrip("/")


def role_of(container: Container) -> str:
    """Return kind's word for what the container is in its cluster; a Role, if it is a node."""
    return str(container["Config"]["Labels"].get(labels.ROLE))


def runs(container: Container) -> bool:
    """Return whether the container runs."""
    return bool(container["State"]["Running"])
