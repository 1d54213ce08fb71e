"""The NetworkPolicies of an application, named by their content.

Policies add up: in an update the new one is created before the pods that need it, and the previous
one is deleted after the rollout, so that each version that runs keeps its traffic.
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from ...names import LABEL
from ..args import AppArgs
from ..hashes import short_hash
from ..placement import CALLS, NAME, OWNER, Manifest, Placement

_NODE_LOCAL = "169.254.0.0/16"
"""Range with the address of the node-local DNS cache."""

_DNS_NAMESPACES = ["kube-system", "openshift-dns"]
_DNS_PORTS = (53, 5353)
"""Ports of DNS servers' pods; the second one is OpenShift's."""

_DECLARED = {f"{LABEL}/traffic": "declared"}
"""Label of the pods that policies select: not those of a version with `networkPolicy: false`, which
runs beside another one during an update."""


def policy(args: AppArgs, place: Placement) -> Manifest:
    """Return the policy of an application: ingress from its namespace, from callers and to the
    exposed port; egress to DNS and to what is declared."""
    ingress = _ingress(args, place) if args.serves else []
    return _policy(place, "", place.selector, ingress, _egress(args, place))


def migration_policy(args: AppArgs, place: Placement) -> Manifest:
    """Return the policy of a migration: no ingress, and the egress of the application."""
    return _policy(place, "-migration", migration_selector(place), [], _egress(args, place))


def _policy(
    place: Placement,
    suffix: str,
    selector: dict[str, str],
    ingress: list[Manifest],
    egress: list[Manifest],
) -> Manifest:
    spec = {
        "podSelector": {"matchLabels": {**selector, **_DECLARED}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": ingress,
        "egress": egress,
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": place.metadata(f"{suffix}-{short_hash(spec)}"),
        "spec": spec,
    }


def pod_labels(args: AppArgs) -> dict[str, str]:
    """Return the labels of pods by which policies select and admit them."""
    return {**(_DECLARED if args.network_policy else {}), **_call_labels(args)}


def migration_selector(place: Placement) -> dict[str, str]:
    """Return the labels of a migration's pods, which no Service of the application selects."""
    return {**place.selector, NAME: f"{place.name}-migration"}


def _call_labels(args: AppArgs) -> dict[str, str]:
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
    dns: list[Manifest] = [
        {"port": port, "protocol": name} for port in _DNS_PORTS for name in ("UDP", "TCP")
    ]
    is_system = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": _DNS_NAMESPACES}
    system = {"namespaceSelector": {"matchExpressions": [is_system]}}
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
