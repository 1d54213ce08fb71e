"""What changes of immutable fields do to an application: in place, or refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...dynamic import Inputs
from .fields import changed_in_place
from .volumes import VOLUMES, Volume, changes, impossible

_PODS = ("Deployment", "StatefulSet")


class Guarded(Inputs):
    """An object with its immutable fields by their paths."""

    kind: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Change:
    """An immutable field of an object that exists, before and after."""

    kind: str
    name: str
    namespace: str
    path: str
    before: Any
    after: Any

    @property
    def object(self) -> str:
        """Kind and name, as in `StatefulSet web`."""
        return f"{self.kind} {self.name}"

    @property
    def is_in_place(self) -> bool:
        """Whether an update has a way that does not delete the object."""
        return self.path in changed_in_place(self.kind)


def compare(before: Mapping[str, Guarded], after: Mapping[str, Guarded]) -> list[Change]:
    """Return the changes of objects that are there before and after, by their keys."""
    both = [(before[key], new) for key, new in after.items() if key in before]
    return [
        Change(
            new.kind,
            old.fields["metadata.name"],
            old.fields["metadata.namespace"],
            path,
            old.fields.get(path),
            new.fields.get(path),
        )
        for old, new in both
        if old.kind == new.kind
        for path in sorted(old.fields.keys() | new.fields.keys())
        if old.fields.get(path) != new.fields.get(path)
    ]


def notes(changed: Sequence[Change]) -> Iterator[str]:
    """Yield in words what the update changes in place."""
    for change in changed:
        if change.path == VOLUMES:
            for each in changes(*_volumes(change)):
                yield f"the {change.object}: in place: {each}"
        elif change.kind == "Service" and change.is_in_place:
            was, now = (_address(value) for value in (change.before, change.after))
            yield f"the {change.object}: in place: {now}, before: {was}; its name always resolves"
        elif change.is_in_place:
            yield f"the {change.object}: in place: {_shown(change)}, pods keep running"


def refusals(changed: Sequence[Change]) -> Iterator[str]:
    """Yield in words what no update can do without a loss, each with the loss."""
    places = [change for change in changed if change.path.startswith("metadata.")]
    if places:
        yield _moved(places)
    for change in changed:
        if change.path == VOLUMES:
            for each in impossible(*_volumes(change)):
                yield f"the {change.object}: {each}"
        elif not change.is_in_place and change not in places:
            yield f"the {change.object}: {_shown(change)}: {_loss(change.kind)}"


def _moved(places: Sequence[Change]) -> str:
    objects = ", ".join(dict.fromkeys(change.object for change in places))
    first = places[0]
    what = first.path.removeprefix("metadata.")
    claims = (
        f"; the claims of its volumes stay behind in {first.before}, and the new pods start with "
        "empty ones"
        if any(change.kind == "StatefulSet" for change in places)
        else ""
    )
    return (
        f"the {what} changes from {first.before} to {first.after}, which deletes and recreates "
        f"{objects}: nothing serves until the new pods are ready{claims}"
    )


def _loss(kind: str) -> str:
    if kind in _PODS:
        return "it is deleted with its pods, and nothing serves until new ones are ready"
    if kind == "Service":
        return "it is deleted, and its address with it, before it is recreated"
    return "it is deleted before it is recreated"


def _shown(change: Change) -> str:
    return f"{change.path} changes from {change.before or 'none'} to {change.after or 'none'}"


def _address(cluster_ip: str | None) -> str:
    if cluster_ip == "None":
        return "headless"
    return f"cluster IP {cluster_ip}" if cluster_ip else "a cluster IP"


def _volumes(change: Change) -> tuple[list[Volume], list[Volume]]:
    return change.before or [], change.after or []
