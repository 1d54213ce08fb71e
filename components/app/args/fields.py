"""The settings of an application, one by one."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ...k8s.syntax import ObjectName
from .containers import ContainerArgs, DataArgs, InitArgs, SidecarArgs
from .health import HealthArgs
from .jobs import JobArgs, MigrationArgs
from .network import EgressArgs, IngressArgs, ServiceArgs
from .scaling import AutoscaleArgs
from .storage import StorageArgs, WritableArgs
from .values import DNS_LABEL, Path, Plain, Secret, Variable


class AppFields(ContainerArgs):
    """The settings of an application; AppArgs checks that they go together."""

    former_names: ClassVar[Mapping[str, str]] = {
        "secret_folders": "secret_volumes",
        "node_loss_seconds": "node_unreachable_seconds",
    }

    kind: Literal["Deployment", "StatefulSet", "Job", "CronJob"] = "Deployment"
    """Kind of the workload: interchangeable replicas, replicas each with its own name and volumes,
    or work that ends, once or on a schedule."""

    port: int = Field(default=8080, ge=1, le=65535)
    """Port on which the application's container listens; `PORT` in its environment."""

    replicas: int = Field(default=3, ge=0, le=1000)
    """Number of pods."""

    autoscale: AutoscaleArgs | None = Field(default=None, examples=[{"max": 10}])
    """Scales the number of pods with the load."""

    secrets: dict[Variable, Secret] = Field(
        default_factory=dict, json_schema_extra={"secret": True}
    )
    """Secret environment variables, as Pulumi secrets."""

    files: dict[Path, Plain] = Field(default_factory=dict, examples=[{"/etc/app/app.json": "{}"}])
    """Files in the container: content by path."""

    secret_files: dict[Path, Secret] = Field(
        default_factory=dict, json_schema_extra={"secret": True}
    )
    """Secret files in the container, as Pulumi secrets: content by path."""

    secret_volumes: dict[Path, ObjectName] = Field(
        default_factory=dict, examples=[{"/etc/tls": "web-tls"}]
    )
    """Secrets of the namespace that are mounted as volumes, each key a file: name by path."""

    writable: list[WritableArgs] = Field(
        default_factory=lambda: [WritableArgs(path="/tmp")], examples=[["/tmp"]]
    )
    """Writable paths; the root file system is read-only."""

    storage: list[StorageArgs] = Field(default_factory=list[StorageArgs])
    """Persistent volumes of each pod of a StatefulSet."""

    data: DataArgs | None = Field(default=None, examples=[{"command": ["node", "data.js"]}])
    """A container that provides the data that the application reads."""

    sidecars: list[SidecarArgs] = Field(default_factory=list[SidecarArgs])
    """Containers that run beside the application's."""

    init: list[InitArgs] = Field(default_factory=list[InitArgs])
    """Containers that run to completion before the application starts, in this order."""

    migration: MigrationArgs | None = Field(
        default=None, examples=[{"command": ["node", "migrate.js"]}]
    )
    """A Job that must succeed before an update begins."""

    job: JobArgs = JobArgs()
    """How a Job or CronJob runs."""

    health: HealthArgs | None = Field(default=None, examples=["/healthz"])
    """Health check of the application: an HTTP path, or more; an open port unless given."""

    startup_seconds: int = Field(default=60, ge=1, le=3600)
    """Seconds that a new pod may take to become ready, image pull included."""

    min_ready_seconds: int = Field(default=1, ge=1, le=600)
    """Seconds for which a new pod must be ready before it counts as available."""

    drain_seconds: int = Field(default=5, ge=0, le=600)
    """Seconds that a terminating pod still serves while endpoints are updated."""

    shutdown_seconds: int = Field(default=30, ge=1, le=3600)
    """Seconds after that in which a pod may finish its requests."""

    node_unreachable_seconds: int = Field(default=30, ge=0, le=86400)
    """Seconds after which the pods of an unreachable node are recreated on others; Kubernetes
    waits for 300 by default."""

    rollback_on_failure: bool = True
    """Whether a version that fails to roll out is replaced by the one before; else it stays for a
    look, beside the one before."""

    release: Literal["separately", "together"] = "separately"
    """`together`: with the other applications of the stack that say so. None is started before the
    checks of all succeeded, and where one fails, all return to their versions before."""

    user: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """Numeric user that the containers run as; the image's own unless given."""

    priority_class: ObjectName | None = None
    """PriorityClass of the pods."""

    service_account: ObjectName | None = None
    """ServiceAccount of the pods, which the namespace has."""

    service_account_token: bool = False
    """Whether the pods get the token of their ServiceAccount."""

    service: ServiceArgs = ServiceArgs()
    """The application's address in the cluster."""

    expose: bool = True
    """Whether the application gets a URL outside the cluster."""

    network_policy: bool = True
    """Whether only declared traffic passes: in from the same namespace, from callers, and to
    the exposed port; out to DNS, to `calls` and to `egress`."""

    calls: list[Annotated[str, Field(pattern=DNS_LABEL)]] = Field(
        default_factory=list, examples=[["orders"]]
    )
    """Applications of the stack that it calls, by name, in whichever namespace."""

    egress: list[EgressArgs] = Field(default_factory=list[EgressArgs])
    """Addresses outside the stack that it may reach."""

    ingress: list[IngressArgs] = Field(default_factory=list[IngressArgs])
    """Others that may reach it: namespaces and addresses outside the stack."""

    namespace: str | None = Field(default=None, pattern=DNS_LABEL)
    """Namespace of the application; the stack's own unless given. Those of Kubernetes itself are
    refused; `default` stays when the stack is destroyed."""

    allow_replace: bool = False
    """Whether an update may delete and recreate an object for a change of an immutable field;
    it does not serve meanwhile. To be set for one update."""

    @property
    def serves(self) -> bool:
        """Whether the application answers on a port, and does not end by itself."""
        return self.kind in ("Deployment", "StatefulSet")

    @property
    def is_exposed(self) -> bool:
        """Whether the target gives it a URL: not where the settings give the Service a type."""
        return self.serves and self.expose and self.service.type is None

    @property
    def least_replicas(self) -> int:
        """Number of pods below which nothing scales it."""
        return self.autoscale.min or self.replicas if self.autoscale else self.replicas

    @property
    def all_sidecars(self) -> list[SidecarArgs]:
        """The sidecars, the data container first."""
        return [*([self.data.sidecar] if self.data else []), *self.sidecars]

    @property
    def all_writable(self) -> list[WritableArgs]:
        """The writable paths of the pod, the data volume first."""
        return [*([self.data.volume] if self.data else []), *self.writable]
