"""Objects of a stack as the state declares them and as the API server returns them."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from commands.drift.path import Item, Path, item

MANAGER = "slipway-slipway-kind"
_ANNOTATIONS = {"pulumi.com/patchFieldManager": MANAGER, "pulumi.com/patchForce": "true"}
_LABELS = {"app.kubernetes.io/name": "web", "slipway.dev/stack": "slipway-kind"}


def manifest(kind: str, version: str = "v1", name: str = "web", **content: Any) -> dict[str, Any]:
    """An object of the application `web`."""
    metadata = {
        "name": name,
        "namespace": "shop",
        "labels": dict(_LABELS),
        "annotations": dict(_ANNOTATIONS),
    }
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **content}


_CONTAINER = {
    "name": "web",
    "image": "localhost:5001/web@sha256:1",
    "ports": [{"name": "http", "containerPort": 8080}],
    "env": [
        {"name": "MODE", "value": "fast"},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "web-secrets", "key": "KEY"}}},
    ],
    "resources": {"requests": {"cpu": "1000m", "memory": "64Mi"}, "limits": {"cpu": 0.5}},
    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
    "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    "command": ["node", "server.js"],
}
_POD = {"containers": [_CONTAINER], "volumes": [{"name": "tmp", "emptyDir": {}}]}
_TEMPLATE = {"metadata": {"labels": dict(_LABELS)}, "spec": _POD}

DEPLOYMENT = manifest(
    "Deployment",
    "apps/v1",
    spec={
        "replicas": 3,
        "selector": {"matchLabels": dict(_LABELS)},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0},
        },
        "template": _TEMPLATE,
    },
)
STATEFUL_SET = manifest(
    "StatefulSet",
    "apps/v1",
    spec={
        "replicas": 2,
        "serviceName": "web-pods",
        "selector": {"matchLabels": dict(_LABELS)},
        "updateStrategy": {"type": "RollingUpdate"},
        "template": _TEMPLATE,
    },
)
SERVICE = manifest(
    "Service",
    spec={
        "type": "ClusterIP",
        "selector": dict(_LABELS),
        "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
    },
)
POLICY = manifest(
    "NetworkPolicy",
    "networking.k8s.io/v1",
    spec={
        "podSelector": {"matchLabels": dict(_LABELS)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"podSelector": {}}]}, {"ports": [{"port": "http"}]}],
        "egress": [],
    },
)
BUDGET = manifest(
    "PodDisruptionBudget",
    "policy/v1",
    spec={"maxUnavailable": 1, "selector": {"matchLabels": dict(_LABELS)}},
)
AUTOSCALER = manifest(
    "HorizontalPodAutoscaler",
    "autoscaling/v2",
    spec={
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 2,
        "maxReplicas": 5,
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "target": {"type": "Utilization"}},
            }
        ],
    },
)
FILES = manifest("ConfigMap", name="web-files-1", immutable=True, data={"motd": "hello"})
SECRET = manifest("Secret", name="web-secrets-1", immutable=True, data={"KEY": "aGVsbG8="})
CRON_JOB = manifest(
    "CronJob",
    "batch/v1",
    spec={
        "schedule": "*/5 * * * *",
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": {"backoffLimit": 2, "template": _TEMPLATE}},
    },
)
ACCOUNT = manifest("ServiceAccount", automountServiceAccountToken=False)
QUOTA = manifest("ResourceQuota", name="slipway", spec={"hard": {"requests.memory": "8192Mi"}})
NAMESPACE = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {
        "name": "shop",
        "labels": {**_LABELS, "pod-security.kubernetes.io/enforce": "restricted"},
        "annotations": dict(_ANNOTATIONS),
    },
}
ALL = (
    NAMESPACE, QUOTA, ACCOUNT, FILES, SECRET, POLICY, SERVICE, DEPLOYMENT, STATEFUL_SET, CRON_JOB,
    AUTOSCALER, BUDGET,
)  # fmt: skip


def live(declared: Mapping[str, Any]) -> dict[str, Any]:
    """The object in the cluster just after it was applied; defaults are not yet added."""
    current: dict[str, Any] = copy.deepcopy(dict(declared))
    content = {key: value for key, value in declared.items() if key not in ("apiVersion", "kind")}
    content["metadata"] = {key: content["metadata"][key] for key in ("labels", "annotations")}
    entry = {
        "manager": MANAGER,
        "operation": "Apply",
        "apiVersion": declared["apiVersion"],
        "time": "2026-01-01T00:00:00Z",
        "fieldsV1": fields(content, ()),
    }
    current["metadata"]["managedFields"] = [entry]
    current["metadata"] |= {"uid": "1", "resourceVersion": "100"}
    return current


def fields(value: Any, path: Path) -> dict[str, Any]:
    """The set of a value's fields in the form FieldsV1."""
    last = path[-1] if path else ""
    if isinstance(value, dict) and last not in ("selector", "podSelector", "secretKeyRef"):
        own = {".": {}} if path and value else {}
        return own | {f"f:{key}": fields(inner, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list) and value and (item(path, value[0])) is not None:
        entries = {_key(path, entry): entry for entry in value}
        return {
            f"k:{json.dumps(dict(key.keys), separators=(',', ':'))}": fields(entry, (*path, key))
            for key, entry in entries.items()
        }
    return {}


def _key(path: Path, entry: Any) -> Item:
    key = item(path, entry)
    assert key is not None
    return key


def write(
    current: dict[str, Any],
    where: str,
    value: Any,
    *,
    manager: str = "kubectl-edit",
    time: str = "2026-11-30T11:56:00Z",
) -> None:
    """Change a field as another manager does: the stack's manager loses it.

    `where` is a path of names and numbers, separated by `/`; a value of None removes the field.
    """
    *around, last = (step.replace("~1", "/") for step in where.split("/"))
    holder: Any = current
    path: Path = ()
    for step in around:
        holder, path = _inner(holder, path, step)
    own = current["metadata"]["managedFields"][0]["fieldsV1"]
    if isinstance(holder, list):
        place: Any = int(last)
        target = (*path, _key(path, holder[place]))
    else:
        place, target = last, (*path, last)
    _forget(own, target)
    if value is None:
        del holder[place]
        return
    holder[place] = value
    new = (*path, _key(path, value)) if isinstance(holder, list) else target
    entry = {
        "manager": manager,
        "operation": "Update",
        "apiVersion": current["apiVersion"],
        "time": time,
        "fieldsV1": _nested(new, fields(value, new)),
    }
    current["metadata"]["managedFields"].append(entry)


def _inner(holder: Any, path: Path, step: str) -> tuple[Any, Path]:
    if isinstance(holder, list):
        entry = holder[int(step)]
        return entry, (*path, _key(path, entry))
    return holder.setdefault(step, {}), (*path, step)


def _name(step: str | Item) -> str:
    if isinstance(step, str):
        return f"f:{step}"
    return f"k:{json.dumps(dict(step.keys), separators=(',', ':'))}"


def _nested(path: Path, leaf: dict[str, Any]) -> dict[str, Any]:
    for step in reversed(path):
        leaf = {_name(step): leaf}
    return leaf


def _forget(tree: dict[str, Any], path: Path) -> None:
    """Remove a field from a set, with the atomic field around it, or one that is then empty."""
    name = _name(path[0])
    inner = tree.get(name)
    if inner and len(path) > 1:
        _forget(inner, path[1:])
    if not inner or len(path) == 1:
        tree.pop(name, None)
