"""References between the objects of a program: names, keys, ports, selectors.

An object that the program does not make may be in the cluster. Its absence is a problem only in
the strict mode, or where the program has it in another namespace.
"""

from collections.abc import Iterator

from .finding import Manifest, Path, Problem
from .parts import Part, items, section
from .program import Program, namespace_of
from .sources import Source, sources

Reference = tuple[Path, str, str]
"""Place, kind and name."""

_CONTENT = ("binaryData", "data", "stringData")
_MADE_BY_KUBERNETES = (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"))


def reference_problems(manifest: Manifest, program: Program, *, strict: bool) -> Iterator[Problem]:
    """Yield the references of an object that lead nowhere."""
    namespace = namespace_of(manifest)
    for path, kind, name in _references(manifest):
        if program.has(kind, namespace, name) or (kind, name) in _MADE_BY_KUBERNETES:
            continue
        other = program.elsewhere(kind, name)
        if other:
            reason = f"is a {kind} of the namespace {other}, not of {namespace}"
            yield Problem(path, name, reason)
        elif strict:
            yield Problem(path, name, f"is no {kind} of the program")
    yield from _keys(manifest, program)


def _references(manifest: Manifest) -> Iterator[Reference]:
    spec = section(manifest, "spec")
    for workload in Program([manifest]).workloads:
        for path, kind, name in _of_pod(workload.pod):
            yield (*workload.path, "spec", *path), kind, name
    match manifest.get("kind"):
        case "StatefulSet" if spec.get("serviceName"):
            yield ("spec", "serviceName"), "Service", spec["serviceName"]
        case "HorizontalPodAutoscaler":
            target = section(spec, "scaleTargetRef")
            if target.get("kind") in ("Deployment", "ReplicaSet", "StatefulSet"):
                yield ("spec", "scaleTargetRef", "name"), target["kind"], target["name"]
        case "RoleBinding" if section(manifest, "roleRef").get("kind") == "Role":
            yield ("roleRef", "name"), "Role", manifest["roleRef"]["name"]
        case "Ingress":
            yield from _of_ingress(spec)
        case _:
            pass


def _of_ingress(spec: Part) -> Iterator[Reference]:
    for path, service in backends(spec):
        yield (*path, "name"), "Service", service["name"]
    for index, each in enumerate(items(spec, "tls")):
        if each.get("secretName"):
            yield ("spec", "tls", index, "secretName"), "Secret", each["secretName"]


def backends(spec: Part) -> Iterator[tuple[Path, Part]]:
    """Yield the places and contents of the Services to which an Ingress leads."""
    default = section(spec, "defaultBackend").get("service")
    if default:
        yield ("spec", "defaultBackend", "service"), default
    for index, rule in enumerate(items(spec, "rules")):
        for number, each in enumerate(items(section(rule, "http"), "paths")):
            service = section(each, "backend").get("service")
            if service:
                path = ("spec", "rules", index, "http", "paths", number, "backend", "service")
                yield path, service


def _of_pod(pod: Part) -> Iterator[Reference]:
    if pod.get("serviceAccountName"):
        yield ("serviceAccountName",), "ServiceAccount", pod["serviceAccountName"]
    for index, each in enumerate(items(pod, "imagePullSecrets")):
        if each.get("name"):
            yield ("imagePullSecrets", index, "name"), "Secret", each["name"]
    for source in sources(pod):
        if not source.is_optional:
            yield (*source.path, source.field), source.kind, source.name


def _keys(manifest: Manifest, program: Program) -> Iterator[Problem]:
    """Yield keys that a ConfigMap or a Secret of the program does not have."""
    namespace = namespace_of(manifest)
    for workload in Program([manifest]).workloads:
        for source in sources(workload.pod):
            other = program.get(source.kind, namespace, source.name)
            if other is not None and not source.is_optional:
                for problem in _missing(source, other):
                    yield problem.below(*workload.path, "spec", *source.path)


def _missing(source: Source, other: Manifest) -> Iterator[Problem]:
    known = {key for field in _CONTENT for key in section(other, field)}
    wanted: list[tuple[Path, str]] = [
        (("items", index, "key"), item["key"])
        for index, item in enumerate(items(source.content, "items"))
    ]
    if "key" in source.content:
        wanted.append((("key",), source.content["key"]))
    for path, name in wanted:
        if name not in known:
            keys = ", ".join(sorted(known)) or "none"
            reason = f"is no key of the {source.kind} {source.name}, which has {keys}"
            yield Problem(path, name, reason)
