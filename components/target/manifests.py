"""The Kubernetes objects that a target brings along, as plain manifests."""

from typing import Any

import pulumi

from ..names import Names

Manifest = dict[str, Any]


def namespace(name: str, names: Names) -> Manifest:
    """A namespace that admits only pods of the Pod Security Standard `restricted`."""
    security = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, **_marks(names, **security)},
    }


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
