"""States of a stack with objects in a cluster."""

from collections.abc import Mapping
from typing import Any

from tests.unit.commands.fakes import deployed, resource

PROVIDER = resource(
    "pulumi:providers:kubernetes", "target-kubernetes", inputs={"kubeconfig": "{}"}, id="1"
)


def applied(manifest: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A resource of the state for an object."""
    version = str(manifest["apiVersion"])
    kind = f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"
    provider = f"{PROVIDER['urn']}::1"
    name = f"{manifest['kind']}-{manifest['metadata']['name']}"
    return resource(kind, name, **{"inputs": dict(manifest), "provider": provider, **more})


def state_of(*manifests: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a stack that is up, without an address."""
    return deployed(PROVIDER, *map(applied, manifests))
