"""Resources as a program registered them, options included."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ..checks.finding import Path, text
from .values import Values

KUBERNETES = "kubernetes:"
_OPTIONS = ("yaml", "helm.sh", "kustomize")
"""Modules of the Kubernetes provider whose resources are no objects."""


def steps(path: str) -> Path:
    """Return a place such as `spec.ports[0].port` as steps."""
    parts = path.replace("[", ".[").split(".")
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in parts if part)


@dataclass(frozen=True)
class Resource:
    """A resource; other resources are given by their names."""

    type: str
    """Type token, such as `kubernetes:apps/v1:Deployment`."""
    name: str
    """Logical name."""
    urn: str
    values: Values = field(repr=False)
    id: str = ""
    is_custom: bool = True
    """False for components."""
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    parent: str = ""
    parent_urn: str = field(default="", repr=False)
    provider: str = ""
    depends_on: frozenset[str] = frozenset()
    """Names of what it waits for: of `depends_on`, and of inputs."""
    depends_by_input: Mapping[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]], repr=False
    )
    """Names of what an input comes from."""
    protect: bool = False
    aliases: tuple[str, ...] = ()
    """URNs under which it was known before."""
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Names of hooks by their kind, such as `before_update`."""
    timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    delete_before_replace: bool | None = None
    """None where the provider decides."""
    retain_on_delete: bool = False
    deleted_with: str = ""
    import_id: str = ""
    is_read: bool = False
    """True for an existing resource that the program reads (`get`)."""

    @property
    def inputs(self) -> dict[str, Any]:
        """Inputs as plain values; `UNKNOWN` stands for those that are known later."""
        return self.values.plain

    def __getitem__(self, path: str) -> Any:
        """Return the input at a place such as `spec.ports[0].port`.

        Raises KeyError, which shows what is there, for a place that does not exist.
        """
        value: Any = self.inputs
        for index, step in enumerate(steps(path)):
            known = _keys(value)
            if step not in known:
                place = text(steps(path)[:index]) if index else "inputs"
                names = ", ".join(map(str, known)) or "nothing"
                raise KeyError(f"{self.type} {self.name}: {path}: {place} has {names}")
            value = value[step]
        return value

    def get(self, path: str, default: Any = None) -> Any:
        """Return the input at a place, or a default."""
        try:
            return self[path]
        except KeyError:
            return default

    def is_secret(self, path: str) -> bool:
        """Return whether the input at a place is secret."""
        return self.values.is_secret(steps(path))

    @property
    def is_object(self) -> bool:
        """True for a Kubernetes object."""
        module = self.type.split(":")[1].split("/")[0] if ":" in self.type else ""
        is_patch = self.type.endswith("Patch") or self.type.endswith("List")
        return (
            self.type.startswith(KUBERNETES)
            and self.is_custom
            and not self.is_read
            and module not in _OPTIONS
            and not is_patch
        )

    @property
    def manifest(self) -> dict[str, Any]:
        """The Kubernetes object, with the name that the provider gives to one without."""
        metadata = {**self.inputs.get("metadata", {}), **self.outputs.get("metadata", {})}
        inputs = {key: value for key, value in self.inputs.items() if key != "status"}
        module, kind = self.type.removeprefix(KUBERNETES).rsplit(":", 1)
        version = module.removeprefix("core/")
        return {"apiVersion": version, "kind": kind, **inputs, "metadata": metadata}


def _keys(value: Any) -> list[Any]:
    """Return the keys or indexes of a value."""
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value))
    return list(range(len(cast("list[Any]", value)))) if isinstance(value, list) else []
