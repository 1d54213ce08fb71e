"""AppArgs: all that can be said about an application."""

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .containers import ContainerArgs, DataArgs, InitArgs, SidecarArgs
from .health import HealthArgs
from .jobs import JobArgs, MigrationArgs
from .network import EgressArgs, IngressArgs, ServiceArgs
from .scaling import AutoscaleArgs
from .storage import StorageArgs, WritableArgs
from .values import DNS_LABEL, OBJECT_NAME, Path, Plain, Secret, Variable

_LARGEST_FILES = 1_000_000
"""Bytes that files may have together: a ConfigMap holds 1 MiB."""


class AppArgs(ContainerArgs):
    """An application: an image, a port, a number of replicas, and how it is seen to be well."""

    kind: Literal["Deployment", "StatefulSet", "Job", "CronJob"] = "Deployment"
    """What runs it: replicas that are all alike, replicas each with a name and volumes of its
    own, or work that ends, once or by a schedule."""

    port: int = Field(default=8080, ge=1, le=65535)
    """Port on which the application's container listens; `PORT` in its environment."""

    replicas: int = Field(default=3, ge=0, le=1000)
    """Number of pods."""

    autoscale: AutoscaleArgs | None = Field(default=None, examples=[{"max": 10}])
    """Lets the load decide on the number of pods."""

    secrets: dict[Variable, Secret] = Field(
        default_factory=dict, json_schema_extra={"secret": True}
    )
    """Environment variables that are secret, as Pulumi secrets."""

    files: dict[Path, Plain] = Field(default_factory=dict, examples=[{"/etc/app/app.json": "{}"}])
    """Files of the container and what is in them."""

    secret_files: dict[Path, Secret] = Field(
        default_factory=dict, json_schema_extra={"secret": True}
    )
    """Files that are secret, as Pulumi secrets."""

    secret_folders: dict[Path, Annotated[str, Field(pattern=OBJECT_NAME)]] = Field(
        default_factory=dict, examples=[{"/etc/tls": "web-tls"}]
    )
    """Folders with what Secrets hold that the namespace has, each key a file."""

    writable: list[WritableArgs] = Field(
        default_factory=lambda: [WritableArgs(path="/tmp")], examples=[["/tmp"]]
    )
    """Paths that can be written; the root file system cannot."""

    storage: list[StorageArgs] = Field(default_factory=list[StorageArgs])
    """Persistent volumes of each pod of a StatefulSet."""

    data: DataArgs | None = Field(default=None, examples=[{"command": ["node", "data.js"]}])
    """A container with the data that the application uses."""

    sidecars: list[SidecarArgs] = Field(default_factory=list[SidecarArgs])
    """Containers that run beside the application."""

    init: list[InitArgs] = Field(default_factory=list[InitArgs])
    """Containers that run before the application, one after the other."""

    migration: MigrationArgs | None = Field(
        default=None, examples=[{"command": ["node", "migrate.js"]}]
    )
    """A Job that must succeed before an update begins."""

    job: JobArgs = JobArgs()
    """How a Job or CronJob runs."""

    health: HealthArgs | None = Field(default=None, examples=["/healthz"])
    """What tells that the application is well: an HTTP path, or more; without it, an open port."""

    startup_seconds: int = Field(default=60, ge=1, le=3600)
    """How long a new pod may take to become ready, image pull included."""

    min_ready_seconds: int = Field(default=1, ge=1, le=600)
    """How long a new pod must have been ready before it counts."""

    drain_seconds: int = Field(default=5, ge=0, le=600)
    """How long an ending pod still serves while the news that it ends spreads."""

    shutdown_seconds: int = Field(default=30, ge=1, le=3600)
    """How long a pod may finish what it began, after that."""

    node_loss_seconds: int = Field(default=30, ge=0, le=86400)
    """After how long the pods of a node that does not answer any more are made anew elsewhere;
    Kubernetes itself waits for five minutes."""

    user: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """Numeric user that the containers run as; the image's own unless given."""

    priority_class: str | None = Field(default=None, pattern=OBJECT_NAME)
    """PriorityClass of the pods."""

    service_account: str | None = Field(default=None, pattern=OBJECT_NAME)
    """A ServiceAccount that the namespace has."""

    service_account_token: bool = False
    """Whether the pods get the credentials of their ServiceAccount."""

    service: ServiceArgs = ServiceArgs()
    """The application's address in the cluster."""

    expose: bool = True
    """Whether the application gets a URL outside the cluster."""

    network_policy: bool = True
    """Whether only declared traffic passes: in from the same namespace, from callers, and to
    what is exposed; out to DNS, to `calls` and to `egress`."""

    calls: list[Annotated[str, Field(pattern=DNS_LABEL)]] = Field(
        default_factory=list, examples=[["orders"]]
    )
    """Applications of the stack that it calls, in whichever namespace."""

    egress: list[EgressArgs] = Field(default_factory=list[EgressArgs])
    """Addresses outside of the stack that it may reach."""

    ingress: list[IngressArgs] = Field(default_factory=list[IngressArgs])
    """Who else may reach it."""

    namespace: str | None = Field(default=None, pattern=DNS_LABEL)
    """Namespace of the application; the stack's own unless given."""

    @property
    def serves(self) -> bool:
        """Whether it answers on a port, and does not end by itself."""
        return self.kind in ("Deployment", "StatefulSet")

    @property
    def is_exposed(self) -> bool:
        """Whether the target is asked for a URL: not where the settings say what the Service is."""
        return self.serves and self.expose and self.service.type is None

    @property
    def least_replicas(self) -> int:
        """The number of pods below which nothing scales it."""
        return self.autoscale.min or self.replicas if self.autoscale else self.replicas

    @property
    def all_sidecars(self) -> list[SidecarArgs]:
        """The sidecars, the one with the data first."""
        return [*([self.data.sidecar] if self.data else []), *self.sidecars]

    @property
    def all_writable(self) -> list[WritableArgs]:
        """The writable paths of the pod, the data's first."""
        return [*([self.data.volume] if self.data else []), *self.writable]

    @field_validator("files")
    @classmethod
    def _files_fit(cls, files: dict[str, str]) -> dict[str, str]:
        size = sum(len(text.encode()) for text in files.values())
        if size > _LARGEST_FILES:
            raise ValueError(
                f"the files have {size} bytes together, and a ConfigMap holds {_LARGEST_FILES}; "
                "large ones belong into the image"
            )
        return files

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        for told in (*self._ports(), *self._names(), *self._paths(), *self._kinds()):
            raise ValueError(told)
        return self

    def _ports(self) -> Iterator[str]:
        given = [("the application", self.port)] if self.serves else []
        given += [(f"the sidecar {one.name}", one.port) for one in self.sidecars if one.port]
        for number, count in Counter(port for _, port in given).items():
            if count > 1:
                names = " and ".join(name for name, port in given if port == number)
                yield (
                    f"port {number} is that of {names}, which share one address; give one of them "
                    f"another, e.g. {number + 1 if number < 65535 else 8081}"
                )

    def _names(self) -> Iterator[str]:
        names = Counter(one.name for one in (*self.all_sidecars, *self.init))
        for name, count in names.items():
            if count > 1:
                yield f"two containers are called {name}; rename one"
        for one in (*self.sidecars, *self.init):
            if missing := [name for name in one.secrets if name not in self.secrets]:
                yield (
                    f"the container {one.name} wants the secret {missing[0]}, and there are: "
                    f"{', '.join(self.secrets) or 'none'}"
                )
            places = [place for place, _ in self._places()]
            if missing := [path for path in one.mounts if path not in places]:
                yield (
                    f"the container {one.name} mounts {missing[0]}, and the application has: "
                    f"{', '.join(places)}"
                )
        if both := self.secrets.keys() & (self.env.keys() | self.env_from.keys()):
            yield f"{', '.join(sorted(both))} is a secret and a plain variable; leave one"

    def _places(self) -> Iterator[tuple[str, str]]:
        """All paths at which something is mounted, and the settings that say so."""
        yield from ((one.path, "writable") for one in self.writable)
        if self.data:
            yield self.data.path, "data"
        yield from ((one.path, "storage") for one in self.storage)
        yield from ((path, "files") for path in self.files)
        yield from ((path, "secretFiles") for path in self.secret_files)
        yield from ((path, "secretFolders") for path in self.secret_folders)

    def _paths(self) -> Iterator[str]:
        places = list(self._places())
        for path, where in places:
            if posixpath.normpath(path) != path:
                yield f"{where}: {path} is not accepted: say {posixpath.normpath(path)}"
        for path, count in Counter(path for path, _ in places).items():
            if count > 1:
                settings = " and ".join(where for one, where in places if one == path)
                yield f"{path} is mounted by {settings}; leave one, or choose another path"
        folders = [(path, where) for path, where in places if where not in ("files", "secretFiles")]
        single = [(path, where) for path, where in places if where in ("files", "secretFiles")]
        for file, kind in single:
            for folder, where in (*folders, *single):
                if file != folder and _is_inside(folder, file):
                    yield f"{kind}: {file} cannot be a file, as {where} has {folder} inside it"
                if where in ("data", "secretFolders", "writable") and _is_inside(file, folder):
                    yield (
                        f"{kind}: {file} lies over {where} {folder}, which would be hidden behind "
                        "it or written over; choose another path for one of them"
                    )

    def _kinds(self) -> Iterator[str]:
        given = self.model_fields_set
        if self.storage and self.kind != "StatefulSet":
            yield f"storage needs kind: StatefulSet; a {self.kind} has `writable` paths"
        if self.kind == "CronJob" and self.job.schedule is None:
            yield "kind: CronJob needs job.schedule, e.g. '0 3 * * *'"
        if self.kind != "CronJob" and self.job.schedule is not None:
            yield f"job.schedule needs kind: CronJob, and this is a {self.kind}"
        if not self.serves:
            names = ("replicas", "autoscale", "port", "health", "service", "migration", "ingress")
            if wrong := [name for name in names if name in given]:
                yield f"a {self.kind} has no {', '.join(wrong)}; leave it out"
        if self.serves and "job" in given:
            yield f"job needs kind: Job or CronJob, and this is a {self.kind}"
        if self.autoscale and not 1 <= self.least_replicas <= self.autoscale.max:
            yield (
                f"replicas {self.replicas} is the least of autoscale, and its max is "
                f"{self.autoscale.max}; from 1 to {self.autoscale.max}, or set autoscale.min"
            )
        if self.service.type is not None and self.expose and "expose" in given:
            yield "service.type is the target's to choose where `expose` is true; leave one out"


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")
