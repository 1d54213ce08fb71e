"""A cluster on this machine, made or adopted by minikube, with a registry beside it."""

import sys
from collections.abc import Sequence
from typing import Literal, Self

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import Field, field_validator, model_validator

from ..local.allocation import Allocation
from ..local.delivery import Delivery
from ..local.minikube_nodes import MinikubeNodes
from ..local.minikube_profile import MinikubeProfile
from ..local.platform import this_platform
from ..model import Model, SettingsError
from ..names import Names
from ..objects import KubernetesObject
from ..production import CONTROL_PLANES, too_few_nodes
from ..registry import Registry, RegistryArgs
from ..versions import refusal
from . import manifests
from .base import Target
from .claims import claimed
from .exposure import Exposure
from .namespaces import NamespaceArgs

_MOST_NODES = 20


class MinikubeTargetArgs(Model):
    """`slipway:target` of a stack that runs on a minikube profile."""

    product: Literal["minikube"]
    """What makes the cluster."""

    profile: str | None = Field(
        default=None, pattern=r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$", examples=["minikube"]
    )
    """Profile; the stack's own unless given. One that is there already is adopted: it is started
    and used as it is, and stays when the stack goes."""

    nodes: int | None = Field(default=None, ge=1, le=_MOST_NODES, examples=[2])
    """Number of nodes, all of which run applications; added and removed in place. One unless
    given, or those that an adopted profile has."""

    ha: bool | None = None
    """Whether three of the nodes are control planes."""

    driver: Literal["docker"] = "docker"
    """What nodes are. Containers only: other nodes do not reach the registry of this machine."""

    container_runtime: Literal["containerd"] = "containerd"
    """What runs the containers. Only containerd can be told where the registry is, in a file."""

    kubernetes_version: str | None = Field(default=None, examples=["v1.35.1"])
    """Kubernetes version; minikube's default unless given."""

    memory: int | None = Field(default=None, ge=1800, examples=[4096])
    """Memory of each node in MiB; minikube's default unless given."""

    cpus: int | None = Field(default=None, ge=2, examples=[2])
    """Processors of each node; minikube's default unless given."""

    addons: list[str] = Field(default_factory=list, examples=[["metrics-server"]])
    """Addons, by their names in `minikube addons list`; enabled and disabled in place."""

    base_image: str | None = None
    """Node image; minikube's own unless given."""

    replace_cluster: bool = False
    """Whether a change that makes the profile anew, with everything on it lost, is allowed."""

    registry: RegistryArgs = RegistryArgs()
    """The registry beside the cluster."""

    port: int = Field(default=30080, ge=30000, le=32767)
    """Port of the application on every node: a NodePort."""

    namespaces: NamespaceArgs = NamespaceArgs()
    """Bounds of the namespaces that the stack makes."""

    @field_validator("kubernetes_version")
    @classmethod
    def _version_is_supported(cls, version: str | None) -> str | None:
        if version and (told := refusal(version)):
            raise ValueError(told)
        return version

    @model_validator(mode="after")
    def _ha_has_enough_nodes(self) -> Self:
        if self.ha and (self.nodes or 0) < CONTROL_PLANES:
            raise ValueError(
                f"ha needs nodes: {CONTROL_PLANES} or more, as etcd needs a majority, and not "
                f"{self.nodes or 'the default of 1'}"
            )
        return self

    def exposure(self, application: str, url: pulumi.Input[str]) -> Exposure:
        """How an application is reached from outside: all of a stack have one address."""
        del application
        return Exposure("NodePort", node_port=self.port, url=url)

    def too_few_nodes(self) -> list[str]:
        """Why these nodes are refused in production, one line each."""
        control_planes = CONTROL_PLANES if self.ha else 1
        told = too_few_nodes(control_planes, (self.nodes or 1) - control_planes)
        # The same in the words that this target has for them.
        return [
            line.replace("cluster.controlPlanes", "ha").replace("cluster.workers", "nodes")
            for line in told
        ]

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """Secrets with which the cluster pulls: none for the registry beside it."""
        return ()


class MinikubeTarget(Target):
    """A minikube profile and a registry. The registry goes with the stack, and so does a profile
    that the stack made."""

    def __init__(
        self,
        name: str,
        args: MinikubeTargetArgs,
        *,
        production: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "MinikubeTarget",
            name,
            Names.of_stack(),
            opts,
            production=production,
            namespaces=args.namespaces,
        )
        self._args = args
        self._profile_name = args.profile or self.names.cluster
        if production and (told := args.too_few_nodes()):
            raise SettingsError("\n".join(told))
        self._exposed: str | None = None
        child = pulumi.ResourceOptions(parent=self)
        allocation = Allocation(
            f"{name}-allocation",
            names=self.names,
            makes_cluster=False,
            application=None,
            registry=args.registry.port,
            opts=child,
        )
        self.registry = Registry(
            f"{name}-registry",
            args.registry,
            allocation=allocation,
            names=self.names,
            mirrors=self.mirrors,
            opts=child,
        )
        self.profile = MinikubeProfile(
            f"{name}-profile",
            {
                "name": self._profile_name,
                "nodes": args.nodes,
                "ha": args.ha,
                "driver": args.driver,
                "containerRuntime": args.container_runtime,
                "kubernetesVersion": args.kubernetes_version,
                "memory": args.memory,
                "cpus": args.cpus,
                "baseImage": args.base_image and self.mirrors.resolve(args.base_image),
                "mark": allocation.mark,
                "adopt": args.profile is not None,
                "replace": args.replace_cluster,
            },
            opts=child,
        )
        self.nodes = self._make_nodes(name, child)
        # What is stopped is started as one of the changes to nodes, and only then may the
        # provider ask the cluster what it is.
        self.provider = kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=self.profile.kubeconfig,
            enable_server_side_apply=True,
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[self.nodes])
            ),
        )
        self.kubeconfig = self.profile.kubeconfig
        self.ready = [self.nodes]
        if args.profile is None:  # else it may be the user's, and stay when the stack goes
            self.deleted_with = self.profile
            hosting = KubernetesObject(
                f"{name}-registry-hosting",
                manifests.local_registry_hosting(self.registry.host, self.names),
                self.inside(parent=self),
            )
            self.ready.append(hosting)
        self.platform = pulumi.Output.from_input(this_platform())
        self.context = self.profile.context
        self.cluster_uid = self.profile.uid
        self._url = pulumi.Output.concat("http://", self.profile.address, f":{args.port}")
        self.register_outputs({"context": self.context, "clusterUid": self.cluster_uid})

    def _make_nodes(self, name: str, child: pulumi.ResourceOptions) -> MinikubeNodes:
        return MinikubeNodes(
            f"{name}-nodes",
            {
                "profile": self._profile_name,
                "uid": self.profile.uid,
                "kubeconfig": self.profile.kubeconfig,
                "adopted": self.profile.adopted,
                "nodes": self._args.nodes,
                "addons": self._args.addons,
                "registryHost": self.registry.host,
                "registryContainer": self.registry.container_name,
                "registryId": self.registry.container_id,
            },
            opts=child,
        )

    def image_name(self, name: str) -> pulumi.Output[str]:
        return pulumi.Output.concat(self.registry.host, "/", name, ":", self.names.stack)

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        inputs: dict[str, pulumi.Input[str]] = {
            "image": image or "",
            "reference": reference,
            "cluster": self._profile_name,
            "registryContainer": self.registry.container_name,
            "registryHost": self.registry.host,
        }
        options = pulumi.ResourceOptions(parent=self, depends_on=[self.nodes])
        return (Delivery(f"{name}-delivery", inputs, options),)

    def claim(
        self, name: str, parent: pulumi.Resource, objects: Sequence[manifests.Manifest]
    ) -> Sequence[pulumi.Resource]:
        if self._args.profile is None:
            return ()
        # Not known until the nodes run: a stopped cluster cannot be asked.
        known = pulumi.Output.all(self.profile.kubeconfig, self.nodes.running)
        claim = claimed(
            name,
            objects,
            self.names,
            kubeconfig=known.apply(lambda both: both[0]),
            uid=self.profile.uid,
            parent=parent,
        )
        return (claim,)

    def exposure(self, application: str) -> Exposure:
        if sys.platform != "linux":
            raise SettingsError(
                f"{application}: minikube's nodes have an address of their own on Linux only; set "
                "`expose: false` and reach it with `make open`"
            )
        if self._exposed not in (None, application):
            raise SettingsError(
                f"{application}: {self._exposed} already has this profile's port "
                f"{self._args.port}; set `expose: false` and reach it with `make open`"
            )
        self._exposed = application
        return self._args.exposure(application, self._url)
