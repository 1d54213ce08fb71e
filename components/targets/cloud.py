"""A cluster that is there already: managed by a cloud, or any other that conforms."""

import base64
import json
from collections.abc import Sequence
from typing import Literal, Self

import pulumi
import pulumi_docker as docker
import pulumi_kubernetes as kubernetes
from pydantic import Field, model_validator

from ..k8s.objects import KubernetesObject
from ..names import Names
from ..registry.pushed_image import PushedImage
from ..settings.model import Model, SettingsError
from ..settings.production import NODES
from . import manifests
from .base import Namespace, Target
from .claims import claimed
from .exposure import ExposeArgs, Exposure, exposure
from .identity import ClusterIdentity
from .namespaces import NamespaceArgs
from .node_pulls import NodePulls

_PULL_SECRET = "slipway-registry"


class CloudRegistryArgs(Model):
    """The registry that both this machine and the cluster reach."""

    repository: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]*(:\d+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        examples=["registry.example/team"],
    )
    """Registry and path under which images are pushed."""

    username: str | None = None
    """User of the registry; without, Docker's own configuration decides. The password is the
    secret `slipway:registryPassword`, or `SLIPWAY_REGISTRY_PASSWORD` in the environment."""

    pull_secret: str | None = None
    """A Secret that the namespaces have already, with which the cluster pulls."""


class CloudTargetArgs(Model):
    """`slipway:target` of a stack that runs on a cluster which is there already."""

    product: Literal["cloud"]
    """What the cluster is."""

    context: str | None = Field(default=None, min_length=1, examples=["my-cluster"])
    """The kubeconfig context that leads to the cluster."""

    cluster_stack: str | None = Field(default=None, examples=["organization/cluster/production"])
    """The stack that made the cluster, instead of a context: it exports a `kubeconfig`."""

    uid: str | None = Field(default=None, pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    """UID of its namespace kube-system; the one of the first `up` is remembered unless given."""

    registry: CloudRegistryArgs
    """Where images are pushed to and pulled from."""

    expose: ExposeArgs = ExposeArgs()
    """What leads to exposed applications."""

    namespaces: NamespaceArgs = NamespaceArgs()
    """Bounds of the namespaces that the stack makes."""

    def exposure(self, application: str, url: pulumi.Input[str] = "") -> Exposure:
        """How an application is reached from outside: by what `expose` says."""
        del url
        return exposure(self.expose, application)

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """Secrets with which the cluster pulls."""
        if self.registry.username is not None:
            return (_PULL_SECRET,)
        return () if self.registry.pull_secret is None else (self.registry.pull_secret,)

    @model_validator(mode="after")
    def _one_thing_leads_to_the_cluster(self) -> Self:
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
        super().__init__(
            "CloudTarget",
            name,
            Names.of_stack(),
            opts,
            production=production,
            namespaces=args.namespaces,
        )
        self._args = args
        self._password = _password(args, password)
        child = pulumi.ResourceOptions(parent=self)
        self._identity = identity = ClusterIdentity(
            f"{name}-identity",
            context=args.context,
            given=_handed_over(args.cluster_stack, child),
            pinned_uid=args.uid,
            least_nodes=NODES if production else 0,
            opts=child,
        )
        self.provider = kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=identity.kubeconfig,
            enable_server_side_apply=True,
            opts=child,
        )
        self.kubeconfig = identity.kubeconfig
        self.ready = [identity]
        self.context = identity.context
        self.cluster_uid = identity.uid
        self.platform = identity.platforms.apply(_one_platform)
        if self._password is not None:
            self.push_credentials = docker.RegistryArgs(
                server=_host(args), username=args.registry.username, password=self._password
            )
        self.pull_secrets = args.pull_secrets
        self.register_outputs({"context": self.context, "clusterUid": self.cluster_uid})

    def image_name(self, name: str) -> pulumi.Output[str]:
        reference = f"{self._args.registry.repository}/{name}:{self.names.stack}"
        return pulumi.Output.from_input(reference)

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        if image is None:
            return ()
        login = self.push_credentials
        return (
            PushedImage(
                f"{name}-pushed",
                image=image,
                reference=reference,
                username=None if login is None else login.username,
                password=None if login is None else login.password,
                opts=pulumi.ResourceOptions(parent=self),
            ),
        )

    def pulls(
        self,
        name: str,
        namespace: Namespace,
        reference: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
    ) -> Sequence[pulumi.Resource]:
        return (
            NodePulls(
                f"{name}-pulls",
                image=reference,
                namespace=namespace.name,
                pull_secrets=self.pull_secrets,
                labels=self.names.owner_labels,
                kubeconfig=self._identity.kubeconfig,
                uid=self._identity.uid,
                opts=opts,
            ),
        )

    def exposure(self, application: str) -> Exposure:
        return self._args.exposure(application)

    def claim(
        self, name: str, parent: pulumi.Resource, objects: Sequence[manifests.Manifest]
    ) -> Sequence[pulumi.Resource]:
        identity = self._identity
        claim = claimed(
            name,
            objects,
            self.names,
            kubeconfig=identity.kubeconfig,
            uid=identity.uid,
            parent=parent,
        )
        return (claim,)

    def _make_namespace(self, name: str) -> Namespace:
        made = super()._make_namespace(name)
        if self._password is None:
            return made
        user = str(self._args.registry.username)
        config = self._password.apply(lambda word: _docker_config(_host(self._args), user, word))
        manifest = manifests.pull_secret(_PULL_SECRET, name, config, self.names)
        claim = self.claim(f"{name}-registry", self, [manifest])
        options = self.inside(parent=self, depends_on=[*made.resources, *claim])
        secret = KubernetesObject(f"{name}-registry", manifest, options)
        return Namespace(name, (*made.resources, secret))


def _password(
    args: CloudTargetArgs, password: pulumi.Output[str] | None
) -> pulumi.Output[str] | None:
    if args.registry.username is None:
        return None
    if password is None:
        raise SettingsError(
            "slipway:target.registry.username is set, and no password: "
            "`pulumi config set --secret slipway:registryPassword`, or SLIPWAY_REGISTRY_PASSWORD "
            "in the environment"
        )
    return pulumi.Output.secret(password)


def _host(args: CloudTargetArgs) -> str:
    return args.registry.repository.partition("/")[0]


def _docker_config(host: str, user: str, password: str) -> str:
    """Docker's config.json with one login, in base64 as a Secret holds it.

    https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
    """
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    auths = {host: {"username": user, "password": password, "auth": login}}
    return base64.b64encode(json.dumps({"auths": auths}).encode()).decode()


def _handed_over(stack: str | None, opts: pulumi.ResourceOptions) -> pulumi.Output[str] | None:
    """The kubeconfig that the stack of the cluster exports, as text or as an object."""
    if stack is None:
        return None
    output = pulumi.StackReference(stack, opts=opts).require_output("kubeconfig")
    return output.apply(lambda found: found if isinstance(found, str) else json.dumps(found))


def _one_platform(platforms: list[str]) -> str:
    """The platform of all nodes.  Raises SettingsError when there are several, or none."""
    if len(platforms) == 1:
        return platforms[0]
    raise SettingsError(
        f"the cluster's nodes are of {', '.join(platforms) or 'no platform'}; "
        "name the one to build for: slipway:image.platform"
    )
