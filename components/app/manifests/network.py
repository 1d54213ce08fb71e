"""Which traffic passes.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from ..args import AppArgs
from .place import CALLS, NAME, OWNER, Manifest, Placement

_NODE_LOCAL = "169.254.0.0/16"
"""Addresses of a node's own cache of DNS."""


def policy(args: AppArgs, place: Placement) -> Manifest:
    """In from the same namespace, from callers in the stack and to what is exposed; out to DNS
    and to what is declared."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": place.metadata(),
        "spec": {
            "podSelector": {"matchLabels": place.selector},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": _ingress(args, place) if args.serves else [],
            "egress": _egress(args, place),
        },
    }


def migration_policy(args: AppArgs, place: Placement) -> Manifest:
    """Of the pods of a migration: nothing in, and out like the application."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": place.metadata("-migration"),
        "spec": {
            "podSelector": {"matchLabels": migration_selector(place)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [],
            "egress": _egress(args, place),
        },
    }


def migration_selector(place: Placement) -> dict[str, str]:
    """Labels of the pods of a migration, which are none of the application's."""
    return {**place.selector, NAME: f"{place.name}-migration"}


def call_labels(args: AppArgs) -> dict[str, str]:
    """Labels of pods by which the applications that they call admit them."""
    return {f"{CALLS}/{name}": "true" for name in args.calls}


def _ingress(args: AppArgs, place: Placement) -> list[Manifest]:
    ports: list[Manifest] = [{"port": "http", "protocol": "TCP"}]
    if _reached_from_outside(args, place):
        # The sender's address is a node's, a load balancer's or that of a controller somewhere.
        return [{"from": [{"podSelector": {}}]}, {"ports": ports}]
    callers = {
        "namespaceSelector": {"matchLabels": {OWNER: place.owner_labels[OWNER]}},
        "podSelector": {"matchLabels": {f"{CALLS}/{place.name}": "true"}},
    }
    others: list[Manifest] = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": one.namespace}}}
        if one.namespace
        else {"ipBlock": {"cidr": one.cidr}}
        for one in args.ingress
    ]
    return [{"from": [{"podSelector": {}}]}, {"from": [callers, *others], "ports": ports}]


def _reached_from_outside(args: AppArgs, place: Placement) -> bool:
    exposure = place.exposure
    by_type = (args.service.type or exposure.service_type) in ("NodePort", "LoadBalancer")
    return by_type or bool(exposure.routes)


def _egress(args: AppArgs, place: Placement) -> list[Manifest]:
    dns: list[Manifest] = [{"port": 53, "protocol": name} for name in ("UDP", "TCP")]
    system = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    rules: list[Manifest] = [
        {"to": [system, {"ipBlock": {"cidr": _NODE_LOCAL}}], "ports": dns},
        # The pods of the application itself: replicas that speak to one another.
        {"to": [{"podSelector": {"matchLabels": place.selector}}]},
    ]
    owner = place.owner_labels[OWNER]
    rules += [
        {
            "to": [
                {
                    "namespaceSelector": {"matchLabels": {OWNER: owner}},
                    "podSelector": {"matchLabels": {NAME: name, OWNER: owner}},
                }
            ]
        }
        for name in args.calls
    ]
    for one in args.egress:
        rule: Manifest = {"to": [{"ipBlock": {"cidr": one.cidr}}]}
        if one.ports:
            rule["ports"] = [{"port": port, "protocol": "TCP"} for port in one.ports]
        rules.append(rule)
    return rules
