"""Findings: a place in an object, and the rule that it breaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .parts import section

Manifest = Mapping[str, Any]
"""A Kubernetes object as plain values, as in YAML."""

Path = tuple[str | int, ...]
"""Keys and indexes from the object to a value."""


class Unknown(str):
    """Stands for a value that is known only after deployment; nothing is found in it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown("<unknown>")


@dataclass(frozen=True)
class Problem:
    """A finding without its object."""

    path: Path
    value: Any
    reason: str
    example: str = ""

    def below(self, *path: str | int) -> "Problem":
        """Return the problem of a part as one of the whole, in which the part is at `path`."""
        return Problem((*path, *self.path), self.value, self.reason, self.example)


@dataclass(frozen=True)
class Finding:
    """Rule of a cluster that an object breaks, or a reference in it that would not work."""

    object: str
    """Kind, namespace and name, such as `Deployment shop/web`."""

    path: str
    """Place in the object, such as `spec.template.spec.containers[0].image`."""

    value: Any
    """Value at the place; None where something is missing."""

    reason: str
    """Rule that is broken."""

    example: str
    """Value that would be accepted; empty where the reason says it."""

    rule: str
    """Tier that found it: `schema`, `object`, `program` or `update`."""

    def __str__(self) -> str:
        value = "" if self.value is None else f" {_short(self.value)}"
        example = f"; e.g. {self.example}" if self.example else ""
        return f"{self.object}: {self.path}{value}: {self.reason}{example}"


def found(manifest: Manifest, problem: Problem, rule: str) -> Finding:
    """Return a problem of an object as a finding."""
    place = text(problem.path)
    value = problem.value
    if manifest.get("kind") == "Secret" and problem.path[:1] in (("data",), ("stringData",)):
        value = None if value is None else "[secret]"
    return Finding(title(manifest), place, value, problem.reason, problem.example, rule)


def title(manifest: Manifest) -> str:
    """Return the kind, the namespace and the name of an object."""
    metadata = section(manifest, "metadata")
    name = metadata.get("name") or metadata.get("generateName") or "without a name"
    namespace = metadata.get("namespace")
    place = f"{namespace}/{name}" if namespace else name
    return f"{manifest.get('kind', 'object')} {place}"


def text(path: Path) -> str:
    """Return a path as text."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "object"


def holds_unknown(value: Any) -> bool:
    """Return whether a value, or a part of it, is known only later."""
    if isinstance(value, Mapping):
        return any(map(holds_unknown, value.values()))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return any(map(holds_unknown, value))  # pyright: ignore[reportUnknownArgumentType]
    return isinstance(value, Unknown)


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
