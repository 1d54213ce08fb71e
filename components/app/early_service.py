"""A hook that gives a new workload its Service before its pods start.

The Service is registered after the workload, so that a change of it takes no traffic from a version
that still serves. But the first pods may need the name as they start: some resolve their own, and
many end when that of an application which they call is not known.
"""

import json

import pulumi

from ..k8s.kubectl import kubectl
from ..machine.runner import Runner
from .hooks import Workload, before_create
from .manifests import Manifest


def early_service_hook(
    workload: Workload, service: Manifest, manager: str, kubeconfig: pulumi.Output[str]
) -> pulumi.ResourceHookBinding:
    """Return the hook before the creation of the workload.

    `manager` is the field manager of the Service once it is registered.
    """

    async def create(hook: pulumi.ResourceHookArgs) -> None:
        del hook
        # A label with the id of the stack's state is known only now.
        known = await pulumi.Output.all(kubeconfig, service).future()
        if known is not None:
            credentials, content = known
            create_unless_it_exists(credentials, content, manager)

    return before_create(f"{workload.name}-early-service", create)


def create_unless_it_exists(kubeconfig: str, service: Manifest, manager: str) -> None:
    """Create the Service; one that exists stays as it is.  Raises CommandError."""
    metadata = service["metadata"]
    name, namespace = metadata["name"], f"--namespace={metadata['namespace']}"
    get = ("get", "service", name, namespace, "--ignore-not-found", "--output=name")
    if kubectl(Runner(), kubeconfig, *get).strip():
        return
    apply = ("apply", "--server-side", f"--field-manager={manager}", "--filename=-")
    kubectl(Runner(), kubeconfig, *apply, stdin=json.dumps(service))
