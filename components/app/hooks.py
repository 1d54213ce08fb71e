"""Hooks of an application's workload: work in the cluster before Pulumi updates it.

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


def before_update(
    name: str, work: Callable[[pulumi.ResourceHookArgs], Awaitable[None]]
) -> pulumi.ResourceHookBinding:
    """Return a hook before an update, under a name that no other hook has.

    None where hooks cannot be registered, as under Pulumi's mocks.
    """
    if not hasattr(pulumi.runtime.settings.get_monitor(), "RegisterResourceHook"):
        return pulumi.ResourceHookBinding()
    return pulumi.ResourceHookBinding(before_update=[pulumi.ResourceHook(name, work)])
