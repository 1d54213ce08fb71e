"""The Ingress or the HTTPRoute of an exposed application."""

from typing import Any

from components.targets.exposure import ExposeArgs, exposure

from ..apps import at, objects


def _objects(**expose: Any) -> dict[str, dict[str, Any]]:
    return objects(at(exposure(ExposeArgs(host="web.example", **expose))))


def test_a_gateways_route_names_gateway_host_and_service() -> None:
    route = _objects(type="Gateway", gateway="infra/public")["HTTPRoute"]

    assert route["spec"]["parentRefs"] == [{"name": "public", "namespace": "infra"}]
    assert route["spec"]["hostnames"] == ["web.example"]
    assert route["spec"]["rules"][0]["backendRefs"] == [{"name": "web", "port": 80}]


def test_a_gateways_route_leads_to_the_port_of_the_service() -> None:
    expose = ExposeArgs(type="Gateway", host="web.example", gateway="public")
    made = objects(at(exposure(expose)), service={"port": 8443})
    (backend,) = made["HTTPRoute"]["spec"]["rules"][0]["backendRefs"]

    assert backend["port"] == made["Service"]["spec"]["ports"][0]["port"] == 8443


def test_a_gateway_without_a_namespace_is_in_the_applications_own() -> None:
    route = _objects(type="Gateway", gateway="public")["HTTPRoute"]

    assert route["spec"]["parentRefs"] == [{"name": "public"}]


def test_an_ingress_sends_its_host_to_the_service() -> None:
    ingress = _objects(type="Ingress", class_name="nginx", tls_secret="web-tls")["Ingress"]
    (rule,) = ingress["spec"]["rules"]

    assert rule["host"] == "web.example"
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "web"
    assert ingress["spec"]["ingressClassName"] == "nginx"
    assert ingress["spec"]["tls"] == [{"hosts": ["web.example"], "secretName": "web-tls"}]


def test_a_route_has_its_annotations_and_is_not_awaited() -> None:
    route = _objects(type="Ingress", annotations={"a.example/b": "c"})["Ingress"]

    annotations = route["metadata"]["annotations"]
    assert annotations["a.example/b"] == "c"
    assert annotations["pulumi.com/skipAwait"] == "true"


def test_an_application_behind_a_route_has_a_service_inside_the_cluster() -> None:
    assert _objects(type="Ingress")["Service"]["spec"]["type"] == "ClusterIP"
