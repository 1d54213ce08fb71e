"""Targets on this machine: a cluster, a registry beside it, and one exposed application."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from ..allocation import Allocation
from ..k8s.access import ClusterAccess
from ..k8s.objects import KubernetesObject
from ..machine.platform import docker_platform
from ..machine.runner import Runner
from ..registry import Registry, RegistryArgs
from ..registry.delivery import Delivery
from ..settings.model import SettingsError
from . import manifests
from .base import Target, TargetArgs
from .exposure import Exposure
from .images import ImageRegistry
from .namespaces import NamespaceArgs


class LocalTargetArgs(TargetArgs):
    """Settings of a target on this machine."""

    is_local: ClassVar[bool] = True

    @property
    @abstractmethod
    def node_port(self) -> int:
        """Port of the application on the nodes."""

    @abstractmethod
    def too_few_nodes(self) -> list[str]:
        """Return why these nodes are refused in production, one line each."""

    def exposure(self, application: str, url: pulumi.Input[str]) -> Exposure:
        """Return how an application is reached from outside: a stack has one address."""
        del application
        return Exposure("NodePort", node_port=self.node_port, url=url)

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """No secret: the registry beside the cluster needs none."""
        return ()


@dataclass(frozen=True)
class LocalCluster:
    """A cluster on this machine, as its target made it."""

    name: str
    """Name of its Docker network, and of the cluster for kind or minikube."""

    access: ClusterAccess
    nodes: pulumi.Resource
    """Nodes that are ready and have access to the registry."""

    owned: pulumi.Resource | None
    """The cluster, where the stack owns it."""

    address: str
    """The address that an exposed application takes, in words."""

    url: pulumi.Output[str]
    """URL of an exposed application."""


class LocalImages(ImageRegistry):
    """The registry beside a cluster on this machine, which its nodes pull from without a login."""

    def __init__(self, target: Target, registry: Registry, cluster: LocalCluster) -> None:
        super().__init__()
        self._target = target
        self._registry = registry
        self._cluster = cluster

    def tagged(self, name: str) -> pulumi.Output[str]:
        stack = self._target.names.stack
        return pulumi.Output.concat(self._registry.host, "/", name, ":", stack)

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        delivery = Delivery(
            f"{name}-delivery",
            image=image,
            reference=reference,
            cluster=self._cluster.name,
            registry=self._registry,
            opts=pulumi.ResourceOptions(parent=self._target, depends_on=[self._cluster.nodes]),
        )
        return (delivery,)


Args = TypeVar("Args", bound=LocalTargetArgs)


class LocalTarget(Target, Generic[Args]):
    """A cluster on this machine, made by a subclass, with a registry beside it."""

    registry: Registry
    is_local = True

    def __init__(
        self,
        kind: str,
        name: str,
        args: Args,
        opts: pulumi.ResourceOptions | None,
        *,
        production: bool,
        namespaces: NamespaceArgs,
    ) -> None:
        if production and (refused := args.too_few_nodes()):
            raise SettingsError("\n".join(refused))
        super().__init__(kind, name, opts, production=production, namespaces=namespaces)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self, depends_on=[self.stack_identity])
        self._exposed: str | None = None
        self._platform = _platform()

    def _make_registry(self, args: RegistryArgs, allocation: Allocation) -> Registry:
        return Registry(f"{self._name}-registry", args, allocation=allocation, opts=self._child)

    def _use(self, cluster: LocalCluster, *, after: Sequence[pulumi.Resource] = ()) -> None:
        """Deploy to `cluster`, which answers once `after` is done."""
        self._cluster = cluster
        self.images = LocalImages(self, self.registry, cluster)
        self.access = cluster.access
        self.deleted_with = cluster.owned
        self.provider = self._make_provider(self._name, after)
        self.ready = [cluster.nodes]
        if cluster.owned is not None:
            self.ready.append(self._advertise_registry())
        self.register_outputs({"context": self.context, "clusterUid": self.cluster_uid})

    def _advertise_registry(self) -> pulumi.Resource:
        return KubernetesObject(
            f"{self._name}-registry-hosting",
            manifests.local_registry_hosting(self.registry.host, self.owner),
            self.inside(parent=self),
        )

    @property
    def platform(self) -> pulumi.Output[str]:
        return pulumi.Output.from_input(self._platform)

    def exposure(self, application: str) -> Exposure:
        if self._exposed not in (None, application):
            raise SettingsError(
                f"{application}: {self._exposed} already has {self._cluster.address}; set "
                "`expose: false` and reach it with `make open`"
            )
        self._exposed = application
        return self._args.exposure(application, self._cluster.url)


def _platform() -> str:
    """Return the platform of the nodes. Under mocks, where nothing is run, it is Python's."""
    is_mocked = isinstance(get_monitor(), MockMonitor)
    return docker_platform(None if is_mocked else Runner())
