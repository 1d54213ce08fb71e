"""The steps of a preview: what Pulumi would do with each resource of a stack.

They are read from `pulumi preview --json`, which shows secret values as `[secret]`.
https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from commands.plan.differences import SECRET, Difference, differences

Properties = Mapping[str, Any]


class Operation(Enum):
    """Fate of a resource in an update."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    SAME = "same"


_OPERATIONS: Mapping[str, Operation] = {
    **dict.fromkeys(
        (
            "replace", "create-replacement", "delete-replaced", "import-replacement",
            "read-replacement", "discard-replaced", "remove-pending-replace",
        ),
        Operation.REPLACE,
    ),
    **dict.fromkeys(("create", "import"), Operation.CREATE),
    **dict.fromkeys(("update", "refresh"), Operation.UPDATE),
    **dict.fromkeys(("delete", "discard"), Operation.DELETE),
    **dict.fromkeys(("same", "read"), Operation.SAME),
}  # fmt: skip
_OPTIONS = ("customTimeouts", "protect", "retainOnDelete")
"""Options that decide what an update, or a later one, does with a resource."""

_KUBERNETES = "kubernetes:"
_ACCESS = ("kubeconfig",)
"""The way to a cluster, which differs between machines; its identity is another property."""

_STATEFUL = frozenset({"Namespace", "PersistentVolume", "PersistentVolumeClaim", "StatefulSet"})
_STATEFUL_TYPES = ("docker:index/volume:Volume", "slipway:KindCluster", "slipway:MinikubeProfile")


@dataclass(frozen=True)
class Resource:
    """A resource in a preview, with its inputs before and after."""

    urn: str
    operation: Operation
    before: Properties | None
    """Inputs of the last update; None for a resource that is created."""

    after: Properties | None
    """Inputs of the next update; None for a resource that is deleted."""

    options: Properties
    """Options that decide what an update does, and the provider."""

    is_retained: bool = False
    """True for one that stays in the cluster when the stack deletes it."""

    @property
    def type(self) -> str:
        """Its type without those of its parents: `kubernetes:apps/v1:Deployment`."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def manifest(self) -> Properties:
        """The inputs that describe it: those after the update, else those before it."""
        return self.after or self.before or {}

    @property
    def is_object(self) -> bool:
        """True for an object of Kubernetes."""
        return self.type.startswith(_KUBERNETES) and "metadata" in self.manifest

    @property
    def kind(self) -> str:
        """The kind of an object, else the last word of the type: `Deployment`, `KindCluster`."""
        return self.type.rpartition(":")[2]

    @property
    def name(self) -> str:
        """Namespace and name of an object, else the name of the resource."""
        metadata: Properties = self.manifest.get("metadata") or {}
        if not self.is_object or not isinstance(metadata.get("name"), str):
            return self.urn.rpartition("::")[2]
        namespace = metadata.get("namespace")
        return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])

    @property
    def is_stateful(self) -> bool:
        """True for what holds data, which a replacement or deletion may lose."""
        if self.is_object:
            return self.kind in _STATEFUL
        return self.type.endswith(_STATEFUL_TYPES)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The inputs that change."""
        return tuple(differences(self.before or {}, self.after or {}))


def resources(preview: Mapping[str, Any]) -> list[Resource]:
    """Return the resources of a preview in the order of its steps, each once."""
    steps: dict[str, list[Mapping[str, Any]]] = {}
    for step in cast("list[Mapping[str, Any]]", preview.get("steps") or []):
        steps.setdefault(str(step["urn"]), []).append(step)
    return [_resource(urn, each) for urn, each in steps.items()]


def messages(preview: Mapping[str, Any]) -> list[str]:
    """Return what the program, the providers and Pulumi said during a preview."""
    found = cast("list[Mapping[str, Any]]", preview.get("diagnostics") or [])
    return [text for each in found if (text := str(each.get("message", "")).strip())]


def _resource(urn: str, steps: list[Mapping[str, Any]]) -> Resource:
    operations = {_OPERATIONS.get(str(step["op"]), Operation.UPDATE) for step in steps}
    operation = next(each for each in _STRONGEST_FIRST if each in operations)
    old = _last(steps, "oldState")
    new = None if operation is Operation.DELETE else _last(steps, "newState")
    state = new or old or {}
    options = {key: state[key] for key in _OPTIONS if state.get(key)}
    if provider := str(state.get("provider", "")):
        options["provider"] = provider.rpartition("::")[0]  # without the id
    return Resource(
        urn,
        operation,
        None if old is None else _inputs(old),
        None if new is None else _inputs(new),
        options,
        bool((old or {}).get("retainOnDelete")),
    )


_STRONGEST_FIRST = (
    Operation.REPLACE, Operation.DELETE, Operation.CREATE, Operation.UPDATE, Operation.SAME,
)  # fmt: skip


def _last(steps: list[Mapping[str, Any]], side: str) -> Properties | None:
    return next((step[side] for step in reversed(steps) if step.get(side)), None)


def _inputs(state: Properties) -> Properties:
    """Return the inputs of a resource without access, and without what a Secret holds."""
    inputs: Properties = state.get("inputs") or {}
    kept = {key: value for key, value in inputs.items() if key not in _ACCESS}
    if str(state.get("type", "")) == "kubernetes:core/v1:Secret":
        for part in {"data", "stringData"} & kept.keys():
            kept[part] = _hidden(kept[part])
    return kept


def _hidden(content: Any) -> Any:
    if not isinstance(content, dict):
        return SECRET
    return dict.fromkeys(sorted(map(str, cast("dict[Any, Any]", content))), SECRET)


def unchanged(found: list[Resource]) -> int:
    """Return the number of resources that stay as they are."""
    return sum(each.operation is Operation.SAME for each in found)


def of(found: list[Resource], operation: Operation) -> Iterator[Resource]:
    """Yield the resources with an operation."""
    return (each for each in found if each.operation is operation)
