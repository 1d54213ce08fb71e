"""The containers of a pod: the application's own, and those beside it."""

import pulumi

from ..args import AppArgs, ContainerArgs, InitArgs, SidecarArgs, ValueFromArgs
from ..placement import Manifest, Placement
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
    """Return the container of an application that serves."""
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
    """Return the container of a Job: like the application's, without probes."""
    env: dict[str, pulumi.Input[str]] = {} if args.data is None else {"DATA_DIR": args.data.path}
    return _container(args, args, place, None, env)


def sidecar(own: SidecarArgs, args: AppArgs, place: Placement) -> Manifest:
    """Return a container that starts before the application and ends after it."""
    container = _container(own, args, place, own, {})
    if own.port is not None:
        container["ports"] = [{"containerPort": own.port, "protocol": "TCP"}]
    checks = probes(own.health, own.port, args.startup_seconds)
    return {**container, **checks, "restartPolicy": "Always"}


def init(own: InitArgs, args: AppArgs, place: Placement) -> Manifest:
    """Return a container that ends before the application starts."""
    return _container(own, args, place, own, {})


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
        "image": place.image(name),
        # A digest never changes: pulling it again would tie each start to the registry.
        "imagePullPolicy": "IfNotPresent",
        # The last lines of a container that fails are in its status, even once its log is gone.
        "terminationMessagePolicy": "FallbackToLogsOnError",
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
    program = {"command": own.command, "args": own.args}
    return container | {key: value for key, value in program.items() if value is not None}


def _env(
    env: dict[str, pulumi.Input[str]],
    env_from: dict[str, ValueFromArgs],
    secrets: list[str],
    place: Placement,
) -> list[Manifest]:
    """Return variables without duplicates, which server-side apply refuses: settings win."""
    entries: dict[str, Manifest] = {name: {"value": value} for name, value in env.items()}
    entries |= {name: {"valueFrom": _source(source)} for name, source in env_from.items()}
    entries |= {
        name: {"valueFrom": {"secretKeyRef": {"name": place.secret, "key": name}}}
        for name in secrets
    }
    downward = {name: {"valueFrom": _field(path)} for name, path in _DOWNWARD.items()}
    return [{"name": name, **entry} for name, entry in {**downward, **entries}.items()]


def _source(source: ValueFromArgs) -> Manifest:
    if source.field is not None:
        return _field(source.field)
    if source.secret is not None:
        return {"secretKeyRef": {"name": source.secret, "key": source.key}}
    return {"configMapKeyRef": {"name": source.config_map, "key": source.key}}


def _field(path: str) -> Manifest:
    return {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}
