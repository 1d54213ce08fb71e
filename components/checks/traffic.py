"""Ways to pods: Services and their ports, Ingresses, budgets, autoscalers."""

from collections.abc import Iterator

from .finding import Manifest, Problem
from .parts import Part, items, section
from .program import Program, Workload, namespace_of
from .references import backends
from .templates import containers


def traffic_problems(manifest: Manifest, program: Program, *, strict: bool) -> Iterator[Problem]:
    """Yield what leads to no pod, or to no port, of the program."""
    kind, spec = manifest.get("kind"), section(manifest, "spec")
    if kind == "Service" and spec.get("selector"):
        selector = {"matchLabels": spec["selector"]}
        found = program.selected(namespace_of(manifest), selector)
        if not found:
            yield from _selects_none(manifest, program, spec["selector"], strict=strict)
        for workload in found:
            yield from _target_ports(spec, workload)
    if kind == "PodDisruptionBudget" and section(spec, "selector").get("matchLabels"):
        labels = spec["selector"]["matchLabels"]
        if not program.selected(namespace_of(manifest), spec["selector"]):
            yield from _selects_none(manifest, program, labels, strict=strict)
    if kind == "Ingress":
        yield from _service_ports(manifest, program)
    if kind == "HorizontalPodAutoscaler":
        yield from _measured(manifest, program)


def _selects_none(
    manifest: Manifest, program: Program, labels: Part, *, strict: bool
) -> Iterator[Problem]:
    """Yield a problem if a workload of the program looks as if it were meant, or always."""
    strict = strict and not program.unread
    name = section(manifest, "metadata").get("name")
    for each in program.workloads_of(namespace_of(manifest)):
        is_named = section(each.manifest, "metadata").get("name") == name
        if strict or is_named or labels.items() & each.labels.items():
            path = ("spec", "selector")
            reason = f"selects no pod of the program; those of {each.manifest['kind']} "
            reason += f"{each.manifest['metadata'].get('name')} have {dict(each.labels)}"
            yield Problem(path, dict(labels), reason)
            return
    if strict:
        yield Problem(("spec", "selector"), dict(labels), "selects no pod of the program")


def _target_ports(spec: Part, workload: Workload) -> Iterator[Problem]:
    named: set[str] = {
        port["name"]
        for _, container in containers(workload.pod)
        for port in items(container, "ports")
        if port.get("name")
    }
    for index, port in enumerate(items(spec, "ports")):
        target = port.get("targetPort")
        if isinstance(target, str) and not target.isdecimal() and target not in named:
            name = workload.manifest["metadata"].get("name")
            known = ", ".join(sorted(named)) or "none"
            reason = (
                f"is the name of no port of {workload.manifest['kind']} {name}, which has {known}"
            )
            yield Problem(("spec", "ports", index, "targetPort"), target, reason)


def _service_ports(manifest: Manifest, program: Program) -> Iterator[Problem]:
    for path, backend in backends(section(manifest, "spec")):
        service = program.get("Service", namespace_of(manifest), backend["name"])
        if service is None:
            continue
        ports = items(section(service, "spec"), "ports")
        for key, field in (("number", "port"), ("name", "name")):
            wanted = section(backend, "port").get(key)
            known = [port.get(field) for port in ports]
            if wanted is not None and wanted not in known:
                reason = f"is no port of the Service {backend['name']}, which has {known}"
                yield Problem((*path, "port", key), wanted, reason)


def _measured(manifest: Manifest, program: Program) -> Iterator[Problem]:
    """Yield shares of requests that the pods do not have: the autoscaler would do nothing."""
    spec = section(manifest, "spec")
    target = section(spec, "scaleTargetRef")
    kind, own = target.get("kind"), target.get("name")
    workload = program.workload(str(kind), namespace_of(manifest), str(own))
    if workload is None:
        return
    for index, metric in enumerate(items(spec, "metrics")):
        resource = section(metric, "resource")
        if section(resource, "target").get("type") != "Utilization":
            continue
        name = resource.get("name")
        for _, container in containers({"containers": items(workload.pod, "containers")}):
            amounts = section(container, "resources")
            if not any(name in items(amounts, each) for each in ("limits", "requests")):
                reason = f"is no request of the container {container.get('name')} of {own}"
                yield Problem(("spec", "metrics", index, "resource", "name"), name, reason)
