"""The base of the dynamic providers: how they are named in the state, how they report errors."""

import importlib
import logging
from typing import Any

from pulumi.dynamic import ResourceProvider, UpdateResult

from .machine.runner import LocalError

Properties = dict[str, Any]

_MODULES = {
    "Allocation": "targets.allocation",
    "BuildContext": "image.build_context",
    "ClusterIdentity": "targets.identity",
    "ContentHistory": "app.content_history",
    "Delivery": "registry.delivery",
    "ExistingImage": "image.existing",
    "HashKey": "targets.hash_key",
    "ImageUser": "image.user",
    "KindCluster": "kind.cluster",
    "KindNodes": "kind.nodes",
    "LockFile": "lock_file",
    "MinikubeNodes": "minikube.nodes",
    "MinikubeProfile": "minikube.profile",
    "NodePulls": "targets.node_pulls",
    "Ownership": "targets.ownership",
    "PushedImage": "registry.pushed_image",
    "RegistryEndpoint": "registry.endpoint",
}
"""Where the provider of each resource is, below this package."""


def find_provider(resource: str) -> "LocalProvider":
    """Return the provider of a resource, such as `KindCluster`.

    The state holds a call of this function, so that code may move. Raises LocalError for a
    resource that this version does not have.
    """
    module = _MODULES.get(resource)
    if module is None:
        raise LocalError(
            f"the state has a resource {resource}, which this version of Slipway does not have; "
            "next: use the version that deployed the stack (`pulumi stack --show-urns` lists it)"
        )
    package = __name__.partition(".")[0]
    found = importlib.import_module(f"{package}.{module}")
    return getattr(found, f"{resource}Provider")()


# `destroy` runs no program and imports this by the name in the state: the installed package's,
# which a checkout has too (slipway.py).
find_provider.__module__ = "slipway"


class LocalProvider(ResourceProvider):
    """A dynamic provider without state of its own, pickled by the name of its resource."""

    serialize_as_secret_always = False

    def __reduce__(self) -> tuple[Any, ...]:
        return find_provider, (type(self).__name__.removesuffix("Provider"),)

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        """The new properties: the SDK's own method would leave the state without any."""
        return UpdateResult(without_provider(_news))


def without_provider(properties: Properties) -> Properties:
    """The properties without the pickled provider that the SDK keeps among them."""
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def without(properties: Properties, *keys: str) -> Properties:
    """The properties without the provider and without what does not belong into the state."""
    kept = without_provider(properties)
    return {key: value for key, value in kept.items() if key not in keys}


class _Expected(logging.Filter):
    """Drops the server's traceback of errors that already are one message in words."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return not (kind and issubclass(kind, LocalError))


logging.getLogger("grpc._server").addFilter(_Expected())
