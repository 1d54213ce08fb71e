"""Configuration, storage, autoscaling, disruption budgets, roles.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

import json
import re
from collections.abc import Iterator

from ..k8s.syntax import SUBDOMAIN
from .claims import claim_problems
from .finding import Manifest, Problem
from .names import LABEL_WORDS
from .network import ingress_problems, network_policy_problems, service_problems
from .parts import Part, items, section
from .selectors import selector_problems

_LARGEST = 1024 * 1024
_LONGEST_NAME = 253
_SECRET_KEYS = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_METRICS = {
    "ContainerResource": "containerResource", "External": "external", "Object": "object",
    "Pods": "pods", "Resource": "resource",
}  # fmt: skip


def other_problems(manifest: Manifest) -> Iterator[Problem]:
    """Yield what is wrong with an object that has no pods."""
    kind = manifest.get("kind", "")
    if kind in ("ConfigMap", "Secret"):
        yield from _content(manifest)
    if kind in _ROLES:
        yield from _ROLES[kind](manifest)
    if kind in _SPECS:
        spec: Part = section(manifest, "spec")
        yield from (problem.below("spec") for problem in _SPECS[kind](spec))


def _content(manifest: Manifest) -> Iterator[Problem]:
    second = "stringData" if manifest["kind"] == "Secret" else "binaryData"
    data: Part = section(manifest, "data")
    more: Part = section(manifest, second)
    if second == "binaryData":
        for key in data.keys() & more.keys():
            yield Problem((second, key), None, "is a key of data too")
    size = sum(len(str(value).encode()) for value in (*data.values(), *more.values()))
    if size > _LARGEST:
        yield Problem(("data",), size, f"must have {_LARGEST} bytes or fewer")
    if manifest["kind"] == "Secret":
        for key in _SECRET_KEYS.get(manifest.get("type", ""), ()):
            if key not in data and key not in more:
                yield Problem(("data", key), None, f"is required with the type {manifest['type']}")
        text = more.get(".dockerconfigjson")
        if text and manifest.get("type") == "kubernetes.io/dockerconfigjson":
            try:
                json.loads(text)
            except ValueError:
                yield Problem(("stringData", ".dockerconfigjson"), text, "must be JSON")


def _autoscaler(spec: Part) -> Iterator[Problem]:
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Problem(("minReplicas",), least, f"must be maxReplicas, {most}, or less", str(most))
    if least == 0 and not any(
        m.get("type") in ("Object", "External") for m in items(spec, "metrics")
    ):
        yield Problem(("minReplicas",), 0, "must be 1 or more", "1")
    for index, metric in enumerate(items(spec, "metrics")):
        name = _METRICS.get(metric.get("type", ""), "")
        path = ("metrics", index)
        if name not in metric:
            yield Problem((*path, name), None, f"is required with the type {metric.get('type')}")
        for other in _METRICS.values():
            if other != name and other in metric:
                reason = f"must be absent with the type {metric.get('type')}"
                yield Problem((*path, other), None, reason)
        yield from (p.below(*path, name, "target") for p in _target(section(metric, name)))


def _target(metric: Part) -> Iterator[Problem]:
    target: Part = section(metric, "target")
    field = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
    name = field.get(target.get("type", ""))
    if name and name not in target:
        yield Problem((name,), None, f"is required with the type {target['type']}", "80")


def _budget(spec: Part) -> Iterator[Problem]:
    if "minAvailable" in spec and "maxUnavailable" in spec:
        yield Problem(
            ("maxUnavailable",), spec["maxUnavailable"], "must be absent beside minAvailable"
        )
    for name in ("minAvailable", "maxUnavailable"):
        value = spec.get(name)
        if isinstance(value, str) and value.endswith("%") and int(value[:-1]) > 100:
            yield Problem((name,), value, "must be 100% or less", "50%")
    yield from (p.below("selector") for p in selector_problems(section(spec, "selector")))


def _role(manifest: Manifest) -> Iterator[Problem]:
    for index, rule in enumerate(items(manifest, "rules")):
        path, urls = ("rules", index), rule.get("nonResourceURLs")
        if urls and (rule.get("resources") or rule.get("apiGroups")):
            yield Problem((*path, "nonResourceURLs"), urls, "must be absent beside resources")
        elif urls and manifest["kind"] == "Role":
            yield Problem((*path, "nonResourceURLs"), urls, "must be absent in a Role")
        elif not urls:
            for name, example in (("apiGroups", '[""]'), ("resources", "[pods]")):
                if not rule.get(name):
                    yield Problem((*path, name), None, "is required", example)


def _binding(manifest: Manifest) -> Iterator[Problem]:
    kind = section(manifest, "roleRef").get("kind")
    kinds = ("ClusterRole", "Role") if manifest["kind"] == "RoleBinding" else ("ClusterRole",)
    if kind not in kinds:
        yield Problem(("roleRef", "kind"), kind, f"must be {' or '.join(kinds)}", kinds[0])
    for index, subject in enumerate(items(manifest, "subjects")):
        path = ("subjects", index)
        is_account = subject.get("kind") == "ServiceAccount"
        name = subject.get("name")
        is_wrong = isinstance(name, str) and (
            not re.fullmatch(SUBDOMAIN, name) or len(name) > _LONGEST_NAME
        )
        if is_account and is_wrong:
            yield Problem((*path, "name"), name, f"must consist of {LABEL_WORDS} and `.`", "web")
        is_needed = is_account and manifest["kind"] == "ClusterRoleBinding"
        if is_needed and not subject.get("namespace"):
            yield Problem((*path, "namespace"), None, "is required for a ServiceAccount", "default")
        if is_account and subject.get("apiGroup"):
            yield Problem(
                (*path, "apiGroup"), subject["apiGroup"], "must be absent for a ServiceAccount"
            )


_ROLES = {
    "ClusterRole": _role, "ClusterRoleBinding": _binding, "Role": _role, "RoleBinding": _binding,
}  # fmt: skip
_SPECS = {
    "HorizontalPodAutoscaler": _autoscaler,
    "Ingress": ingress_problems,
    "NetworkPolicy": network_policy_problems,
    "PersistentVolumeClaim": claim_problems,
    "PodDisruptionBudget": _budget,
    "Service": service_problems,
}
