"""Objects in a namespace from which an operator makes Secrets and ConfigMaps, a moment later."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...k8s.api import Api, ApiError
from ...k8s.objects import Manifest
from .fields import entries, section


@dataclass(frozen=True)
class _Producer:
    """A kind of object whose operator makes an object of another kind."""

    kind: str
    makes: str
    path: str
    target: Callable[[Manifest], Any]
    """Gives the name of what is made."""


def _own_name(manifest: Manifest) -> Any:
    return manifest["metadata"]["name"]


def _external(manifest: Manifest) -> Any:
    return section(manifest, "spec", "target").get("name") or _own_name(manifest)


def _certificate(manifest: Manifest) -> Any:
    return section(manifest, "spec").get("secretName")


_PRODUCERS = (
    _Producer(
        "ExternalSecret",
        "Secret",
        "/apis/external-secrets.io/v1/namespaces/{}/externalsecrets",
        _external,
    ),
    _Producer(
        "ExternalSecret",
        "Secret",
        "/apis/external-secrets.io/v1beta1/namespaces/{}/externalsecrets",
        _external,
    ),
    _Producer(
        "SealedSecret",
        "Secret",
        "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets",
        _own_name,
    ),
    _Producer(
        "Certificate",
        "Secret",
        "/apis/cert-manager.io/v1/namespaces/{}/certificates",
        _certificate,
    ),
    _Producer(
        "Bundle",
        "ConfigMap",
        "/apis/trust.cert-manager.io/v1alpha1/bundles",
        _own_name,
    ),
)


def producer(api: Api, namespace: str, kind: str, name: str) -> str | None:
    """Return the object of which an operator will make one that is missing; None if this account
    may read none."""
    for each in _PRODUCERS:
        if each.makes != kind:
            continue
        for source in _all(api, each.path.format(namespace)):
            if each.target(source) == name:
                return f"the {each.kind} `{_own_name(source)}`"
    return None


def _all(api: Api, path: str) -> list[Manifest]:
    try:
        return entries(api.find(path) or {}, "items")
    except ApiError:
        return []
