"""App: an image as a replicated service."""

from typing import Any

import pulumi

from ..image import Image
from ..model import SettingsError
from ..objects import KubernetesObject
from ..production import too_few_replicas
from ..target.base import Target
from ..target.exposure import Exposure
from . import manifests
from .address import given_address
from .args import AppArgs, DataArgs

__all__ = ["App", "AppArgs", "DataArgs"]


class App(pulumi.ComponentResource):
    """An application as a Deployment of `replicas` pods behind a Service.

    The settings come as `args`, or as keywords named like the fields of AppArgs. Raises
    SettingsError for settings that do not validate.
    """

    url: pulumi.Output[str]
    """Where the application answers from outside; inside the cluster only if not exposed."""

    deployment: KubernetesObject
    service: KubernetesObject

    def __init__(
        self,
        name: str,
        args: AppArgs | None = None,
        *,
        image: Image,
        target: Target,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Any,
    ) -> None:
        super().__init__("slipway:index:App", name, None, opts)
        args = AppArgs.given(args, settings, f'App("{name}")')
        if target.production and (told := too_few_replicas(args.replicas)):
            raise SettingsError(f'App("{name}"): {told}')
        namespace = target.namespace(args.namespace)
        internal = f"http://{name}.{namespace.name}"
        exposure = target.exposure(name) if args.expose else Exposure(url=internal)
        place = manifests.Placement(
            name=name,
            namespace=namespace.name,
            owner_labels=target.names.owner_labels,
            field_manager=target.names.field_manager,
            image=image.reference,
            exposure=exposure,
            pull_secrets=target.pull_secrets,
        )
        service, routes = manifests.service(args, place), manifests.routes(place)
        budget, deployment = manifests.disruption_budget(place), manifests.deployment(args, place)
        claim = target.claim(name, self, [service, *routes, budget, deployment])
        child = target.inside(
            parent=self,
            depends_on=[*target.ready, *namespace.resources, *image.delivery, *claim],
        )
        there = pulumi.ResourceOptions(
            parent=self, depends_on=[*namespace.resources, *image.delivery]
        )
        pulled = target.pulls(name, namespace, image.reference, there)
        self.service = KubernetesObject(f"{name}-service", service, child)
        KubernetesObject(f"{name}-budget", budget, child)
        # The provider waits for the rollout; each pod may take its start-up time, and an update
        # needs two waves at the most (maxSurge 50 %).
        limit = f"{2 * args.startup_seconds + 60}s"
        self.deployment = KubernetesObject(
            f"{name}-deployment",
            deployment,
            pulumi.ResourceOptions.merge(
                child,
                pulumi.ResourceOptions(
                    custom_timeouts=pulumi.CustomTimeouts(create=limit, update=limit),
                    depends_on=list(pulled),
                ),
            ),
        )
        for route in routes:
            KubernetesObject(f"{name}-{str(route['kind']).lower()}", route, child)
        address = given_address(self.service) if exposure.url is None else exposure.url
        # Known only once the pods serve: what is printed answers.
        self.url = pulumi.Output.all(address, self.deployment.id).apply(lambda known: known[0])
        self.register_outputs({"url": self.url})
