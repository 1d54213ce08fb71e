"""The NetworkPolicies of an application.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from ..args import AppArgs
from ..placement import CALLS, NAME, OWNER, Manifest, Placement

_NODE_LOCAL = "169.254.0.0/16"
"""Range with the address of the node-local DNS cache."""


def policy(args: AppArgs, place: Placement) -> Manifest:
    """Return the policy of an application: ingress from its namespace, from callers and to the
    exposed port; egress to DNS and to what is declared."""
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
    """Return the policy of a migration: no ingress, and the egress of the application."""
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
    """Return the labels of a migration's pods, which no Service of the application selects."""
    return {**place.selector, NAME: f"{place.name}-migration"}


def call_labels(args: AppArgs) -> dict[str, str]:
    """Return the labels by which the applications that a pod calls admit it."""
    return {f"{CALLS}/{name}": "true" for name in args.calls}


def _ingress(args: AppArgs, place: Placement) -> list[Manifest]:
    ports: list[Manifest] = [{"port": "http", "protocol": "TCP"}]
    if _reached_from_outside(args, place):
        # The sender's address is that of a node, a load balancer or a controller.
        return [{"from": [{"podSelector": {}}]}, {"ports": ports}]
    callers = {
        "namespaceSelector": {"matchLabels": {OWNER: place.owner_labels[OWNER]}},
        "podSelector": {"matchLabels": {f"{CALLS}/{place.name}": "true"}},
    }
    others: list[Manifest] = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": peer.namespace}}}
        if peer.namespace
        else {"ipBlock": {"cidr": peer.cidr}}
        for peer in args.ingress
    ]
    return [{"from": [{"podSelector": {}}]}, {"from": [callers, *others], "ports": ports}]


def _reached_from_outside(args: AppArgs, place: Placement) -> bool:
    exposure = place.exposure
    by_type = (args.service.type or exposure.service_type) in ("NodePort", "LoadBalancer")
    return by_type or exposure.route is not None


def _egress(args: AppArgs, place: Placement) -> list[Manifest]:
    dns: list[Manifest] = [{"port": 53, "protocol": name} for name in ("UDP", "TCP")]
    system = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    rules: list[Manifest] = [
        {"to": [system, {"ipBlock": {"cidr": _NODE_LOCAL}}], "ports": dns},
        # The application's own pods: replicas that talk to one another.
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
    for peer in args.egress:
        rule: Manifest = {"to": [{"ipBlock": {"cidr": peer.cidr}}]}
        if peer.ports:
            rule["ports"] = [{"port": port, "protocol": "TCP"} for port in peer.ports]
        rules.append(rule)
    return rules
