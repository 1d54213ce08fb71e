"""Where an application goes, in an update and in a rendering alike, and the labels it carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import pulumi
from pydantic import field_validator

from ..names import LABEL, Names
from ..settings.model import Model
from ..targets.exposure import Exposure
from .args import AppArgs
from .args.containers import APPLICATION

Manifest = dict[str, Any]

NAME = "app.kubernetes.io/name"
OWNER = f"{LABEL}/stack"
CALLS = f"calls.{LABEL}"
"""Prefix of the labels of pods that name the applications which they call."""


class _Locked(Model):
    """An application in the lock file of a stack."""

    images: dict[str, str]
    user: int
    group: int

    @field_validator("images")
    @classmethod
    def _application_has_one(cls, images: dict[str, str]) -> dict[str, str]:
        if "" in images:
            raise ValueError(
                f"an earlier version wrote the key '', which is {APPLICATION} now; rename it, or "
                "let `make up` write the file"
            )
        if APPLICATION not in images:
            raise ValueError(f"the application's own image is missing: `{APPLICATION}`")
        return images


@dataclass(frozen=True)
class Facts:
    """What an update looks up about an application; the stack's lock file keeps it."""

    images: Mapping[str, pulumi.Input[str]]
    """Images by container; the application's own, which others share, is `application`."""

    user: pulumi.Input[int]
    """Numeric user of the image."""

    group: pulumi.Input[int]
    """Numeric group of the image."""

    @classmethod
    def parse(cls, content: Any, where: str) -> Self:
        """Return the facts that a lock file has.  Raises SettingsError for others."""
        locked = _Locked.parse(content, where)
        return cls(locked.images, locked.user, locked.group)

    @property
    def content(self) -> dict[str, Any]:
        """The facts as a lock file has them."""
        return {"images": dict(self.images), "user": self.user, "group": self.group}


@dataclass(frozen=True)
class Placement:
    """What manifests take from the place to which an application goes."""

    name: str
    namespace: str
    owner_labels: dict[str, str]
    field_manager: str
    exposure: Exposure
    images: Mapping[str, pulumi.Input[str]]
    """Images by container; the application's own, which others share, is `application`."""

    user: pulumi.Input[int]
    """Numeric user of the containers."""

    group: pulumi.Input[int]
    """Numeric group of the containers, and of the volumes."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets of the namespace with which its images are pulled."""

    secret: pulumi.Input[str] = ""
    """Name of the Secret with the application's secrets."""

    def metadata(self, suffix: str = "", **annotations: str) -> Manifest:
        """Return the metadata of an object named after the application, with `suffix`."""
        return {
            "name": self.name + suffix,
            "namespace": self.namespace,
            "labels": {**self.selector, **self.owner_labels},
            "annotations": {"pulumi.com/patchFieldManager": self.field_manager, **annotations},
        }

    @property
    def selector(self) -> dict[str, str]:
        """Application and stack, never a version: a selector is immutable."""
        return {NAME: self.name, OWNER: self.owner_labels[OWNER]}

    @property
    def host(self) -> str:
        """Name by which other applications in the cluster reach it."""
        return f"{self.name}.{self.namespace}.svc"

    def image(self, container: str | None) -> pulumi.Input[str]:
        """Return the image of a container: its own, or that of the application."""
        return self.images.get(container or APPLICATION, self.images[APPLICATION])


@dataclass(frozen=True)
class Site:
    """What a stack and its target give to each application."""

    names: Names
    exposure: Callable[[str], Exposure]
    """Gives an exposed application its address outside the cluster."""

    pull_secrets: tuple[str, ...]


def placement(name: str, args: AppArgs, site: Site, facts: Facts) -> Placement:
    """Return the place of the application `name`.

    Its Secret is called `<name>-secrets` here; an update adds a hash of the content.
    Raises SettingsError when the target has no address for it.
    """
    place = Placement(
        name=name,
        namespace=args.namespace or site.names.namespace,
        owner_labels=site.names.owner_labels,
        field_manager=site.names.field_manager,
        exposure=Exposure(),
        images=facts.images,
        user=args.user or facts.user,
        group=args.user or facts.group,
        pull_secrets=site.pull_secrets,
        secret=f"{name}-secrets",
    )
    port = "" if args.service.port == 80 else f":{args.service.port}"
    internal = Exposure(url=f"http://{place.host}{port}")
    return replace(place, exposure=site.exposure(name) if args.is_exposed else internal)
