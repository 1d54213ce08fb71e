"""Services, Ingresses and NetworkPolicies.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ and
https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

import ipaddress
import re
from collections.abc import Iterator

from ..k8s.syntax import SUBDOMAIN
from .finding import Problem
from .parts import Part, items, section
from .selectors import selector_problems
from .templates import twice

_HOST = re.compile(SUBDOMAIN)
_NODE_PORTS = range(30000, 32768)
_EXTERNAL = ("LoadBalancer", "NodePort")


def service_problems(spec: Part) -> Iterator[Problem]:
    """Yield what is wrong with the spec of a Service."""
    kind, ports = spec.get("type", "ClusterIP"), items(spec, "ports")
    is_headless = spec.get("clusterIP") == "None"
    if kind == "ExternalName":
        name = str(spec.get("externalName", "")).removesuffix(".")
        if not _HOST.fullmatch(name):
            reason = "must be a host with the type ExternalName"
            yield Problem(("externalName",), spec.get("externalName"), reason, "db.example.com")
    elif not ports and not is_headless:
        yield Problem(("ports",), None, "is required", "[{port: 80}]")
    if is_headless and kind in _EXTERNAL:
        yield Problem(("clusterIP",), "None", f"must not be None with the type {kind}")
    yield from _ports(kind, ports)
    for name in ("externalTrafficPolicy", "healthCheckNodePort", "loadBalancerSourceRanges"):
        allowed = ("LoadBalancer",) if name.startswith("load") else _EXTERNAL
        if spec.get(name) and kind not in allowed:
            yield Problem((name,), spec[name], f"needs the type {' or '.join(allowed)}")
    for index, text in enumerate(items(spec, "loadBalancerSourceRanges")):
        yield from (p.below("loadBalancerSourceRanges", index) for p in _range(text))


def _ports(kind: str, ports: list[Part]) -> Iterator[Problem]:
    names = [port.get("name") for port in ports]
    for index, name in twice(names):
        yield Problem(("ports", index, "name"), name, "is the name of another port too")
    if len(ports) > 1:
        for index, name in enumerate(names):
            if not name:
                yield Problem(
                    ("ports", index, "name"), name, "is required with several ports", "http"
                )
    for index, key in twice([(port.get("port"), port.get("protocol", "TCP")) for port in ports]):
        yield Problem(("ports", index, "port"), key[0], "is there twice")
    nodes = [port.get("nodePort") or None for port in ports]
    protocols = [port.get("protocol", "TCP") for port in ports]
    pairs = [(n, p) if n else None for n, p in zip(nodes, protocols, strict=True)]
    for index, key in twice(pairs):
        yield Problem(("ports", index, "nodePort"), key[0], "is there twice")
    for index, number in enumerate(nodes):
        place = ("ports", index, "nodePort")
        if number and kind not in _EXTERNAL:
            yield Problem(place, number, f"needs the type {' or '.join(_EXTERNAL)}")
        elif isinstance(number, int) and number not in _NODE_PORTS:
            yield Problem(place, number, "must be from 30000 to 32767", "30080")


def ingress_problems(spec: Part) -> Iterator[Problem]:
    """Yield what is wrong with the spec of an Ingress."""
    if not spec.get("rules") and not spec.get("defaultBackend"):
        yield Problem(("rules",), None, "or defaultBackend is required")
    yield from (p.below("defaultBackend") for p in _backend(spec.get("defaultBackend")))
    for index, rule in enumerate(items(spec, "rules")):
        host, path = rule.get("host"), ("rules", index)
        if host and not _is_host(host):
            yield Problem(
                (*path, "host"), host, "must be a host, and no address", "shop.example.com"
            )
        if "http" in rule and not rule["http"].get("paths"):
            yield Problem((*path, "http", "paths"), None, "is required")
        for number, each in enumerate(items(section(rule, "http"), "paths")):
            place = (*path, "http", "paths", number)
            yield from (p.below(*place, "backend") for p in _backend(each.get("backend")))
            is_free = each.get("pathType") == "ImplementationSpecific" and not each.get("path")
            if not is_free and not str(each.get("path", "")).startswith("/"):
                yield Problem((*place, "path"), each.get("path"), "must begin with `/`", "/")
    for index, each in enumerate(items(spec, "tls")):
        for number, host in enumerate(items(each, "hosts")):
            if not _is_host(host):
                yield Problem(("tls", index, "hosts", number), host, "must be a host")


def _backend(backend: Part | None) -> Iterator[Problem]:
    if backend is None:
        return
    if ("service" in backend) == ("resource" in backend):
        yield Problem((), dict(backend), "needs either service or resource", "service")
    elif "service" in backend:
        port: Part = section(backend["service"], "port")
        if ("name" in port) == ("number" in port):
            yield Problem(
                ("service", "port"), dict(port), "needs either name or number", "number: 80"
            )


def _is_host(host: str) -> bool:
    name = host.removeprefix("*.")
    return _HOST.fullmatch(name) is not None and not _is_address(host)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def network_policy_problems(spec: Part) -> Iterator[Problem]:
    """Yield what is wrong with the spec of a NetworkPolicy."""
    yield from (p.below("podSelector") for p in selector_problems(section(spec, "podSelector")))
    for direction, end in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(items(spec, direction)):
            path = (direction, index)
            for number, peer in enumerate(items(rule, end)):
                yield from (p.below(*path, end, number) for p in _peer(peer))
            for number, port in enumerate(items(rule, "ports")):
                yield from (p.below(*path, "ports", number) for p in _policy_port(port))


def _peer(peer: Part) -> Iterator[Problem]:
    if not peer:
        yield Problem((), {}, "needs ipBlock, namespaceSelector or podSelector", "podSelector: {}")
    block = peer.get("ipBlock")
    if block is not None:
        for name in ("namespaceSelector", "podSelector"):
            if name in peer:
                yield Problem((name,), peer[name], "must be absent beside ipBlock")
        found = list(_range(block.get("cidr", "")))
        yield from (p.below("ipBlock", "cidr") for p in found)
        if not found:
            yield from (p.below("ipBlock") for p in _exceptions(block))
    for name in ("namespaceSelector", "podSelector"):
        yield from (p.below(name) for p in selector_problems(section(peer, name)))


def _exceptions(block: Part) -> Iterator[Problem]:
    whole = ipaddress.ip_network(block["cidr"], strict=False)
    for index, text in enumerate(items(block, "except")):
        found = list(_range(text))
        yield from (p.below("except", index) for p in found)
        part = whole if found else ipaddress.ip_network(text, strict=False)
        is_inside = part.version == whole.version and (
            part.prefixlen > whole.prefixlen and part.network_address in whole
        )
        if not found and not is_inside:
            yield Problem(("except", index), text, f"must be a part of {block['cidr']}")


def _policy_port(port: Part) -> Iterator[Problem]:
    end, first = port.get("endPort"), port.get("port")
    if end is None:
        return
    if not isinstance(first, int):
        yield Problem(("endPort",), end, "needs a port that is a number")
    elif end < first:
        yield Problem(("endPort",), end, f"must be {first} or more", str(first))


def _range(text: str) -> Iterator[Problem]:
    try:
        ipaddress.ip_network(text, strict=False)
        is_range = "/" in text and text.rpartition("/")[2].isdecimal()
    except ValueError:
        is_range = False
    if not is_range:
        yield Problem((), text, "must be a range of addresses", "10.0.0.0/8")
