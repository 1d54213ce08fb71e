"""What an API server refuses though it is of the right form, and references that lead nowhere.

Written from Kubernetes' own validation, without the code that makes the manifests.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .pod_rules import LABEL, is_key, is_qualified, labels_complaints, pod_complaints, twice

Manifest = Mapping[str, Any]

_SERVICE = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_LONGEST = {"CronJob": 52, "Job": 63, "Service": 63, "StatefulSet": 52}
_PODS = ("Deployment", "StatefulSet", "Job", "CronJob")
_ADDRESS = re.compile(r"[\d.]+")


def complaints(manifests: Iterable[Manifest]) -> list[str]:
    """Return what is wrong with the objects of one application."""
    made = list(manifests)
    workloads = [each for each in made if each["kind"] in _PODS]
    templates = [_template(each) for each in workloads]
    lines = [f"{each['kind']}: {what}" for each in made for what in _object(each)]
    for each, template in zip(workloads, templates, strict=True):
        claims = [c["metadata"]["name"] for c in each["spec"].get("volumeClaimTemplates", ())]
        lines += [f"{each['kind']}: {what}" for what in pod_complaints(template, claims)]
    return lines + list(_references(made, templates))


def _template(workload: Manifest) -> Manifest:
    spec = workload["spec"]
    return spec.get("jobTemplate", {}).get("spec", spec)["template"]


def _object(manifest: Manifest) -> Iterator[str]:
    kind, metadata = manifest["kind"], manifest["metadata"]
    name = metadata["name"]
    is_name = all(LABEL.fullmatch(step) for step in (*name.split("."), metadata["namespace"]))
    if not is_name or len(name) > _LONGEST.get(kind, 253):
        yield f"the name {name} in {metadata['namespace']}"
    if kind == "Service" and not _SERVICE.fullmatch(name):
        yield f"the name {name} of a Service"
    yield from (f"the annotation {key}" for key in metadata["annotations"] if not is_qualified(key))
    yield from labels_complaints(metadata["labels"])
    yield from (f"the key {key}" for key in manifest.get("data", {}) if not is_key(key))
    yield from _spec(kind, manifest.get("spec", {}))


def _spec(kind: str, spec: Manifest) -> Iterator[str]:
    if kind == "CronJob":
        yield from _schedule(spec["schedule"])
    if kind == "Deployment" and spec["progressDeadlineSeconds"] <= spec["minReadySeconds"]:
        yield "progressDeadlineSeconds is not above minReadySeconds"
    if kind == "NetworkPolicy":
        yield from _blocks(spec)
    hosts = [rule["host"] for rule in spec.get("rules", ()) if "host" in rule]
    for host in (*hosts, *spec.get("hostnames", ())):
        if _ADDRESS.fullmatch(host) or not all(LABEL.fullmatch(step) for step in host.split(".")):
            yield f"the host {host}"


def _schedule(text: str) -> Iterator[str]:
    bounds = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
    for field, (least, most) in zip(text.split(), bounds, strict=False):
        numbers = [int(number) for number in re.findall(r"(?<![/\d])\d+", field)]
        if any(not least <= number <= most for number in numbers) or "/0" in field:
            yield f"the schedule {text}"


def _blocks(spec: Manifest) -> Iterator[str]:
    rules = (*spec["ingress"], *spec["egress"])
    peers = [peer for rule in rules for peer in (*rule.get("from", ()), *rule.get("to", ()))]
    for cidr in (peer["ipBlock"]["cidr"] for peer in peers if "ipBlock" in peer):
        if str(ipaddress.ip_network(cidr)) != cidr.lower():
            yield f"the range {cidr}"


def _references(made: Sequence[Manifest], templates: Sequence[Manifest]) -> Iterator[str]:
    """Yield selectors that select nothing, and names that no object has."""
    by_key = {(each["kind"], each["metadata"]["name"]): each for each in made}
    yield from twice("object", ((each["kind"], each["metadata"]["name"]) for each in made))
    pods = [template["metadata"]["labels"] for template in templates]
    for (kind, _), each in by_key.items():
        spec: Manifest = each.get("spec", {})
        selector = spec.get("selector") if kind == "Service" else _selector(spec)
        if selector and not any(selector.items() <= labels.items() for labels in pods):
            yield f"the {kind} selects no pod"
        if kind == "StatefulSet" and ("Service", spec["serviceName"]) not in by_key:
            yield f"the Service {spec['serviceName']} is missing"
        target = spec.get("scaleTargetRef")
        if target and (target["kind"], target["name"]) not in by_key:
            yield f"the {target['kind']} {target['name']} is missing"
        if kind == "HTTPRoute":
            (backend,) = spec["rules"][0]["backendRefs"]
            (port,) = by_key["Service", backend["name"]]["spec"]["ports"]
            if port["port"] != backend["port"]:
                yield f"the route leads to port {backend['port']} of the Service"


def _selector(spec: Manifest) -> Mapping[str, str] | None:
    selector = spec.get("podSelector") or spec.get("selector") or {}
    return selector.get("matchLabels")
