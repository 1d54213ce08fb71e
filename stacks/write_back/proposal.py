"""Proposals: a changed field of an object, with the settings that would declare it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from stacks.write_back.editing import Step

Field = tuple[str | int | Mapping[str, Any], ...]
"""Path of a field in a manifest; a mapping stands for the entry of a list that has its values."""

REMOVED: Final = object()
"""Stands for a setting that is removed, and for a field that is not set."""


@dataclass(frozen=True)
class Proposal:
    """A changed field of an object in the cluster."""

    application: str | None
    """Application of which the object is; None for one of the target."""

    container: str | None
    """Container of which the settings are; None for those of the application as a whole."""

    settings: tuple[tuple[tuple[Step, ...], Any], ...]
    """Settings by their paths below that, with their values: JSON's, or REMOVED."""

    kind: str
    name: str
    field: Field

    declared: Any
    """Value that the stack declares; None if the setting is another value."""

    live: Any
    """Value that the cluster has."""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Return a proposal as `commands` sends it: what is REMOVED is left out there."""
        return cls(
            application=given.get("application"),
            container=given.get("container"),
            settings=tuple(
                (tuple(each["path"]), each.get("value", REMOVED)) for each in given["settings"]
            ),
            kind=given["kind"],
            name=given["name"],
            field=tuple(given["field"]),
            declared=given.get("declared", REMOVED),
            live=given.get("live", REMOVED),
        )
