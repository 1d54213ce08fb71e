"""Types of App's keywords; `python -m stacks.keyword_types` generates this file."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

import pulumi

from .args.containers import DataArgs, InitArgs, SidecarArgs
from .args.health import HealthArgs
from .args.jobs import JobArgs, MigrationArgs
from .args.network import EgressArgs, IngressArgs, ServiceArgs
from .args.scaling import AutoscaleArgs
from .args.storage import StorageArgs, WritableArgs
from .args.values import ValueFromArgs


class ValueFromArgsDict(TypedDict, total=False):
    secret: str | None
    config_map: str | None
    key: str | None
    field: str | None


class AutoscaleArgsDict(TypedDict, total=False):
    min: int | None
    max: Required[int]
    cpu: int | None
    memory: int | None
    metrics: Sequence[Mapping[str, Any]]
    scale_down_stabilization_seconds: int


class WritableArgsDict(TypedDict, total=False):
    path: Required[str]
    size: str
    memory: bool


class StorageArgsDict(TypedDict, total=False):
    path: Required[str]
    size: Required[str]
    storage_class: str | None
    access: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"]
    retain: bool


class ContainerArgsDict(TypedDict, total=False):
    command: list[str] | None
    args: list[str] | None
    env: Mapping[str, str | pulumi.Output[str]]
    env_from: Mapping[str, ValueFromArgs | ValueFromArgsDict]
    cpu: str
    cpu_limit: str | None
    memory: str
    memory_limit: str | None
    ephemeral_storage: str
    ephemeral_storage_limit: str


class HealthArgsDict(TypedDict, total=False):
    http: str | None
    tcp: bool
    grpc: str | None
    exec: list[str] | None
    port: int | None
    period_seconds: int
    timeout_seconds: int
    failures: int
    restart_seconds: int


class DataArgsDict(ContainerArgsDict, total=False):
    path: str
    size: str
    image: str | None
    health: HealthArgs | HealthArgsDict | str | None


class _HelperArgsDict(ContainerArgsDict, total=False):
    name: Required[str]
    image: str | None
    secrets: list[str]
    mounts: list[str]


class SidecarArgsDict(_HelperArgsDict, total=False):
    port: int | None
    health: HealthArgs | HealthArgsDict | str | None


class InitArgsDict(_HelperArgsDict, total=False):
    pass


class MigrationArgsDict(TypedDict, total=False):
    command: Required[list[str]]
    retries: int
    deadline_seconds: int
    reversible: bool


class JobArgsDict(TypedDict, total=False):
    schedule: str | None
    time_zone: str | None
    concurrency: Literal["Forbid", "Allow", "Replace"]
    retries: int
    deadline_seconds: int


class ServiceArgsDict(TypedDict, total=False):
    type: Literal["ClusterIP", "Headless", "NodePort", "LoadBalancer"] | None
    port: int
    node_port: int | None
    annotations: Mapping[str, str]


class EgressArgsDict(TypedDict, total=False):
    cidr: Required[str]
    ports: Sequence[int]


class IngressArgsDict(TypedDict, total=False):
    namespace: str | None
    cidr: str | None


class AppKeywords(TypedDict, total=False):
    command: list[str] | None
    env: Mapping[str, str | pulumi.Output[str]]
    env_from: Mapping[str, ValueFromArgs | ValueFromArgsDict]
    cpu: str
    cpu_limit: str | None
    memory: str
    memory_limit: str | None
    ephemeral_storage: str
    ephemeral_storage_limit: str
    kind: Literal["Deployment", "StatefulSet", "Job", "CronJob"]
    port: int
    replicas: int
    autoscale: AutoscaleArgs | AutoscaleArgsDict | None
    secrets: Mapping[str, pulumi.Output[str]]
    files: Mapping[str, str]
    secret_files: Mapping[str, pulumi.Output[str]]
    secret_volumes: Mapping[str, str]
    writable: list[WritableArgs | WritableArgsDict | str]
    storage: Sequence[StorageArgs | StorageArgsDict]
    data: DataArgs | DataArgsDict | None
    sidecars: Sequence[SidecarArgs | SidecarArgsDict]
    init: Sequence[InitArgs | InitArgsDict]
    migration: MigrationArgs | MigrationArgsDict | None
    job: JobArgs | JobArgsDict
    health: HealthArgs | HealthArgsDict | str | None
    startup_seconds: int
    min_ready_seconds: int
    drain_seconds: int
    shutdown_seconds: int
    node_unreachable_seconds: int
    rollback_on_failure: bool
    release: Literal["separately", "together"]
    user: int | None
    priority_class: str | None
    service_account: str | None
    service_account_token: bool
    service: ServiceArgs | ServiceArgsDict
    expose: bool
    network_policy: bool
    egress: Sequence[EgressArgs | EgressArgsDict]
    ingress: Sequence[IngressArgs | IngressArgsDict]
    namespace: str | None
    allow_replace: bool
