"""Where an application goes, in an update and in a rendering alike, and the labels it carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi

from ..k8s.objects import applied_by
from ..names import LABEL, STACK_LABEL
from ..targets.exposure import Exposure
from ..targets.owner import Owner
from .args import AppArgs
from .args.containers import APPLICATION

Manifest = dict[str, Any]

NAME = "app.kubernetes.io/name"
OWNER = STACK_LABEL
CALLS = f"calls.{LABEL}"
"""Prefix of the labels of pods that name the applications which they call."""


@dataclass(frozen=True)
class Facts:
    """What an update looks up about an application; the stack's lock file keeps it."""

    images: Mapping[str, pulumi.Input[str]]
    """Images by container: those with one of their own, and `application`, the others' one."""

    user: pulumi.Input[int]
    """Numeric user of the image."""

    group: pulumi.Input[int]
    """Numeric group of the image."""


def own_images(args: AppArgs) -> dict[str, str]:
    """Return the references of containers that do not run the application's image, by container."""
    containers = (*args.all_sidecars, *args.init)
    return {each.name: each.image for each in containers if each.image is not None}


@dataclass(frozen=True)
class Placement:
    """What manifests take from the place to which an application goes."""

    name: str
    namespace: str
    owner_labels: dict[str, str]
    field_manager: str
    exposure: Exposure
    images: Mapping[str, pulumi.Input[str]]
    """Images of the containers with one of their own, and of `application`, the others' one."""

    user: pulumi.Input[int]
    """Numeric user of the containers."""

    group: pulumi.Input[int]
    """Numeric group of the containers, and of the volumes."""

    pull_secrets: tuple[str, ...] = ()
    """Secrets of the namespace with which its images are pulled."""

    secret: pulumi.Input[str] = ""
    """Name of the Secret with the application's secrets."""

    platform: str | None = None
    """Platform of the nodes for its pods, e.g. `linux/amd64`; any of Linux if None."""

    id_labels: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, Any])
    """Labels of objects that neither pods nor selectors may have."""

    def metadata(self, suffix: str = "", **annotations: str) -> Manifest:
        """Return the metadata of an object named after the application, with `suffix`."""
        return {
            "name": self.name + suffix,
            "namespace": self.namespace,
            "labels": {**self.selector, **self.owner_labels, **self.id_labels},
            "annotations": {**applied_by(self.field_manager), **annotations},
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
        """Return the image of a container: its own, or that of the application if it has none."""
        return self.images.get(container or APPLICATION, self.images[APPLICATION])


@dataclass(frozen=True)
class Site:
    """What a stack and its target give to each application."""

    owner: Owner
    exposure: Callable[[str], Exposure]
    """Gives an exposed application its address outside the cluster."""

    pull_secrets: tuple[str, ...]


def placement(
    name: str, args: AppArgs, site: Site, facts: Facts, platform: str | None = None
) -> Placement:
    """Return the place of the application `name`, on nodes of a `platform` if there is one.

    Its Secret is called `<name>-secrets` here; an update adds a hash of the content.
    Raises SettingsError when the target has no address for it.
    """
    names = site.owner.names
    place = Placement(
        name=name,
        namespace=args.namespace or names.namespace,
        owner_labels=names.owner_labels,
        field_manager=names.field_manager,
        exposure=Exposure(),
        images={each: facts.images[each] for each in (APPLICATION, *own_images(args))},
        user=args.user or facts.user,
        group=args.user or facts.group,
        pull_secrets=site.pull_secrets,
        secret=f"{name}-secrets",
        platform=platform,
        id_labels=site.owner.id_labels,
    )
    # The name of a headless Service leads to the pods themselves.
    number = args.port if args.service.type == "Headless" else args.service.port
    port = "" if number == 80 else f":{number}"
    internal = Exposure(url=f"http://{place.host}{port}")
    return replace(place, exposure=site.exposure(name) if args.is_exposed else internal)
