"""The address that a cluster's provider gives to a Service."""

from typing import Any

import pulumi

from ..k8s.objects import KubernetesObject


def given_address(service: KubernetesObject) -> pulumi.Output[str]:
    """Return the URL of a Service of type LoadBalancer, once its status has the address."""
    return service.status.apply(_url)


def _url(status: dict[str, Any] | None) -> str:
    entry = (status or {})["loadBalancer"]["ingress"][0]
    host = entry.get("hostname") or entry["ip"]
    return f"http://[{host}]" if ":" in host else f"http://{host}"
