"""App: an image as a replicated service."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack, cast
from weakref import WeakKeyDictionary

import pulumi

from ..image import Image, ImageArgs
from ..k8s.objects import KubernetesObject
from ..settings.model import SettingsError
from ..settings.production import too_few_replicas
from ..targets.base import Target
from ..targets.platforms import required_platform
from .address import given_address
from .adjustment import Adjust
from .args import AppArgs
from .args.containers import APPLICATION
from .claims import Claims, claims, misnamed
from .keywords import AppKeywords
from .locked import locked_content
from .manifests import SERVICE, parts
from .placement import Facts, Placement, Site, own_images, placement
from .registration import Registration
from .rollout import Together

__all__ = ["App"]

_CLAIMS: WeakKeyDictionary[Target, Claims] = WeakKeyDictionary()
"""What the applications of each target have to themselves."""

_TOGETHER: WeakKeyDictionary[Target, Together] = WeakKeyDictionary()
"""The applications of each target that are released together."""


class App(pulumi.ComponentResource):
    """An application: by default a Deployment of `replicas` pods behind a Service.

    The settings come as `args`, or as keywords named like the fields of AppArgs. `calls` are the
    applications that it calls: NetworkPolicies admit it there. (Names of applications, as stack
    files have them, belong into `args`.) `adjust` gets each manifest before it is registered, and
    changes it or returns another one; objects that it changed carry the annotation
    `slipway.dev/adjusted-by`. Raises SettingsError for settings that do not validate.
    """

    url: pulumi.Output[str]
    """URL of the application outside the cluster; inside the cluster if it is not exposed."""

    host: str
    """Name by which other applications in the cluster reach it."""

    workload: KubernetesObject
    """The Deployment, or the other workload that `kind` names."""

    service: KubernetesObject | None
    """The Service; a Job has none."""

    def __init__(
        self,
        name: str,
        args: AppArgs | None = None,
        *,
        image: Image,
        target: Target,
        calls: Sequence["App"] = (),
        adjust: Adjust | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Unpack[AppKeywords],
    ) -> None:
        super().__init__("slipway:index:App", name, None, opts)
        where = f'App("{name}")'
        args = _with_calls(AppArgs.given(args, settings, where), calls, where)
        if message := misnamed(name, args):
            raise SettingsError(f"{where}: {message}")
        refused = target.production and args.serves and too_few_replicas(args.least_replicas)
        if refused:
            raise SettingsError(f"{where}: {refused}")
        namespace = target.namespace(args.namespace)
        images = {APPLICATION: image, **_other_images(name, args, image, target, self)}
        facts = Facts(
            images={container: each.reference for container, each in images.items()},
            # The image's own user is looked up only where the settings name none.
            user=args.user or image.user,
            group=args.user or image.group,
        )
        sources = {container: each.source for container, each in images.items()}
        self._locked = locked_content(facts, sources, user_is_set=args.user is not None)
        site = Site(target.owner, target.exposure, target.images.pull_secrets)
        platform = required_platform(target, image.platform)
        place = placement(name, args, site, facts, platform)
        self.host = place.host
        _claim(target, place, args, where)
        together = None
        if args.release == "together":
            together = _TOGETHER.setdefault(target, Together())
        registration = Registration(self, name, target, namespace, images, adjust, together)
        secret = registration.secret(args, place)
        objects = parts(args, replace(place, secret=secret.name))
        made = registration.register(args, objects, secret)
        self.workload = made[args.kind.lower()]
        self.service = made.get(SERVICE)
        registration.remember(args, secret, self.workload)
        address = place.exposure.url
        if address is None and self.service is not None:
            address = given_address(self.service)
        # Known only once the pods serve and the Service leads to them, so that the URL answers.
        last = self.service or self.workload
        self.url = pulumi.Output.all(address, last.id).apply(lambda known: known[0])
        self.register_outputs({"url": self.url})

    @property
    def facts(self) -> pulumi.Output[dict[str, Any]]:
        """What was looked up about it, as the lock file has it: `images` with their sources."""
        return pulumi.Output.from_input(self._locked)


def _with_calls(args: AppArgs, calls: Sequence[App], where: str) -> AppArgs:
    """Return the settings with the names of the applications that the program passes.

    Raises SettingsError for a name in place of an application.
    """
    for each in cast("Sequence[object]", calls):
        if not isinstance(each, App):
            raise SettingsError(
                f"{where}: calls: {each!r} is not accepted: pass the App itself, e.g. "
                'calls=[api] after api = App("api", …)'
            )
    if not calls:
        return args
    names = [each.pulumi_resource_name for each in calls]
    return args.model_copy(update={"calls": list(dict.fromkeys([*args.calls, *names]))})


def _claim(target: Target, place: Placement, args: AppArgs, where: str) -> None:
    """Note what an application has to itself.  Raises SettingsError if another one has it."""
    wanted = claims(place, args, parts(args, place))
    if message := _CLAIMS.setdefault(target, Claims()).add(place.name, wanted):
        raise SettingsError(f"{where}: {message}")


def _other_images(
    name: str, args: AppArgs, image: Image, target: Target, parent: pulumi.Resource
) -> dict[str, Image]:
    """Return the images of the other containers that have one of their own, by container.

    They run beside the application's image, and are for the same platform.
    """
    options = pulumi.ResourceOptions(parent=parent)
    return {
        container: Image(
            f"{name}-{container}",
            ImageArgs(reference=reference, platform=image.platform),
            target=target,
            opts=options,
        )
        for container, reference in own_images(args).items()
    }
