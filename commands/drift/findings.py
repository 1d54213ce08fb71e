"""Objects that differ between a state and its cluster."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from commands.drift.comparison import UNFINISHED, Change, changes
from commands.drift.declared import Declared, Manifest, Place

_STACK = "slipway.dev/stack"
_STATE = "slipway.dev/owner"
"""Label with the id of a state: two checkouts may have stacks of the same name."""
_SERVING = ("Deployment", "StatefulSet")


class Kind(Enum):
    """Ways in which an object differs."""

    CHANGED = "changed"
    GONE = "gone"
    ENDING = "ending"
    """It is being deleted, and something keeps it."""

    ADOPTED = "adopted"
    """Another stack owns it now, as its label says."""


@dataclass(frozen=True)
class Finding:
    """An object that is not as the state declares it."""

    kind: Kind
    declared: Declared
    live: Manifest | None = None
    changes: tuple[Change, ...] = ()

    @property
    def is_recreated(self) -> bool:
        """True for other content of an immutable object, which has to be deleted first."""
        return (
            self.kind is Kind.CHANGED
            and self.live is not None
            and bool(self.live.get("immutable"))
            and any(change.path[0] != "metadata" for change in self.changes)
        )

    @property
    def is_unfinished(self) -> bool:
        """True for a workload of which a run that was killed was rolling out another version."""
        return any(change.path == UNFINISHED for change in self.changes)

    @property
    def changes_pods(self) -> bool:
        """True for a workload whose pods were to be replaced by others."""
        return self.is_unfinished or any(
            change.path[:2] == ("spec", "template") for change in self.changes
        )

    @property
    def waits_for_update(self) -> bool:
        """True for an object that `up` is to change first.

        A workload that serves would otherwise be rolled back to the version of the state, and
        then on to the new one.
        """
        return (
            self.kind is Kind.CHANGED
            and self.declared.kind in _SERVING
            and self.live is not None
            and (self.is_unfinished or _serves(self.live))
            and self.changes_pods
            and not any(change.patch for change in self.changes)
        )


def findings(objects: Sequence[Declared], live: Mapping[Place, Manifest]) -> list[Finding]:
    """Return the objects that differ, in the order of their creation."""
    return list(_findings(objects, live))


def _findings(objects: Sequence[Declared], live: Mapping[Place, Manifest]) -> Iterator[Finding]:
    for declared in objects:
        current = live.get(declared.place)
        if current is None:
            yield Finding(Kind.GONE, declared)
        elif "deletionTimestamp" in current["metadata"]:
            yield Finding(Kind.ENDING, declared, current)
        elif _has_another_owner(declared.manifest, current):
            yield Finding(Kind.ADOPTED, declared, current)
        elif found := changes(declared.manifest, current, declared.manager):
            yield Finding(Kind.CHANGED, declared, current, tuple(found))


def _has_another_owner(declared: Manifest, live: Manifest) -> bool:
    wanted, current = _labels(declared), _labels(live)
    both = [label for label in (_STACK, _STATE) if label in wanted and label in current]
    return any(wanted[label] != current[label] for label in both)


def owner(declared: Manifest, live: Manifest) -> str:
    """Return the stack that owns an object by its labels."""
    wanted, current = (str(_labels(each).get(_STACK)) for each in (declared, live))
    return f"{current} with another state" if current == wanted else current


def _labels(manifest: Manifest) -> Mapping[str, Any]:
    return manifest["metadata"].get("labels") or {}


def _serves(live: Manifest) -> bool:
    status: Mapping[str, Any] = live.get("status") or {}
    ready = int(status.get("readyReplicas", 0))
    return 0 < ready >= int(live["spec"].get("replicas", 1))
