"""The Services of an application."""

from ..args import AppArgs
from ..placement import Manifest, Placement


def service(args: AppArgs, place: Placement) -> Manifest:
    """Return the Service, the stable address of the application's pods.

    `skipAwait`, as the provider would wait ten seconds for any Service with a selector, and the
    pods prove that the application is ready. Only an address that the cluster's provider has to
    assign is awaited.
    """
    exposure, own = place.exposure, args.service
    headless = own.type == "Headless"
    kind = "ClusterIP" if headless else own.type or exposure.service_type
    port: Manifest = {
        "name": "http",
        "port": own.port,
        "targetPort": "http",
        "protocol": "TCP",
    }
    if (node_port := own.node_port or exposure.node_port) is not None:
        port["nodePort"] = node_port
    waiting = {} if exposure.awaits_address else {"pulumi.com/skipAwait": "true"}
    annotations = {**waiting, **exposure.annotations, **own.annotations}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": place.metadata(**annotations),
        "spec": {
            "type": kind,
            **({"clusterIP": "None"} if headless else {}),
            "selector": place.selector,
            "ports": [port],
        },
    }


def early(args: AppArgs, place: Placement) -> Manifest:
    """Return the Service as the first pods of an application need it: a name in the cluster.

    It has no address outside, which another application may still have.
    """
    whole = service(args, place)
    spec = {key: value for key, value in whole["spec"].items() if key != "ports"}
    (port,) = whole["spec"]["ports"]
    inside = {key: value for key, value in port.items() if key != "nodePort"}
    return {**whole, "spec": {**spec, "type": "ClusterIP", "ports": [inside]}}


def of_pods(args: AppArgs, place: Placement) -> Manifest:
    """Return the Service that gives each pod of a StatefulSet a DNS name, ready or not.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
    """
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": place.metadata("-pods", **{"pulumi.com/skipAwait": "true"}),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": place.selector,
            "ports": [{"name": "http", "port": args.port, "targetPort": "http", "protocol": "TCP"}],
        },
    }
