"""A deployment of a program, recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from ..checks import Finding, check
from ..checks.finding import Path, Unknown
from ..checks.store import DEFAULT
from .changes import Changes
from .requests import name_of
from .resource import Resource
from .values import Values


class _Dumper(yaml.SafeDumper):
    """Writes secrets and unknown values as such."""


def _unknown(dumper: yaml.SafeDumper, _value: Unknown) -> yaml.Node:
    return dumper.represent_scalar("!unknown", "")  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(Unknown, _unknown)


@dataclass(frozen=True)
class Deployment:
    """Resources and outputs of a program, and the changes since the deployment before."""

    resources: tuple[Resource, ...]
    """In the order of their URNs; components and providers included."""
    exports: Values = field(repr=False)
    changes: Changes
    messages: tuple[str, ...] = ()
    """What the program logged with `pulumi.log`."""
    is_preview: bool = False

    @property
    def outputs(self) -> dict[str, Any]:
        """Outputs of the stack as plain values."""
        return self.exports.plain

    def is_secret(self, output: str) -> bool:
        """Return whether an output of the stack is secret."""
        return self.exports.is_secret((output,))

    def __getitem__(self, name: str) -> Resource:
        """Return the only resource of a name, or of a type such as `Deployment`.

        Raises KeyError, which shows all resources, for none or several.
        """
        found = [each for each in self.resources if name in _names(each)]
        if len(found) == 1:
            return found[0]
        lines = "\n".join(f"  {each.type} {each.name}" for each in found or self.resources)
        raise KeyError(f"{len(found)} resources are called {name}:\n{lines}")

    def of_type(self, name: str) -> tuple[Resource, ...]:
        """Return the resources of a type, given as a token or by its end, such as `Deployment`."""
        return tuple(
            each for each in self.resources if name in (each.type, each.type.rpartition(":")[2])
        )

    def children(self, name: str) -> tuple[Resource, ...]:
        """Return the resources whose parent has this name."""
        urn = self[name].urn
        return tuple(each for each in self.resources if each.parent_urn == urn)

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The Kubernetes objects as manifests."""
        return [each.manifest for each in self.resources if each.is_object]

    def check(
        self, *, kubernetes: str = DEFAULT, strict: bool = False, before: Sequence[Any] = ()
    ) -> list[Finding]:
        """Return what a cluster would refuse of the Kubernetes objects."""
        return check(self.objects, kubernetes=kubernetes, strict=strict, before=before)

    def text(self) -> str:
        """Return all resources and outputs as YAML for a snapshot; secrets are not shown."""
        parts = [_shown(each) for each in self.resources]
        outputs = _masked(self.exports, self.outputs, ())
        documents = [*parts, {"outputs": outputs}] if outputs else parts
        return yaml.dump_all(
            documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
        )


def _names(resource: Resource) -> tuple[str, ...]:
    return (resource.name, resource.type, resource.type.rpartition(":")[2])


def _shown(resource: Resource) -> dict[str, Any]:
    options: Mapping[str, Any] = {
        "parent": resource.parent,
        "provider": resource.provider,
        "dependsOn": sorted(resource.depends_on),
        "protect": resource.protect,
        "aliases": [urn for urn in resource.aliases if name_of(urn) != resource.name],
        "ignoreChanges": list(resource.ignore_changes),
        "hooks": {kind: list(names) for kind, names in resource.hooks.items()},
        "deletedWith": resource.deleted_with,
        "retainOnDelete": resource.retain_on_delete,
    }
    inputs = _masked(resource.values, dict(sorted(resource.inputs.items())), ())
    given = {key: value for key, value in options.items() if value}
    title = f"{resource.type} {resource.name}"
    return {title: {**given, "inputs": inputs}}


def _masked(values: Values, value: Any, path: Path) -> Any:
    if values.is_secret(path):
        return "[secret]"
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {key: _masked(values, inner, (*path, key)) for key, inner in items}
    if isinstance(value, list):
        inner = cast("list[Any]", value)
        return [_masked(values, each, (*path, index)) for index, each in enumerate(inner)]
    return value
