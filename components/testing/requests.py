"""Requests of programs to Pulumi's engine, read as resources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .resource import Resource
from .values import decoded

_STACK = "pulumi:pulumi:Stack"
_HOOKS = (
    "before_create", "after_create", "before_update", "after_update", "before_delete",
    "after_delete", "on_error",
)  # fmt: skip
_TIMEOUTS = ("create", "update", "delete")


def name_of(urn: str) -> str:
    """Return the logical name in a URN."""
    return urn.rpartition("::")[2]


@dataclass(frozen=True)
class Requests:
    """Requests of the program of a stack.

    Pulumi's part runs in threads that do not know its settings: hence the names.
    """

    project: str
    stack: str

    def urn(self, parent: str, type_: str, name: str, project: str = "", stack: str = "") -> str:
        """Return the URN that Pulumi gives: with the types of all parents but the stack."""
        above = parent.split("::")[2] if parent else _STACK
        qualified = type_ if above == _STACK else f"{above}${type_}"
        place = f"urn:pulumi:{stack or self.stack}::{project or self.project}"
        return f"{place}::{qualified}::{name}"

    def read(self, request: Any) -> Resource:
        """Return the resource that exists already, and that a program reads."""
        values = decoded(request.properties)
        return Resource(**self._common(request), values=values, id=request.id, is_read=True)

    def registered(
        self, request: Any, recorded: Mapping[str, Resource], before: Mapping[str, Resource]
    ) -> Resource:
        """Return what a program registers; `recorded` is what it registered so far."""
        timeouts, hooks = request.customTimeouts, request.hooks
        return Resource(
            **self._common(request),
            values=decoded(request.object),
            is_custom=request.custom,
            depends_by_input={
                key: frozenset(map(name_of, each.urns))
                for key, each in request.propertyDependencies.items()
            },
            protect=request.protect,
            aliases=tuple(self._aliases(request, recorded, before)),
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            hooks={kind: tuple(getattr(hooks, kind)) for kind in _HOOKS if getattr(hooks, kind)},
            timeouts={
                kind: getattr(timeouts, kind) for kind in _TIMEOUTS if getattr(timeouts, kind)
            },
            delete_before_replace=(
                request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
            ),
            retain_on_delete=request.retainOnDelete,
            deleted_with=name_of(request.deletedWith),
            import_id=request.importId,
        )

    def _common(self, request: Any) -> dict[str, Any]:
        return {
            "type": request.type,
            "name": request.name,
            "urn": self.urn(request.parent, request.type, request.name),
            "parent": name_of(request.parent) if _is_resource(request.parent) else "",
            "parent_urn": request.parent,
            "provider": name_of(request.provider.rpartition("::")[0]),
            "depends_on": frozenset(map(name_of, request.dependencies)),
            "additional_secret_outputs": tuple(request.additionalSecretOutputs),
        }

    def _aliases(
        self, request: Any, recorded: Mapping[str, Resource], before: Mapping[str, Resource]
    ) -> list[str]:
        """Return the URNs under which it was known, by its own aliases and its parent's."""
        parents = [request.parent]
        if request.parent in recorded:
            parents += [urn for urn in recorded[request.parent].aliases if urn in before]
        urns = [self.urn(parent, request.type, request.name) for parent in parents[1:]]
        for alias in request.aliases:
            if alias.urn:
                urns.append(alias.urn)
                continue
            spec = alias.spec
            own = [spec.parentUrn] if spec.parentUrn else [""] if spec.noParent else parents
            type_, name = spec.type or request.type, spec.name or request.name
            urns += [self.urn(parent, type_, name, spec.project, spec.stack) for parent in own]
        return list(dict.fromkeys(urns))


def _is_resource(urn: str) -> bool:
    return bool(urn) and urn.split("::")[2] != _STACK
