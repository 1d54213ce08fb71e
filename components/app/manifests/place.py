"""Where an application goes, and the marks that its objects carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from ...names import LABEL
from ...targets.exposure import Exposure

Manifest = dict[str, Any]

NAME = "app.kubernetes.io/name"
OWNER = f"{LABEL}/stack"
CALLS = f"calls.{LABEL}"
"""Prefix of the labels of pods that name the applications which they call."""


@dataclass(frozen=True)
class Placement:
    """What a manifest needs to know about where the application goes."""

    name: str
    namespace: str
    owner_labels: dict[str, str]
    field_manager: str
    exposure: Exposure
    images: Mapping[str, pulumi.Input[str]]
    """Image of the application, as that of the container "", and of the containers that have one
    of their own."""

    user: pulumi.Input[int]
    """Numeric user of the containers."""

    group: pulumi.Input[int]
    """Numeric group of the containers, and of the volumes."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets of the namespace with which its images are pulled."""

    secret: pulumi.Input[str] = ""
    """Name of the Secret with the application's secrets."""

    def metadata(self, suffix: str = "", **annotations: str) -> Manifest:
        """Metadata of an object called like the application, with `suffix`."""
        return {
            "name": self.name + suffix,
            "namespace": self.namespace,
            "labels": {**self.selector, **self.owner_labels},
            "annotations": {"pulumi.com/patchFieldManager": self.field_manager, **annotations},
        }

    @property
    def selector(self) -> dict[str, str]:
        """Application and stack, never a version: a selector cannot be changed later."""
        return {NAME: self.name, OWNER: self.owner_labels[OWNER]}
