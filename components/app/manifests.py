"""The Kubernetes objects of an application, as plain manifests.

Pure: registering and rendering both go through these functions, so they cannot differ. Leaves
such as the image may be a string or a `pulumi.Output`; nothing here looks at them.
"""

from dataclasses import dataclass
from typing import Any

import pulumi

from ..names import LABEL
from ..target.exposure import Exposure
from .args import AppArgs

Manifest = dict[str, Any]

_DATA_VOLUME = "data"


@dataclass(frozen=True)
class Placement:
    """What a manifest needs to know about where the application goes."""

    name: str
    namespace: str
    owner_labels: dict[str, str]
    field_manager: str
    image: pulumi.Input[str]
    exposure: Exposure
    pull_secrets: tuple[str, ...] = ()
    """Secrets of the namespace with which its images are pulled."""


def _metadata(place: Placement, **annotations: str) -> Manifest:
    return {
        "name": place.name,
        "namespace": place.namespace,
        "labels": {**_selector(place), **place.owner_labels},
        "annotations": {"pulumi.com/patchFieldManager": place.field_manager, **annotations},
    }


def service(args: AppArgs, place: Placement) -> Manifest:
    """The stable address of the application's pods.

    `skipAwait`: the provider would wait ten seconds for any Service with a selector; that the
    application is ready is proved by its Deployment. Only an address that the cluster's provider
    has to give is waited for.
    """
    exposure = place.exposure
    port: Manifest = {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}
    if exposure.node_port is not None:
        port["nodePort"] = exposure.node_port
    waiting = {} if exposure.awaits_address else {"pulumi.com/skipAwait": "true"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(place, **waiting, **exposure.annotations),
        "spec": {
            "type": exposure.service_type,
            "selector": _selector(place),
            "ports": [port],
        },
    }


def routes(place: Placement) -> list[Manifest]:
    """What stands before the Service: an Ingress or an HTTPRoute, or nothing.

    `skipAwait`, as many controllers never write the status that the provider would wait for.
    """
    skip = {"pulumi.com/skipAwait": "true"}
    return [
        {**route, "metadata": _metadata(place, **skip, **route["metadata"]["annotations"])}
        for route in place.exposure.routes
    ]


def disruption_budget(place: Placement) -> Manifest:
    """How many pods may be missing while nodes are drained: one, so that a drain never waits for
    ever, and never takes all at once.

    https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": _metadata(place),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": _selector(place)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def deployment(args: AppArgs, place: Placement) -> Manifest:
    """The replicated pods. An update starts new pods before it ends old ones."""
    labels = {**_selector(place), **place.owner_labels}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(place),
        "spec": {
            "replicas": args.replicas,
            "revisionHistoryLimit": 5,
            "minReadySeconds": 1,
            "progressDeadlineSeconds": args.startup_seconds,
            "selector": {"matchLabels": _selector(place)},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0},
            },
            "template": {
                "metadata": {"labels": labels},
                "spec": _pod(args, place),
            },
        },
    }


def _selector(place: Placement) -> dict[str, str]:
    """Application and stack, never a version: a selector cannot be changed later."""
    owner = f"{LABEL}/stack"
    return {"app.kubernetes.io/name": place.name, owner: place.owner_labels[owner]}


def _pod(args: AppArgs, place: Placement) -> Manifest:
    containers = [_application(args, place)]
    volumes: list[Manifest] = [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}]
    if args.data is not None:
        containers.append(_data_container(args, place))
        volumes.append({"name": _DATA_VOLUME, "emptyDir": {"sizeLimit": "64Mi"}})
    return {
        **_pull_secrets(place),
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": args.drain_seconds + 30,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": args.user,
            "runAsGroup": args.user,
            "fsGroup": args.user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "tolerations": [
            {
                "key": f"node.kubernetes.io/{trouble}",
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": args.node_loss_seconds,
            }
            for trouble in ("not-ready", "unreachable")
        ],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _selector(place)},
                # Without it the pods of the version before count too, and an update tilts.
                "matchLabelKeys": ["pod-template-hash"],
            }
        ],
        "containers": containers,
        "volumes": volumes,
    }


def _pull_secrets(place: Placement) -> Manifest:
    if not place.pull_secrets:
        return {}
    return {"imagePullSecrets": [{"name": name} for name in place.pull_secrets]}


def _application(args: AppArgs, place: Placement) -> Manifest:
    check: Manifest = (
        {"httpGet": {"path": args.health, "port": "http"}}
        if args.health
        else {"tcpSocket": {"port": "http"}}
    )
    env: Manifest = {"PORT": str(args.port), **args.env}
    mounts: list[Manifest] = []
    if args.data is not None:
        env = {"DATA_DIR": args.data.path, **env}
        mounts.append({"name": _DATA_VOLUME, "mountPath": args.data.path, "readOnly": True})
    container = {
        "name": place.name,
        "ports": [{"name": "http", "containerPort": args.port, "protocol": "TCP"}],
        "startupProbe": {**check, "periodSeconds": 1, "failureThreshold": args.startup_seconds},
        "readinessProbe": {**check, "periodSeconds": 3, "failureThreshold": 2},
        # The port alone: a pod that answers slowly must leave the service, not be killed.
        "livenessProbe": {
            "tcpSocket": {"port": "http"},
            "periodSeconds": 10,
            "failureThreshold": 6,
        },
        "lifecycle": {"preStop": {"sleep": {"seconds": args.drain_seconds}}},
    }
    if args.drain_seconds == 0:
        del container["lifecycle"]
    return {**_container(args, place.image, env, mounts), **container}


def _data_container(args: AppArgs, place: Placement) -> Manifest:
    data = args.data
    assert data is not None
    mounts = [{"name": _DATA_VOLUME, "mountPath": data.path}]
    image = place.image if data.image is None else data.image
    base = _container(args, image, {"DATA_DIR": data.path}, mounts)
    return {**base, "name": _DATA_VOLUME, "command": data.command}


def _container(
    args: AppArgs, image: pulumi.Input[str], env: dict[str, str], mounts: list[Manifest]
) -> Manifest:
    return {
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        # No name twice, which server-side apply refuses; what the user sets is what counts.
        "env": [
            *({"name": name, "value": value} for name, value in env.items()),
            *(entry for entry in _DOWNWARD if entry["name"] not in env),
        ],
        "resources": {
            "requests": {"cpu": args.cpu, "memory": args.memory},
            "limits": {"memory": args.memory},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, *mounts],
    }


_DOWNWARD: list[Manifest] = [
    {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}}
    for name, path in {
        "POD_NAME": "metadata.name",
        "POD_NAMESPACE": "metadata.namespace",
        "POD_IP": "status.podIP",
        "NODE_NAME": "spec.nodeName",
    }.items()
]
