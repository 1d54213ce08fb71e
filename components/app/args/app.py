"""AppArgs: the settings of an application, and the checks that they go together."""

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Self

from pydantic import field_validator, model_validator

from ...k8s.quantity import amount
from .fields import AppFields

_LARGEST_FILES = 1_000_000
"""Bytes that files may have together: a ConfigMap holds 1 MiB."""


_FILES = ("files", "secretFiles")
"""Settings whose paths are single files."""

_WHOLE_FOLDERS = ("data", "secretVolumes", "writable")
"""Settings whose paths are folders that one source fills."""


_RESERVED = ("kube-system", "kube-public", "kube-node-lease")


class AppArgs(AppFields):
    """An application: an image, a port, a number of replicas and health checks."""

    @field_validator("files")
    @classmethod
    def _files_fit(cls, files: dict[str, str]) -> dict[str, str]:
        size = sum(len(text.encode()) for text in files.values())
        if size > _LARGEST_FILES:
            raise ValueError(
                f"the files have {size} bytes together, and a ConfigMap holds {_LARGEST_FILES}; "
                "put large files into the image"
            )
        return files

    @field_validator("namespace")
    @classmethod
    def _namespace_is_not_reserved(cls, namespace: str | None) -> str | None:
        if namespace in _RESERVED:
            raise ValueError(
                "it is a namespace of Kubernetes itself, whose pods the stack's rules would "
                "refuse; leave it out for the stack's own, or name another, e.g. shop"
            )
        return namespace

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        checks = (
            *(self._ports(), self._names(), self._paths(), self._kinds(), self._retention()),
            *(self._sizes(), self._token()),
        )
        for message in (each for check in checks for each in check):
            raise ValueError(message)
        return self

    def _ports(self) -> Iterator[str]:
        given = [("the application", self.port)] if self.serves else []
        given += [(f"the sidecar {each.name}", each.port) for each in self.sidecars if each.port]
        for number, count in Counter(port for _, port in given).items():
            if count > 1:
                names = " and ".join(name for name, port in given if port == number)
                yield (
                    f"port {number} is that of {names}, which share one address; change one of "
                    f"them, e.g. to {number + 1 if number < 65535 else 8081}"
                )

    def _names(self) -> Iterator[str]:
        names = Counter(container.name for container in (*self.all_sidecars, *self.init))
        for name, count in names.items():
            if count > 1:
                yield f"two containers are called {name}; rename one"
        for container in (*self.sidecars, *self.init):
            if missing := [name for name in container.secrets if name not in self.secrets]:
                yield (
                    f"the container {container.name} uses the secret {missing[0]}, and `secrets` "
                    f"has: {', '.join(self.secrets) or 'none'}"
                )
            mounted = [path for path, _ in self._mounted()]
            if missing := [path for path in container.mounts if path not in mounted]:
                yield (
                    f"the container {container.name} mounts {missing[0]}, and the application "
                    f"has: {', '.join(mounted)}"
                )
        if both := self.secrets.keys() & (self.env.keys() | self.env_from.keys()):
            yield f"{', '.join(sorted(both))} is a secret and a plain variable; remove one"

    def _mounted(self) -> Iterator[tuple[str, str]]:
        """Yield all paths at which something is mounted, each with its setting."""
        yield from ((each.path, "writable") for each in self.writable)
        if self.data:
            yield self.data.path, "data"
        yield from ((each.path, "storage") for each in self.storage)
        yield from ((path, "files") for path in self.files)
        yield from ((path, "secretFiles") for path in self.secret_files)
        yield from ((path, "secretVolumes") for path in self.secret_volumes)

    def _paths(self) -> Iterator[str]:
        mounted = list(self._mounted())
        for path, setting in mounted:
            if posixpath.normpath(path) != path:
                yield f"{setting}: {path} is not accepted: write {posixpath.normpath(path)}"
        for path, count in Counter(path for path, _ in mounted).items():
            if count > 1:
                settings = " and ".join(setting for other, setting in mounted if other == path)
                yield f"{path} is mounted by {settings}; remove one, or choose another path"
        files = [(path, setting) for path, setting in mounted if setting in _FILES]
        for file, kind in files:
            for path, setting in mounted:
                if file != path and _is_inside(path, file):
                    yield f"{kind}: {file} cannot be a file, as {setting} has {path} inside it"
                if setting in _WHOLE_FOLDERS and _is_inside(file, path):
                    yield (
                        f"{kind}: {file} is inside {setting} {path}, which would hide or overwrite "
                        "it; choose another path for one of them"
                    )

    def _retention(self) -> Iterator[str]:
        """Yield what is wrong with `retain`: a StatefulSet has one policy for all its claims."""
        for number, volume in enumerate(self.storage):
            other = self.storage[0]
            if volume.retain != other.retain:
                was, now = (str(each.retain).lower() for each in (other, volume))
                yield (
                    f"storage.{number}.retain: {now} for {volume.path} and {was} for {other.path} "
                    "are not accepted together: a StatefulSet has one policy for all its volumes; "
                    "set the same for each, e.g. retain: true, and use `writable` for what need "
                    "not be kept"
                )

    def _sizes(self) -> Iterator[str]:
        """Yield the volumes that cannot be filled: the pod is evicted, or its containers ended."""
        containers = (self, *self.all_sidecars)
        disk = sum(amount(each.ephemeral_storage_limit) for each in containers)
        memory = sum(amount(each.memory_limit or each.memory) for each in containers)
        volumes = [(f"writable.{number}", each) for number, each in enumerate(self.writable)]
        volumes += [("data", self.data.volume)] if self.data else []
        for path, volume in volumes:
            limit, setting = (
                (memory, "memoryLimit") if volume.memory else (disk, "ephemeralStorageLimit")
            )
            if amount(volume.size) > limit:
                yield (
                    f"{path}.size: {volume.size} for {volume.path} is more than the containers "
                    f"may use together by their {setting}; set a smaller size, or raise the limit "
                    f"of the application, e.g. {setting}: {volume.size}"
                )

    def _token(self) -> Iterator[str]:
        if self.service_account_token and self.network_policy and not (self.egress or self.calls):
            yield (
                "serviceAccountToken: true needs a way to the API server, and no traffic leads "
                "out; name its addresses, which `kubectl get endpointslices --namespace default` "
                "lists, e.g. egress: [{cidr: 10.0.0.0/8, ports: [6443]}], or set networkPolicy: "
                "false"
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
                yield f"a {self.kind} has no {', '.join(wrong)}; remove it"
        if self.serves and "job" in given:
            yield f"job needs kind: Job or CronJob, and this is a {self.kind}"
        if self.autoscale and not 1 <= self.least_replicas <= self.autoscale.max:
            yield (
                f"replicas {self.replicas} is the minimum of autoscale, whose max is "
                f"{self.autoscale.max}; from 1 to {self.autoscale.max}, or set autoscale.min"
            )
        if self.service.type is not None and self.expose and "expose" in given:
            yield "service.type is chosen by the target where `expose` is true; remove one of them"


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")
