"""An existing cluster: managed by a cloud, or any other that conforms."""

import json
from typing import Literal, Self

import pulumi
from pydantic import Field, model_validator

from ..k8s.objects import KubernetesObject
from ..settings.production import NODES
from . import cloud_registry, manifests
from .base import Namespace, Target, TargetArgs
from .cloud_registry import CloudImages, CloudRegistryArgs
from .exposure import ExposeArgs, Exposure, exposure
from .identity import ClusterIdentity, ClusterIdentityArgs
from .namespaces import NamespaceArgs
from .platforms import one_platform


class CloudTargetArgs(TargetArgs):
    """`slipway:target` of a stack that runs on an existing cluster."""

    product: Literal["cloud"]
    """Product of the target."""

    context: str | None = Field(default=None, min_length=1, examples=["my-cluster"])
    """Kubeconfig context of the cluster."""

    cluster_stack: str | None = Field(default=None, examples=["organization/cluster/production"])
    """Stack that owns the cluster, instead of a context: it exports a `kubeconfig`."""

    uid: str | None = Field(default=None, pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    """UID of its namespace kube-system; the one of the first `up` is remembered unless given."""

    registry: CloudRegistryArgs
    """Registry that images are pushed to and pulled from."""

    expose: ExposeArgs = ExposeArgs()
    """Access to exposed applications from outside the cluster."""

    namespaces: NamespaceArgs = NamespaceArgs()
    """Limits of the namespaces that the stack creates."""

    def make(self, name: str, *, production: bool) -> "CloudTarget":
        """Make the target of these settings, with the configured password of its registry."""
        password = cloud_registry.configured_password()
        return CloudTarget(name, self, password=password, production=production)

    def exposure(self, application: str, url: pulumi.Input[str] = "") -> Exposure:
        """Return how an application is reached from outside, as `expose` has it."""
        del application, url
        return exposure(self.expose)

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """Secrets with which the cluster pulls."""
        return self.registry.pull_secrets

    @model_validator(mode="after")
    def _has_one_source_of_the_kubeconfig(self) -> Self:
        if (self.context is None) == (self.cluster_stack is None):
            raise ValueError(
                "it needs either `context`, e.g. 'my-cluster', or `clusterStack`, e.g. "
                "'organization/cluster/production'"
            )
        return self


class CloudTarget(Target):
    """An existing cluster, reached by a kubeconfig context and remembered by its UID.

    `password` is the registry's, a secret; needed where the settings name a user.
    """

    def __init__(
        self,
        name: str,
        args: CloudTargetArgs,
        *,
        password: pulumi.Output[str] | None = None,
        production: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        login = cloud_registry.login(args.registry, password)
        super().__init__(
            "CloudTarget", name, opts, production=production, namespaces=args.namespaces
        )
        self._args = args
        login = cloud_registry.login(args.registry, password)
        self._pull_login = cloud_registry.pull_login(args.registry, login)
        child = pulumi.ResourceOptions(parent=self, depends_on=[self.stack_identity])
        identity = ClusterIdentity(
            f"{name}-identity",
            ClusterIdentityArgs(
                context=args.context,
                given=_exported_kubeconfig(args.cluster_stack, child),
                pinned_uid=args.uid,
                least_nodes=NODES if production else 0,
            ),
            child,
        )
        self.access = self.shared = identity.access
        self.provider = self._make_provider(name)
        self.images = CloudImages(self, args.registry, login)
        self.ready = [identity]
        self._platforms = identity.platforms
        self.register_outputs({"context": self.context, "clusterUid": self.cluster_uid})

    @property
    def platform(self) -> pulumi.Output[str]:
        return self._platforms.apply(one_platform)

    def exposure(self, application: str) -> Exposure:
        return self._args.exposure(application)

    def _make_namespace(self, name: str) -> Namespace:
        namespace = super()._make_namespace(name)
        if self._pull_login is None:
            return namespace
        config = cloud_registry.docker_config(self._pull_login)
        manifest = manifests.pull_secret(cloud_registry.PULL_SECRET, name, config, self.owner)
        claim = self.claim(f"{name}-registry", self, [manifest])
        options = self.inside(parent=self, depends_on=[*namespace.resources, *claim])
        secret = KubernetesObject(f"{name}-registry", manifest, options)
        return Namespace(name, (*namespace.resources, secret))


def _exported_kubeconfig(
    stack: str | None, opts: pulumi.ResourceOptions
) -> pulumi.Output[str] | None:
    """Return the kubeconfig that the stack of the cluster exports, as text or as an object."""
    if stack is None:
        return None
    output = pulumi.StackReference(stack, opts=opts).require_output("kubeconfig")
    return output.apply(lambda value: value if isinstance(value, str) else json.dumps(value))
