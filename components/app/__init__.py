"""App: an image as a replicated service."""

from dataclasses import replace
from typing import Any, Unpack

import pulumi

from ..image import Image, ImageArgs
from ..k8s.objects import KubernetesObject
from ..settings.model import SettingsError
from ..settings.production import too_few_replicas
from ..targets.base import Target
from ..targets.exposure import Exposure
from .address import given_address
from .adjustment import Adjust
from .args import (
    AppArgs,
    AutoscaleArgs,
    DataArgs,
    EgressArgs,
    HealthArgs,
    IngressArgs,
    InitArgs,
    JobArgs,
    MigrationArgs,
    ServiceArgs,
    SidecarArgs,
    StorageArgs,
    ValueFromArgs,
    WritableArgs,
)
from .keywords import AppKeywords
from .manifests import Manifest, Placement, parts
from .registration import Registration

__all__ = [
    "App",
    "AppArgs",
    "AppKeywords",
    "AutoscaleArgs",
    "DataArgs",
    "EgressArgs",
    "HealthArgs",
    "IngressArgs",
    "InitArgs",
    "JobArgs",
    "Manifest",
    "MigrationArgs",
    "ServiceArgs",
    "SidecarArgs",
    "StorageArgs",
    "ValueFromArgs",
    "WritableArgs",
]


class App(pulumi.ComponentResource):
    """An application: by default a Deployment of `replicas` pods behind a Service.

    The settings come as `args`, or as keywords named like the fields of AppArgs. `adjust` gets
    each manifest before it is registered, and changes it or returns another one; objects that it
    changed carry the annotation `slipway.dev/adjusted-by`. Raises SettingsError for settings that
    do not validate.
    """

    url: pulumi.Output[str]
    """Where the application answers from outside; inside the cluster only if not exposed."""

    host: str
    """Name by which other applications in the cluster reach it."""

    workload: KubernetesObject
    """The Deployment, or what else `kind` names."""

    service: KubernetesObject | None
    """The Service; a Job has none."""

    def __init__(
        self,
        name: str,
        args: AppArgs | None = None,
        *,
        image: Image,
        target: Target,
        adjust: Adjust | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Unpack[AppKeywords],
    ) -> None:
        super().__init__("slipway:index:App", name, None, opts)
        args = AppArgs.given(args, settings, f'App("{name}")')
        if target.production and args.serves and (told := too_few_replicas(args.least_replicas)):
            raise SettingsError(f'App("{name}"): {told}')
        namespace = target.namespace(args.namespace)
        self.host = f"{name}.{namespace.name}.svc"
        port = "" if args.service.port == 80 else f":{args.service.port}"
        internal = Exposure(url=f"http://{self.host}{port}")
        exposure = target.exposure(name) if args.is_exposed else internal
        images = {"": image, **_other_images(name, args, target, self)}
        place = Placement(
            name=name,
            namespace=namespace.name,
            owner_labels=target.names.owner_labels,
            field_manager=target.names.field_manager,
            exposure=exposure,
            images={helper: one.reference for helper, one in images.items()},
            user=args.user or image.user,
            group=args.user or image.group,
            pull_secrets=target.images.pull_secrets,
        )
        self._place = place
        here = Registration(self, name, target, namespace, images, adjust)
        secret = here.secret(args, place)
        made = here.register(args, parts(args, replace(place, secret=secret.name)), secret)
        self.workload = made[args.kind.lower()]
        self.service = made.get("service")
        here.remember(args, secret, self.workload)
        address = exposure.url
        if address is None and self.service is not None:
            address = given_address(self.service)
        # Known only once the pods serve: what is printed answers.
        self.url = pulumi.Output.all(address, self.workload.id).apply(lambda known: known[0])
        self.register_outputs({"url": self.url})

    @property
    def facts(self) -> pulumi.Output[dict[str, Any]]:
        """What was looked up for it: `images` by container, and `user` and `group`."""
        place = self._place
        return pulumi.Output.from_input(
            {"images": dict(place.images), "user": place.user, "group": place.group}
        )


def _other_images(
    name: str, args: AppArgs, target: Target, parent: pulumi.Resource
) -> dict[str, Image]:
    """The images of the other containers that have one of their own, by container."""
    options = pulumi.ResourceOptions(parent=parent)
    return {
        one.name: Image(
            f"{name}-{one.name}", ImageArgs(reference=one.image), target=target, opts=options
        )
        for one in (*args.all_sidecars, *args.init)
        if one.image is not None
    }
