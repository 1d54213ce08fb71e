"""Exposure: how an application is reached from outside its cluster."""

from dataclasses import dataclass, field
from typing import Any, Literal, Self

import pulumi
from pydantic import Field, model_validator

from ..settings.model import Model

Manifest = dict[str, Any]


class ExposeArgs(Model):
    """Access to exposed applications from outside the cluster."""

    type: Literal["LoadBalancer", "Ingress", "Gateway"] = "LoadBalancer"
    """An address of its own, or a host name at an Ingress controller or a Gateway."""

    host: str | None = Field(
        default=None, pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", examples=["web.example"]
    )
    """Host name, for an Ingress or a Gateway."""

    class_name: str | None = None
    """IngressClass; the cluster's default one unless given."""

    gateway: str | None = Field(default=None, examples=["public", "infra/public"])
    """Gateway that serves the host: its name, with its namespace before a slash."""

    tls_secret: str | None = None
    """Secret in the application's namespace with the certificate of an Ingress's host."""

    annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations of the Service or the route: settings of providers and controllers."""

    @model_validator(mode="after")
    def _route_is_complete(self) -> Self:
        if self.type != "LoadBalancer" and self.host is None:
            raise ValueError(f"{self.type} needs `host`, e.g. web.example")
        if self.type == "Gateway" and self.gateway is None:
            raise ValueError("Gateway needs `gateway`, e.g. infra/public")
        return self


@dataclass(frozen=True)
class Exposure:
    """What an application's Service is, and what stands before it.

    `routes` are manifests without name and metadata, which the application adds. Without `url`,
    the address is the one that the cluster's provider gives to the Service.
    """

    service_type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    node_port: int | None = None
    annotations: dict[str, str] = field(default_factory=dict[str, str])
    routes: tuple[Manifest, ...] = ()
    url: pulumi.Input[str] | None = None

    @property
    def awaits_address(self) -> bool:
        """Whether the Service's status has the address."""
        return self.url is None


def exposure(args: ExposeArgs, application: str) -> Exposure:
    """How `application` is exposed on a cluster that has what `args` names."""
    if args.type == "LoadBalancer":
        return Exposure("LoadBalancer", annotations=args.annotations)
    make = _ingress if args.type == "Ingress" else _http_route
    secure = args.tls_secret is not None if args.type == "Ingress" else True
    return Exposure(
        routes=(make(args, application),),
        url=f"{'https' if secure else 'http'}://{args.host}",
    )


def _ingress(args: ExposeArgs, application: str) -> Manifest:
    backend = {"service": {"name": application, "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: Manifest = {"rules": [{"host": args.host, "http": {"paths": [path]}}]}
    if args.class_name is not None:
        spec["ingressClassName"] = args.class_name
    if args.tls_secret is not None:
        spec["tls"] = [{"hosts": [args.host], "secretName": args.tls_secret}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"annotations": args.annotations},
        "spec": spec,
    }


def _http_route(args: ExposeArgs, application: str) -> Manifest:
    namespace, _, name = str(args.gateway).rpartition("/")
    parent = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"annotations": args.annotations},
        "spec": {
            "parentRefs": [parent],
            "hostnames": [args.host],
            "rules": [{"backendRefs": [{"name": application, "port": 80}]}],
        },
    }
