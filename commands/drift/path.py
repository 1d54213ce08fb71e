"""Paths of fields in objects: names, and items of lists by their merge keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

_BY_NAME = (
    "containers", "ephemeralContainers", "env", "imagePullSecrets", "initContainers", "listeners",
    "resourceClaims", "schedulingGates", "secrets", "volumes",
)  # fmt: skip
_KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_BY_NAME, ("name",)),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
}
"""Merge keys of lists. A list that is not here is replaced as a whole (atomic).

https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""
_DEFAULTS = {"protocol": "TCP"}


@dataclass(frozen=True)
class Item:
    """An item of a list, by the values of its merge keys."""

    keys: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return f"[{'/'.join(str(value) for _, value in self.keys)}]"


Path = tuple[str | Item, ...]


def text(path: Path) -> str:
    """Return a path as users write it: `spec.containers[web].image`."""
    shown = ""
    for step in path:
        if isinstance(step, str) and ("." in step or "/" in step):
            shown += f"[{step}]"
        elif isinstance(step, str):
            shown += f".{step}" if shown else step
        else:
            shown += str(step)
    return shown


def item(path: Path, entry: Any) -> Item | None:
    """Return how an entry of the list at `path` is found again; None in an atomic list."""
    field = path[-1]
    if not isinstance(entry, dict) or not isinstance(field, str):
        return None
    entry = cast("dict[str, Any]", entry)
    names = _port_keys(entry) if field == "ports" else _KEYS.get(field, ())
    values = tuple((name, entry.get(name, _DEFAULTS.get(name))) for name in names)
    return Item(values) if values and all(value is not None for _, value in values) else None


def _port_keys(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of a container's port, or those of a Service's."""
    return ("containerPort" if "containerPort" in entry else "port", "protocol")
