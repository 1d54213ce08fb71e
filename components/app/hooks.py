"""Hooks of an application's objects: work in the cluster before Pulumi writes them.

https://www.pulumi.com/docs/iac/concepts/options/hooks/
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class Workload:
    """A Deployment or a StatefulSet in a cluster."""

    kind: str
    name: str
    namespace: str

    @property
    def place(self) -> tuple[str, str, str]:
        """The arguments with which kubectl names it."""
        return (self.kind.lower(), self.name, f"--namespace={self.namespace}")


_Work = Callable[[pulumi.ResourceHookArgs], Awaitable[None]]


def before_update(name: str, work: _Work) -> pulumi.ResourceHookBinding:
    """Return a hook before an update, under a name that no other hook has.

    None where hooks cannot be registered, as under Pulumi's mocks; so do the others.
    """
    return pulumi.ResourceHookBinding(before_update=_hooks(name, work))


def before_create(name: str, work: _Work) -> pulumi.ResourceHookBinding:
    """Return a hook before a creation, under a name that no other hook has."""
    return pulumi.ResourceHookBinding(before_create=_hooks(name, work))


def after_create(name: str, work: _Work) -> pulumi.ResourceHookBinding:
    """Return a hook after a creation that succeeded, under a name that no other hook has."""
    return pulumi.ResourceHookBinding(after_create=_hooks(name, work))


def after_update(name: str, work: _Work) -> pulumi.ResourceHookBinding:
    """Return a hook after an update that succeeded, under a name that no other hook has."""
    return pulumi.ResourceHookBinding(after_update=_hooks(name, work))


def before_apply(name: str, work: _Work) -> pulumi.ResourceHookBinding:
    """Return a hook before a creation and before an update, under a name that no other hook has."""
    hooks = _hooks(name, work)
    return pulumi.ResourceHookBinding(before_create=hooks, before_update=hooks)


def _hooks(
    name: str, work: _Work
) -> list[pulumi.ResourceHook | pulumi.ResourceHookFunction] | None:
    return [pulumi.ResourceHook(name, work)] if hooks_exist() else None


def hooks_exist() -> bool:
    """Return whether hooks can be registered: not under Pulumi's mocks."""
    return hasattr(pulumi.runtime.settings.get_monitor(), "RegisterResourceHook")
