"""Objects of a cluster for which an application fails, and how they get there."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.live.project import Project
from tests.live.traffic import eventually

Manifest = Mapping[str, Any]

_NAMESPACE = "NAMESPACE"
"""Stands for the namespace of the application in what follows."""

_NEXT = "made-for-a-test"

ZONED_CLAIM: tuple[Manifest, ...] = (
    {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"{_NAMESPACE}-zoned"},
        "spec": {
            "capacity": {"storage": "1Mi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": _NEXT,
            "claimRef": {"namespace": _NAMESPACE, "name": "zoned"},
            "hostPath": {"path": "/var/zoned"},
            "nodeAffinity": {
                "required": {
                    "nodeSelectorTerms": [
                        {
                            "matchExpressions": [
                                {
                                    "key": "topology.kubernetes.io/zone",
                                    "operator": "In",
                                    "values": ["another-zone"],
                                }
                            ]
                        }
                    ]
                }
            },
        },
    },
    {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "zoned"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": _NEXT,
            "volumeName": f"{_NAMESPACE}-zoned",
            "resources": {"requests": {"storage": "1Mi"}},
        },
    },
)
"""A claim whose volume no node of the cluster can reach."""

SMALL_QUOTA: tuple[Manifest, ...] = (
    {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "small"},
        "spec": {"hard": {"requests.cpu": "15m"}},
    },
)
"""A quota with room for one pod, and none for a second one beside it."""

DEBUG_REFUSED: tuple[Manifest, ...] = (
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": f"{_NAMESPACE}-no-debug"},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": _NAMESPACE}},
                "resourceRules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["pods"],
                    }
                ],
            },
            "validations": [
                {
                    "expression": "object.spec.containers.all(c, !has(c.env) || "
                    "c.env.all(e, e.name != 'DEBUG'))",
                    "message": "no pod may be in debug mode",
                }
            ],
        },
    },
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": f"{_NAMESPACE}-no-debug"},
        "spec": {"policyName": f"{_NAMESPACE}-no-debug", "validationActions": ["Deny"]},
    },
)
"""A policy that refuses pods with the variable DEBUG."""


def pod(name: str, env: Mapping[str, str] | None = None, **spec: Any) -> Manifest:
    """Return a pod that the namespaces of a stack admit; `spec` is more of it."""
    security = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    container = {
        "name": name,
        "image": "registry.example.test/none",
        "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
        "securityContext": security,
    }
    whole = {"containers": [container], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": whole}


def put(project: Project, namespace: str, objects: Sequence[Manifest]) -> None:
    """Create objects for the applications of a namespace, and wait until they have an effect."""
    if not objects:
        return
    inside = f"--namespace={namespace}"
    project.kubectl("apply", inside, f"--filename={_file(project, objects, namespace)}")
    if objects is DEBUG_REFUSED:
        file = _file(project, [pod("trial", {"DEBUG": "1"})], f"{namespace}-trial")
        words = ("create", "--dry-run=server", inside, f"--filename={file}")
        eventually("the policy refuses", lambda: "denied" in project.kubectl(*words, check=False))


def take_away(project: Project, namespace: str, objects: Sequence[Manifest]) -> None:
    """Delete what `put` has created; its end is not waited for."""
    if objects:
        file = f"--filename={_file(project, objects, namespace)}"
        words = ("--wait=false", "--ignore-not-found", f"--namespace={namespace}")
        project.kubectl("delete", file, *words, check=False)


def _file(project: Project, objects: Sequence[Manifest], namespace: str) -> str:
    """Write objects into a file of the project, and return its path."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    file = project.folder / f"beside-{namespace}.json"
    file.write_text(text.replace(_NAMESPACE, namespace), encoding="utf-8")
    return str(file)
