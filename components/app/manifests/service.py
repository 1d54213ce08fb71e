"""The addresses of an application."""

from ..args import AppArgs
from .place import Manifest, Placement


def service(args: AppArgs, place: Placement) -> Manifest:
    """The stable address of the application's pods.

    `skipAwait`: the provider would wait ten seconds for any Service with a selector; that the
    application is ready is proved by its pods. Only an address that the cluster's provider has to
    give is waited for.
    """
    exposure, asked = place.exposure, args.service
    headless = asked.type == "Headless"
    kind = "ClusterIP" if headless else asked.type or exposure.service_type
    port: Manifest = {
        "name": "http",
        "port": asked.port,
        "targetPort": "http",
        "protocol": "TCP",
    }
    if (node_port := asked.node_port or exposure.node_port) is not None:
        port["nodePort"] = node_port
    waiting = {} if exposure.awaits_address else {"pulumi.com/skipAwait": "true"}
    annotations = {**waiting, **exposure.annotations, **asked.annotations}
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


def of_pods(args: AppArgs, place: Placement) -> Manifest:
    """The Service that gives each pod of a StatefulSet a name, ready or not.

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


def routes(place: Placement) -> list[Manifest]:
    """What stands before the Service: an Ingress or an HTTPRoute, or nothing.

    `skipAwait`, as many controllers never write the status that the provider would wait for.
    """
    skip = {"pulumi.com/skipAwait": "true"}
    return [
        {**route, "metadata": place.metadata(**skip, **route["metadata"]["annotations"])}
        for route in place.exposure.routes
    ]
