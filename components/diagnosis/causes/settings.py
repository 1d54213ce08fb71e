"""Settings that a next step names, as a stack file has them."""

import re

from ..details import part
from ..pods import Container


def setting(container: Container, text: str) -> str:
    """Return a setting of a container, with the place that it has."""
    if not container.is_init:
        return f"`{text}`"
    if container.name == "data":
        return f"`data: {{{text}}}`"
    entries = "sidecars" if container.is_sidecar else "init"
    return f"`{text}` in the entry {container.name} of `{entries}`"


def doubled(quantity: str) -> str:
    """Return twice a quantity, such as 128Mi for 64Mi."""
    match = re.fullmatch(r"(\d+)(\D*)", quantity)
    return f"{2 * int(match[1])}{match[2]}" if match else quantity


def request(container: Container, resource: str) -> str | None:
    """Return what a container asks for of a resource."""
    return part(container.spec, "resources", "requests").get(resource)


def limit(container: Container, resource: str) -> str | None:
    """Return what a container may use of a resource."""
    return part(container.spec, "resources", "limits").get(resource)
