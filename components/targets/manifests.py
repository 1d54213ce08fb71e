"""The Kubernetes objects that a target brings along, as plain manifests."""

from typing import Any

import pulumi

from ..names import Names
from .namespaces import NamespaceArgs

Manifest = dict[str, Any]


def namespace(name: str, names: Names, args: NamespaceArgs | None = None) -> list[Manifest]:
    """A namespace that admits only pods of the Pod Security Standard `restricted`, and its bounds.

    https://kubernetes.io/docs/concepts/policy/resource-quotas/ and limit-range/
    """
    security = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": name, **_marks(names, **security)}
    inside = {"name": "slipway", "namespace": name, **_marks(names)}
    made: list[Manifest] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}]
    if args and args.quota:
        spec: Manifest = {"hard": args.quota}
        made.append({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": inside, "spec": spec})
    if args and (args.default or args.max):
        bounds = {"type": "Container", "default": args.default, "max": args.max}
        limit = {key: value for key, value in bounds.items() if value}
        spec = {"limits": [limit]}
        made.append({"apiVersion": "v1", "kind": "LimitRange", "metadata": inside, "spec": spec})
    return made


def pull_secret(name: str, namespace: str, config: pulumi.Output[str], names: Names) -> Manifest:
    """A login to a registry; `config` is Docker's config.json in base64."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, **_marks(names)},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": config},
    }


def local_registry_hosting(host: pulumi.Output[str], names: Names) -> Manifest:
    """Tells tools (Tilt, Skaffold, ctlptl) which local registry the cluster pulls from.

    The form is KEP-1755's. `host` is the registry's address on this machine.
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "local-registry-hosting",
            "namespace": "kube-public",
            **_marks(names),
        },
        "data": {"localRegistryHosting.v1": pulumi.Output.concat('host: "', host, '"\n')},
    }


def _marks(names: Names, **labels: str) -> Manifest:
    return {
        "labels": {**names.owner_labels, **labels},
        "annotations": {"pulumi.com/patchFieldManager": names.field_manager},
    }
