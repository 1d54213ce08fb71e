"""Report of a controller on its work, and how its objects are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Place
from commands.errors import CommandError

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """Status of a controller's work on a folder. Commits are full hashes, or empty."""

    name: str
    """The object that describes the work, for people."""

    attempted: str = ""
    """Commit that it works on, or worked on last."""

    healthy: str = ""
    """Commit whose objects it found healthy last."""

    failure: str = ""
    """Why it cannot go on, in its own words; empty while it can."""

    cannot_fetch: bool = False
    """True where it does not get at the repository, whatever the commit."""


@dataclass(frozen=True)
class Wanted:
    """By what a controller's object is known to be about a rendered folder."""

    path: str
    """Path of the folder in its repository."""

    places: frozenset[Place]
    """Objects of the folder."""

    def fits(self, path: str | None, places: set[Place]) -> bool:
        """Return whether an object with this path or these objects is about the folder."""
        return (path or "").removeprefix("./").strip("/") == self.path or bool(places & self.places)


def listed(cluster: Cluster, kind: str) -> list[Manifest]:
    """Return all objects of a kind; none where the cluster has no such kind or shows none."""
    try:
        return cluster.get(kind, "--all-namespaces")["items"]
    except CommandError:
        return []


def key(each: Manifest) -> tuple[str, str]:
    """Return namespace and name of an object."""
    return str(each["metadata"]["namespace"]), str(each["metadata"]["name"])


def status(each: Manifest) -> dict[str, Any]:
    """Return the status of an object; empty as long as nobody has worked on it."""
    return each.get("status") or {}
