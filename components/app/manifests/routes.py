"""The route from a host name to an application: an Ingress or an HTTPRoute.

https://kubernetes.io/docs/concepts/services-networking/ingress/
https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from ...targets.exposure import GatewayRoute, IngressRoute, Route
from ..placement import Manifest, Placement


def manifest(route: Route, port: int, place: Placement) -> Manifest:
    """Return the Ingress or the HTTPRoute that sends a host's requests to the application, whose
    Service has the port.

    `skipAwait`, as many controllers never write the status for which the provider would wait.
    """
    metadata = place.metadata(**{"pulumi.com/skipAwait": "true"}, **route.annotations)
    if isinstance(route, IngressRoute):
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": metadata,
            "spec": _ingress(route, place.name),
        }
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": metadata,
        "spec": _http_route(route, place.name, port),
    }


def _ingress(route: IngressRoute, service: str) -> Manifest:
    backend = {"service": {"name": service, "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: Manifest = {"rules": [{"host": route.host, "http": {"paths": [path]}}]}
    if route.class_name is not None:
        spec["ingressClassName"] = route.class_name
    if route.tls_secret is not None:
        spec["tls"] = [{"hosts": [route.host], "secretName": route.tls_secret}]
    return spec


def _http_route(route: GatewayRoute, service: str, port: int) -> Manifest:
    namespace, _, gateway = route.gateway.rpartition("/")
    return {
        "parentRefs": [{"name": gateway, **({"namespace": namespace} if namespace else {})}],
        "hostnames": [route.host],
        "rules": [{"backendRefs": [{"name": service, "port": port}]}],
    }
