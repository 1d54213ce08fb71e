"""A hook that frees the port of the nodes which a Service is to have.

The application that is exposed may change, or its name. Its port then still belongs to a Service
of the stack that Pulumi updates at the same time, or deletes at the very end, and the API server
refuses the new one: at every `up`.
https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from ..k8s.kubectl import kubectl
from ..machine.runner import CommandError, Runner
from .hooks import Workload, before_apply
from .placement import OWNER

_MANAGER = "kubectl"
"""Field manager whose fields the provider takes over at its next update of the object."""


def node_port_hook(
    workload: Workload, stack: str, kubeconfig: pulumi.Output[str]
) -> pulumi.ResourceHookBinding:
    """Return the hook before the Service of the workload is created or updated.

    `stack` is the value of the label that all objects of the stack have.
    """

    async def release(hook: pulumi.ResourceHookArgs) -> None:
        ports = set(_node_ports(hook.new_inputs or {}))
        credentials = await kubeconfig.future()
        if ports and credentials is not None:
            free(credentials, workload, stack, ports)

    return before_apply(f"{workload.name}-node-port", release)


def free(kubeconfig: str, workload: Workload, stack: str, ports: set[int]) -> None:
    """Take the ports from other Services of the stack, which keep their address in the cluster.

    Raises CommandError for one that cannot be changed. Services that may not be listed are no
    reason to stop: the API server reports a port that is not free.
    """
    select = ("--all-namespaces", f"--selector={OWNER}={stack}", "--output=json")
    try:
        services = json.loads(kubectl(Runner(), kubeconfig, "get", "services", *select))["items"]
    except CommandError as error:
        print(f"{workload.name}: who else has its port of the nodes was not sought: {error}")
        return
    for service in services:
        name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
        is_other = (name, namespace) != (workload.name, workload.namespace)
        if is_other and (taken := ports & set(_node_ports(service))):
            patch = json.dumps({"spec": {"type": "ClusterIP"}})
            where = (f"--namespace={namespace}", f"--field-manager={_MANAGER}")
            kubectl(Runner(), kubeconfig, "patch", "service", name, *where, f"--patch={patch}")
            print(f"{workload.name}: takes over port {min(taken)} of the nodes from {name}")


def _node_ports(service: Mapping[str, Any]) -> Iterator[int]:
    spec: dict[str, Any] = service.get("spec") or {}
    ports: list[dict[str, Any]] = spec.get("ports") or []
    for port in ports:
        if number := port.get("nodePort"):
            yield int(number)
