"""A valid program of plain Kubernetes objects, and mutations of it."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Manifest = dict[str, Any]
Objects = dict[str, Manifest]

ABSENT: Any = object()
"""Stands for a field that is taken away."""

_LABELS = {"app": "web"}
_META = {"namespace": "shop", "labels": {"app.kubernetes.io/name": "web"}}
_SECURE = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


def _object(version: str, kind: str, name: str, **rest: Any) -> Manifest:
    meta = {"name": name, **_META}
    return copy.deepcopy({"apiVersion": version, "kind": kind, "metadata": meta, **rest})


def _pod(**more: Any) -> Manifest:
    container = {
        "name": "web",
        "image": "registry.example/web:1",
        "ports": [
            {"name": "http", "containerPort": 8080},
            {"name": "admin", "containerPort": 8081},
        ],
        "env": [
            {"name": "MODE", "value": "live"},
            {
                "name": "PASSWORD",
                "valueFrom": {"secretKeyRef": {"name": "web-secret", "key": "password"}},
            },
            {
                "name": "GREETING",
                "valueFrom": {"configMapKeyRef": {"name": "web-config", "key": "greeting"}},
            },
            {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        ],
        "envFrom": [{"configMapRef": {"name": "web-config"}}],
        "resources": {
            "requests": {"cpu": "100m", "memory": "64Mi"},
            "limits": {"cpu": "1", "memory": "128Mi"},
        },
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/web"},
            {"name": "tmp", "mountPath": "/tmp"},
        ],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5},
        "livenessProbe": {"tcpSocket": {"port": 8080}, "failureThreshold": 3},
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        "securityContext": _SECURE,
    }
    init = {
        "name": "prepare",
        "image": "registry.example/web:1",
        "command": ["prepare"],
        "securityContext": _SECURE,
    }
    spec = {
        "serviceAccountName": "web",
        "initContainers": [init],
        "containers": [container],
        "volumes": [
            {
                "name": "config",
                "configMap": {
                    "name": "web-config", "items": [{"key": "greeting", "path": "greeting"}],
                },
            },
            {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "web-data"}},
        ],
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": 10001, "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": _LABELS},
            },
        ],
        **more,
    }  # fmt: skip
    return copy.deepcopy(spec)


def _template(**more: Any) -> Manifest:
    return {"metadata": {"labels": dict(_LABELS)}, "spec": _pod(**more)}


def _workload(kind: str, name: str, app: str, **spec: Any) -> Manifest:
    template = _template()
    template["metadata"]["labels"] = {"app": app}
    selector = {"matchLabels": {"app": app}}
    return _object("apps/v1", kind, name, spec={"selector": selector, "template": template, **spec})


def program() -> Objects:
    """Return the objects by names that mutations use."""
    return json.loads(_text())


@cache
def _text() -> str:
    return json.dumps(_program())


def _program() -> Objects:
    namespace = _object("v1", "Namespace", "shop")
    del namespace["metadata"]["namespace"]
    namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "restricted"
    cluster = _object(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        "web",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}],
    )
    del cluster["metadata"]["namespace"]
    job = {"template": {"spec": _pod(restartPolicy="OnFailure")}, "backoffLimit": 2}
    metric = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    block = {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}
    return {
        "namespace": namespace,
        "account": _object("v1", "ServiceAccount", "web"),
        "config": _object("v1", "ConfigMap", "web-config", data={"greeting": "hello"}),
        "secret": _object(
            "v1", "Secret", "web-secret", type="Opaque", data={"password": "aHVudGVyMg=="}
        ),
        "claim": _object("v1", "PersistentVolumeClaim", "web-data", spec=claim),
        "deployment": _workload(
            "Deployment", "web", "web", replicas=3, minReadySeconds=5,
            strategy={"type": "RollingUpdate",
                      "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        ),
        "stateful": _workload(
            "StatefulSet", "db", "db", replicas=1, serviceName="db",
            volumeClaimTemplates=[{"metadata": {"name": "store"}, "spec": claim}],
        ),
        "daemon": _workload("DaemonSet", "agent", "agent"),
        "job": _object("batch/v1", "Job", "migrate", spec=copy.deepcopy(job)),
        "cron": _object(
            "batch/v1", "CronJob", "report",
            spec={"schedule": "*/5 2-4 * * mon-fri", "jobTemplate": {"spec": job},
                  "timeZone": "Europe/Paris"},
        ),
        "service": _object(
            "v1", "Service", "web",
            spec={"selector": _LABELS, "ports": [
                {"name": "http", "port": 80, "targetPort": "http"},
                {"name": "admin", "port": 81, "targetPort": 8081},
            ]},
        ),
        "headless": _object(
            "v1", "Service", "db",
            spec={"clusterIP": "None", "selector": {"app": "db"}, "ports": [{"port": 5432}]},
        ),
        "ingress": _object(
            "networking.k8s.io/v1", "Ingress", "web",
            spec={"rules": [{"host": "shop.example.com", "http": {"paths": [
                {"path": "/", "pathType": "Prefix", "backend": backend}]}}]},
        ),
        "policy": _object(
            "networking.k8s.io/v1", "NetworkPolicy", "web",
            spec={"podSelector": {"matchLabels": _LABELS}, "policyTypes": ["Ingress", "Egress"],
                  "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": 8080}]}],
                  "egress": [{"to": [block]}]},
        ),
        "autoscaler": _object(
            "autoscaling/v2", "HorizontalPodAutoscaler", "web",
            spec={"minReplicas": 2, "maxReplicas": 5,
                  "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                  "metrics": [{"type": "Resource", "resource": metric}]},
        ),
        "budget": _object(
            "policy/v1", "PodDisruptionBudget", "web",
            spec={"maxUnavailable": 1, "selector": {"matchLabels": _LABELS}},
        ),
        "role": _object(
            "rbac.authorization.k8s.io/v1", "Role", "web",
            rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
        ),
        "binding": _object(
            "rbac.authorization.k8s.io/v1", "RoleBinding", "web",
            roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "web"},
            subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}],
        ),
        "cluster": cluster,
    }  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """One change that makes the program one that a cluster refuses, or that does not work."""

    object: str
    path: str
    """Place, with indexes; the last step may be new."""
    value: Any
    tier: str
    """Tier of the check that finds it: `schema`, `object`, `program` or `update`."""

    def __str__(self) -> str:
        if self.value is ABSENT:
            return f"{self.object}:{self.path} absent"
        value = self.value.__name__ if callable(self.value) else repr(self.value)
        return f"{self.object}:{self.path}={value[:40]}"

    @property
    def place(self) -> str:
        """Part of the program that is changed: two changes of one may not fit each other."""
        steps = self.path.split(".")
        if "env" in steps[:-1]:  # all of a variable
            return f"{self.object}:{'.'.join(steps[: steps.index('env') + 2])}"
        return f"{self.object}:{'.'.join(steps[:-1] if len(steps) > 6 else steps[:3])}"

    def applied(self) -> Objects:
        """Return the program with the change."""
        objects = program()
        self.apply(objects)
        return objects

    def apply(self, objects: Objects) -> None:
        """Change a program."""
        *path, last = self.path.split(".")
        place: Any = objects[self.object]
        for step in path:
            place = place[int(step) if step.isdecimal() else step]
        key: Any = int(last) if last.isdecimal() else last.replace("~", ".")
        if self.value is ABSENT:
            place.pop(key, None)
        elif callable(self.value):
            place[key] = self.value(place[key])
        else:
            place[key] = copy.deepcopy(self.value)


def mutations(tier: str, changes: Mapping[str, Any]) -> list[Mutation]:
    """Return mutations of a tier, given by `object:path` (with `#n` to tell equal ones apart).

    A `~` in a step stands for a dot, and `POD` and `MAIN` for the pod and its first container.
    """
    made: list[Mutation] = []
    for key, value in changes.items():
        name, _, path = key.partition("#")[0].partition(":")
        pod = "spec.jobTemplate.spec.template.spec" if name == "cron" else "spec.template.spec"
        path = path.replace("MAIN", "POD.containers.0").replace("POD", pod)
        made.append(Mutation(name, path, value, tier))
    return made
