"""Containers, the application's own and those beside it."""

import pulumi

from ..args import AppArgs, ContainerArgs, InitArgs, SidecarArgs, ValueFromArgs
from .place import Manifest, Placement
from .probes import probes
from .volumes import mounts

_DOWNWARD = {
    "POD_NAME": "metadata.name",
    "POD_NAMESPACE": "metadata.namespace",
    "POD_IP": "status.podIP",
    "NODE_NAME": "spec.nodeName",
    # Kubernetes 1.35 copies it from the node; empty before.
    "POD_ZONE": "metadata.labels['topology.kubernetes.io/zone']",
}


def application(args: AppArgs, place: Placement) -> Manifest:
    """The container that serves."""
    numbered = args.health is not None and args.health.grpc is not None
    port = args.port if numbered else "http"
    env: dict[str, pulumi.Input[str]] = {"PORT": str(args.port)}
    if args.data is not None:
        env["DATA_DIR"] = args.data.path
    container = _container(args, args, place, None, env)
    if args.serves:
        container["ports"] = [{"name": "http", "containerPort": args.port, "protocol": "TCP"}]
        container |= probes(args.health, port, args.startup_seconds)
    if args.serves and args.drain_seconds:
        container["lifecycle"] = {"preStop": {"sleep": {"seconds": args.drain_seconds}}}
    return container


def worker(args: AppArgs, place: Placement) -> Manifest:
    """The container of a Job: like the application's, and nothing asks it."""
    env: dict[str, pulumi.Input[str]] = {} if args.data is None else {"DATA_DIR": args.data.path}
    return _container(args, args, place, None, env)


def sidecar(one: SidecarArgs, args: AppArgs, place: Placement) -> Manifest:
    """A container that starts before the application and ends after it."""
    container = _container(one, args, place, one, {})
    if one.port is not None:
        container["ports"] = [{"containerPort": one.port, "protocol": "TCP"}]
    asked = probes(one.health, one.port, args.startup_seconds)
    return {**container, **asked, "restartPolicy": "Always"}


def init(one: InitArgs, args: AppArgs, place: Placement) -> Manifest:
    """A container that ends before the application starts."""
    return _container(one, args, place, one, {})


def _container(
    own: ContainerArgs,
    args: AppArgs,
    place: Placement,
    helper: SidecarArgs | InitArgs | None,
    env: dict[str, pulumi.Input[str]],
) -> Manifest:
    name, paths = (helper.name, helper.mounts) if helper else (None, [])
    secrets = helper.secrets if helper else list(args.secrets)
    container: Manifest = {
        "name": name or place.name,
        "image": place.images.get(name or "", place.images[""]),
        # A digest never changes: asking for it again would tie each start to the registry.
        "imagePullPolicy": "IfNotPresent",
        "env": _env({**env, **own.env}, own.env_from, secrets, place),
        "resources": {
            "requests": {
                "cpu": own.cpu,
                "memory": own.memory,
                "ephemeral-storage": own.ephemeral_storage,
            },
            "limits": {
                **({} if own.cpu_limit is None else {"cpu": own.cpu_limit}),
                "memory": own.memory_limit or own.memory,
                "ephemeral-storage": own.ephemeral_storage_limit,
            },
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": place.user,
            "runAsGroup": place.group,
        },
        "volumeMounts": mounts(args, name, paths),
    }
    given = {"command": own.command, "args": own.args}
    return container | {key: value for key, value in given.items() if value is not None}


def _env(
    env: dict[str, pulumi.Input[str]],
    env_from: dict[str, ValueFromArgs],
    secrets: list[str],
    place: Placement,
) -> list[Manifest]:
    """No name twice, which server-side apply refuses; what the user sets is what counts."""
    given: dict[str, Manifest] = {name: {"value": value} for name, value in env.items()}
    given |= {name: {"valueFrom": _source(one)} for name, one in env_from.items()}
    given |= {
        name: {"valueFrom": {"secretKeyRef": {"name": place.secret, "key": name}}}
        for name in secrets
    }
    usual = {name: {"valueFrom": _field(path)} for name, path in _DOWNWARD.items()}
    return [{"name": name, **entry} for name, entry in {**usual, **given}.items()]


def _source(one: ValueFromArgs) -> Manifest:
    if one.field is not None:
        return _field(one.field)
    if one.secret is not None:
        return {"secretKeyRef": {"name": one.secret, "key": one.key}}
    return {"configMapKeyRef": {"name": one.config_map, "key": one.key}}


def _field(path: str) -> Manifest:
    return {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}
