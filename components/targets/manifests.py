"""Manifests of the Kubernetes objects that a target itself needs."""

import pulumi

from ..k8s.objects import Manifest
from .namespaces import NamespaceArgs
from .owner import Owner


def namespace(name: str, owner: Owner, args: NamespaceArgs | None = None) -> list[Manifest]:
    """Return a namespace of the Pod Security Standard `restricted`, and its limits.

    https://kubernetes.io/docs/concepts/policy/resource-quotas/ and limit-range/
    """
    security = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": name, **owner.metadata(**security)}
    inside = {"name": "slipway", "namespace": name, **owner.metadata()}
    objects: list[Manifest] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}]
    if args and args.quota:
        spec: Manifest = {"hard": args.quota}
        objects.append(
            {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": inside, "spec": spec}
        )
    if args and (args.default or args.max):
        limits = {"type": "Container", "default": args.default, "max": args.max}
        spec = {"limits": [{key: value for key, value in limits.items() if value}]}
        objects.append({"apiVersion": "v1", "kind": "LimitRange", "metadata": inside, "spec": spec})
    return objects


def pull_secret(name: str, namespace: str, config: pulumi.Output[str], owner: Owner) -> Manifest:
    """Return a login to a registry; `config` is Docker's config.json in base64."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, **owner.metadata()},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": config},
    }


def local_registry_hosting(host: pulumi.Output[str], owner: Owner) -> Manifest:
    """Return where tools (Tilt, Skaffold, ctlptl) find the cluster's local registry.

    The form is KEP-1755's. `host` is the registry's address on this machine.
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "local-registry-hosting",
            "namespace": "kube-public",
            **owner.metadata(),
        },
        "data": {"localRegistryHosting.v1": pulumi.Output.concat('host: "', host, '"\n')},
    }
