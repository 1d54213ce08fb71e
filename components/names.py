"""Names of a stack on a machine and in a cluster, derived from project and stack."""

import hashlib
import re
from dataclasses import dataclass

import pulumi

LABEL = "slipway.dev"
"""Prefix of the labels that mark what a stack owns, in the cluster and on this machine."""

STACK_LABEL = f"{LABEL}/stack"
"""Label with the stack's name: in selectors and on everything that the stack owns."""

OWNER_LABEL = f"{LABEL}/owner"
"""Label with the random id of the stack's state, on objects in clusters that others use too."""

_LONGEST = 40
"""Characters kept of a name, so that suffixes still fit a DNS label of 63."""


def dns_label(text: str) -> str:
    """Return `text` as a DNS label (RFC 1123) of at most 40 characters.

    A text that has to be changed gets a short hash of the original, so that two different texts
    never get the same name.
    """
    plain = re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")
    if plain and plain == text and len(plain) <= _LONGEST:
        return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{plain[: _LONGEST - 7].rstrip('-')}-{digest}".lstrip("-")


@dataclass(frozen=True)
class Names:
    """Names of one stack. `base` is a DNS label made of project and stack."""

    project: str
    stack: str

    @classmethod
    def of_stack(cls) -> "Names":
        """Return the names of the stack that is being deployed."""
        return cls(pulumi.get_project(), pulumi.get_stack())

    @property
    def base(self) -> str:
        # Joined by a hyphen, `a-b` with `c` and `a` with `b-c` would be the same; the slash, which
        # no name has, adds the hash that keeps them apart.
        joint = "/" if "-" in self.project else "-"
        return dns_label(f"{self.project}{joint}{self.stack}")

    @property
    def namespace(self) -> str:
        """Namespace of the stack's applications unless their settings name another."""
        return self.base

    @property
    def cluster(self) -> str:
        """Name of a local cluster and of its container network."""
        return self.base

    @property
    def registry(self) -> str:
        """Name of the local registry's container and of its volume."""
        return f"{self.base}-registry"

    @property
    def field_manager(self) -> str:
        """Field manager of every object of the stack, for server-side apply.

        It is fixed: the provider's random one would make the next `up` conflict with objects
        that a killed run had created.
        """
        return f"slipway-{self.base}"

    @property
    def owner_labels(self) -> dict[str, str]:
        """Labels of every object of the stack: its manager and its owner."""
        return {"app.kubernetes.io/managed-by": "slipway", STACK_LABEL: self.base}
