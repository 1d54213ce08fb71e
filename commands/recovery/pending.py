"""Operations that a killed run began and did not finish."""

from collections.abc import Mapping
from typing import Any, cast

from commands.errors import CommandError

_HARMLESS = ("pulumi:providers:", "pulumi-python:dynamic/slipway:")
"""Types of which a second creation finds the first, or that make nothing outside the state."""
_DOCKER = ("docker:index/image:Image", "docker:index/volume:Volume")
_CONTAINER = "docker:index/container:Container"
_MANAGER = "pulumi.com/patchFieldManager"
_MARK = "slipway.dev/mark"


def drop(state: dict[str, Any], stack: str, *, outdated: bool = False) -> list[str]:
    """Drop the pending operations of idempotent types from a state and return their titles.

    Nothing is dropped while operations of other types are pending: they belong to the user's own
    resources, and `pulumi stack import` would drop them all. Raises CommandError when one of
    these is a creation, which an `up` would do a second time and a `destroy` would forget;
    the others are printed, and Pulumi does them again. In an `outdated` state, which an earlier
    version wrote, `pulumi refresh` does not work.
    """
    operations: list[dict[str, Any]] = state["deployment"].get("pending_operations") or []
    others = [operation for operation in operations if not _is_idempotent(operation["resource"])]
    if any(operation["type"] not in ("updating", "deleting") for operation in others):
        raise CommandError(
            f"an earlier run of the stack {stack} was interrupted, and whether these operations "
            f"were completed is unknown:\n{_listed(others)}\n"
            "  doing them again could create a resource twice",
            _forgetting(stack) if outdated else _answering(stack),
        )
    if others and not outdated:
        print(
            f"an earlier run was interrupted; Pulumi continues from these:\n{_listed(others)}",
            flush=True,
        )
        return []
    state["deployment"].pop("pending_operations", None)
    return [_title(operation) for operation in operations]


def _is_idempotent(resource: Mapping[str, Any]) -> bool:
    """Return whether the operation may be done again without a look at what it had done.

    Kubernetes objects under the stack's field manager are applied, so a creation is an update of
    what exists already. A container with the stack's mark is removed with the leftovers.
    """
    kind = str(resource["type"])
    inputs: dict[str, Any] = resource.get("inputs") or {}
    if not resource.get("custom") or kind.startswith(_HARMLESS) or kind in _DOCKER:
        return True
    if kind == _CONTAINER:
        return any(entry.get("label") == _MARK for entry in inputs.get("labels") or ())
    manager = _entry(_entry(inputs.get("metadata"), "annotations"), _MANAGER)
    return kind.startswith("kubernetes:") and str(manager).startswith("slipway-")


def _entry(mapping: Any, key: str) -> Any:
    """Return an entry; None for what is no mapping, such as an unknown or secret value."""
    return cast("dict[str, Any]", mapping).get(key) if isinstance(mapping, dict) else None


def _answering(stack: str) -> str:
    return (
        f"`pulumi refresh --stack {stack}`, which asks about each creation; without a terminal "
        "--import-pending-creates 'URN ID' for what exists, --clear-pending-creates for the rest"
    )


def _forgetting(stack: str) -> str:
    return (
        "look whether they exist, remove those that do, then "
        f"`pulumi stack export --stack {stack} | pulumi stack import --stack {stack}`, "
        "which forgets the operations"
    )


def _listed(operations: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"  {operation['type']} {operation['resource']['type']} {operation['resource']['urn']}"
        for operation in operations
    )


def _title(operation: dict[str, Any]) -> str:
    return f"{operation['type']} {str(operation['resource']['urn']).rpartition('::')[2]}"
