"""A difference, with the settings of the stack file that would declare it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commands.drift.comparison import Change
from commands.drift.findings import Finding
from commands.drift.path import Item, Path
from commands.drift.values import MISSING

_NAME = "app.kubernetes.io/name"

Setting = tuple[str, ...]

OTHER = "no setting has this field"
SECRET = "it may be a secret, which is never written in plain text: pulumi config set --secret"
"""Reasons why a difference is not written."""


@dataclass(frozen=True)
class Proposed:
    """A difference, with the settings that would declare it, or why none would."""

    finding: Finding
    change: Change | None = None
    """None for an object that differs as a whole."""

    settings: tuple[tuple[Setting, Any], ...] = ()
    container: str | None = None
    field: tuple[Any, ...] = ()
    """Path of the field in the manifest, where it is not that of the change."""

    values: tuple[Any, Any] | None = None
    """Values in that field, declared and live, where they are not those of the change."""

    reason: str = ""

    @property
    def message(self) -> Mapping[str, Any]:
        """The proposal as JSON has it: what is missing is left out."""
        declared, live = self.values or self._values()
        manifest = self.finding.declared.manifest
        labels: Mapping[str, str] = manifest["metadata"].get("labels") or {}
        is_own = self.finding.declared.kind != "ResourceQuota"
        return {
            "application": labels.get(_NAME) if is_own else None,
            "container": self.container,
            "settings": [
                {"path": list(path), **({} if value is MISSING else {"value": value})}
                for path, value in self.settings
            ],
            "kind": self.finding.declared.kind,
            "name": manifest["metadata"]["name"],
            "field": list(self.field or sent(self.change.path if self.change else ())),
            **({} if declared is MISSING else {"declared": declared}),
            **({} if live is MISSING else {"live": live}),
        }

    def _values(self) -> tuple[Any, Any]:
        return (self.change.declared, self.change.live) if self.change else (MISSING, MISSING)


def sent(path: Path) -> tuple[Any, ...]:
    """Return a path as JSON has it: an item of a list by the values of its keys."""
    return tuple(dict(step.keys) if isinstance(step, Item) else step for step in path)
