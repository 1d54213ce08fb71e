"""MinikubeTarget: a minikube profile on this machine, made or adopted, and a registry."""

import dataclasses
from typing import Literal, Self

import pulumi
from pydantic import Field, field_validator, model_validator

from ..allocation import Allocation
from ..k8s.access import ClusterAccess
from ..k8s.versions import unsupported
from ..machine.runner import Runner
from ..minikube.inputs import NodesSettings, ProfileSettings
from ..minikube.nodes import MinikubeNodes
from ..minikube.profile import MinikubeProfile
from ..minikube.reach import unreachable_because
from ..registry import RegistryArgs
from ..settings.model import SettingsError
from ..settings.production import CONTROL_PLANES, too_few_nodes
from .exposure import Exposure
from .local import LocalCluster, LocalTarget, LocalTargetArgs
from .namespaces import NamespaceArgs

_MOST_NODES = 20


class MinikubeTargetArgs(LocalTargetArgs):
    """`slipway:target` of a stack that runs on a minikube profile."""

    product: Literal["minikube"]
    """What makes the cluster."""

    profile: str | None = Field(
        default=None, pattern=r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$", examples=["minikube"]
    )
    """Profile; the stack's own unless given. An existing one is adopted: it is started and used as
    it is, and stays when the stack is destroyed."""

    nodes: int | None = Field(default=None, ge=1, le=_MOST_NODES, examples=[2])
    """Number of nodes, all of which run applications; added and removed in place. One unless
    given, or those that an adopted profile has."""

    ha: bool | None = None
    """Whether three of the nodes are control planes."""

    driver: Literal["docker"] = "docker"
    """Driver of the nodes. Containers only: others do not reach the registry of this machine."""

    container_runtime: Literal["containerd"] = "containerd"
    """Container runtime. Only containerd reads from a file where the registry is."""

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
    """Whether a change that recreates the stack's own profile, with everything on it lost, is
    allowed."""

    registry: RegistryArgs = RegistryArgs()
    """The registry beside the cluster."""

    port: int = Field(default=30080, ge=30000, le=32767)
    """Port of the application on every node: a NodePort."""

    namespaces: NamespaceArgs = NamespaceArgs()
    """Bounds of the namespaces that the stack makes."""

    @field_validator("kubernetes_version")
    @classmethod
    def _version_is_supported(cls, version: str | None) -> str | None:
        if version and (reason := unsupported(version)):
            raise ValueError(reason)
        return version

    @model_validator(mode="after")
    def _ha_has_enough_nodes(self) -> Self:
        if self.ha and (self.nodes or 0) < CONTROL_PLANES:
            raise ValueError(
                f"ha needs nodes: {CONTROL_PLANES} or more, as etcd needs a majority, and not "
                f"{self.nodes or 'the default of 1'}"
            )
        return self

    def make(self, name: str, *, production: bool) -> "MinikubeTarget":
        """Make the target of these settings."""
        return MinikubeTarget(name, self, production=production)

    @property
    def node_port(self) -> int:
        """Port of the application on the nodes."""
        return self.port

    def too_few_nodes(self) -> list[str]:
        """Return why these nodes are refused in production, one line each."""
        control_planes = CONTROL_PLANES if self.ha else 1
        workers = (self.nodes or 1) - control_planes
        return too_few_nodes(control_planes, workers, ("target.ha", "target.nodes"))


class MinikubeTarget(LocalTarget[MinikubeTargetArgs]):
    """A minikube profile and a registry. `destroy` removes the registry, and a profile that the
    stack made."""

    def __init__(
        self,
        name: str,
        args: MinikubeTargetArgs,
        *,
        production: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "MinikubeTarget", name, args, opts, production=production, namespaces=args.namespaces
        )
        self.kubernetes_version = args.kubernetes_version
        profile = args.profile or self.names.cluster
        allocation = Allocation(
            f"{name}-allocation",
            registry=self.names.registry,
            registry_port=args.registry.port,
            opts=self._child,
        )
        self.registry = self._make_registry(args.registry, allocation)
        self.profile = MinikubeProfile(
            f"{name}-profile",
            ProfileSettings(
                name=profile,
                driver=args.driver,
                container_runtime=args.container_runtime,
                kubernetes_version=args.kubernetes_version,
                ha=args.ha,
                memory=args.memory,
                cpus=args.cpus,
                nodes=args.nodes,
                base_image=args.base_image and self.mirrors.resolve(args.base_image),
                registry=self.registry.container_name,
                adopt=args.profile is not None,
                replace=args.replace_cluster,
            ),
            mark=allocation.mark,
            opts=self._child,
        )
        self.nodes = MinikubeNodes(
            f"{name}-nodes",
            NodesSettings(profile=profile, nodes=args.nodes, addons=args.addons),
            profile=self.profile,
            registry=self.registry,
            opts=self._child,
        )
        # Both stay known in the preview of every update of the profile, and the outputs may not.
        context, uid = pulumi.Output.from_input(profile), self.profile.id
        access = ClusterAccess(self.profile.kubeconfig, context, uid)
        cluster = LocalCluster(
            name=profile,
            access=access,
            nodes=self.nodes,
            # A named one may be the user's, and stay when the stack is destroyed.
            owned=self.profile if args.profile is None else None,
            address=f"this profile's port {args.port}",
            url=pulumi.Output.concat("http://", self.profile.address, f":{args.port}"),
        )
        # Stopped nodes are started by the resource of the nodes, and only then may the provider
        # ask the cluster.
        self._use(cluster, after=[self.nodes])
        if args.profile is not None:
            # Not known until the nodes run: a stopped cluster cannot be asked.
            known = pulumi.Output.all(access.kubeconfig, self.nodes.running)
            kubeconfig = known.apply(lambda both: both[0])
            self.shared = dataclasses.replace(access, kubeconfig=kubeconfig)

    def exposure(self, application: str) -> Exposure:
        if reason := unreachable_because(Runner()):
            raise SettingsError(
                f"{application}: the addresses of minikube's nodes cannot be reached from this "
                f"machine, as {reason}; set `expose: false` and reach it with `make open`"
            )
        return super().exposure(application)
