"""Exposure: how an application is reached from outside its cluster."""

import re
from dataclasses import dataclass, field
from typing import Literal, Self

import pulumi
from pydantic import Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from ..k8s.syntax import SUBDOMAIN, Annotations, ObjectName
from ..settings.model import Model

_GATEWAY = rf"^([a-z0-9]([-a-z0-9]{{0,61}}[a-z0-9])?/)?{SUBDOMAIN[1:]}"
_ADDRESS = re.compile(r"[\d.]+")

_BELONGS_TO = {
    "host": ("Ingress", "Gateway"),
    "gateway": ("Gateway",),
    "class_name": ("Ingress",),
    "tls_secret": ("Ingress",),
}
"""Types of exposure that have a setting."""


class ExposeArgs(Model):
    """Access to exposed applications from outside the cluster."""

    type: Literal["LoadBalancer", "Ingress", "Gateway"] = "LoadBalancer"
    """An address of its own, or a host name at an Ingress controller or a Gateway."""

    host: ObjectName | None = Field(default=None, examples=["web.example"])
    """Host name, for an Ingress or a Gateway."""

    class_name: ObjectName | None = None
    """IngressClass; the cluster's default one unless given."""

    gateway: str | None = Field(
        default=None, pattern=_GATEWAY, max_length=317, examples=["public", "infra/public"]
    )
    """Gateway that serves the host: its name, with its namespace before a slash."""

    tls_secret: ObjectName | None = None
    """Secret in the application's namespace with the certificate of an Ingress's host."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations of the Service or the route: settings of providers and controllers."""

    @field_validator("host")
    @classmethod
    def _host_is_a_name(cls, host: str | None) -> str | None:
        if host is not None and _ADDRESS.fullmatch(host):
            raise ValueError("a route needs a name, and this is an address")
        return host

    @model_validator(mode="after")
    def _settings_belong_to_the_type(self) -> Self:
        for name, types in _BELONGS_TO.items():
            if getattr(self, name) is not None and self.type not in types:
                raise ValueError(
                    f"{to_camel(name)} goes with type: {' or '.join(types)}, and this is "
                    f"{self.type}; set that type, or remove it"
                )
        return self

    @model_validator(mode="after")
    def _route_is_complete(self) -> Self:
        if self.type != "LoadBalancer" and self.host is None:
            raise ValueError(f"{self.type} needs `host`, e.g. web.example")
        if self.type == "Gateway" and self.gateway is None:
            raise ValueError("Gateway needs `gateway`, e.g. infra/public")
        return self


@dataclass(frozen=True)
class IngressRoute:
    """A host name at an Ingress controller."""

    host: str
    class_name: str | None = None
    """IngressClass; the cluster's default one if None."""

    tls_secret: str | None = None
    """Secret in the application's namespace with the certificate of the host."""

    annotations: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class GatewayRoute:
    """A host name at a Gateway."""

    host: str
    gateway: str
    """Name of the Gateway, with its namespace before a slash."""

    annotations: dict[str, str] = field(default_factory=dict[str, str])


Route = IngressRoute | GatewayRoute


@dataclass(frozen=True)
class Exposure:
    """The address of an application: the type of its Service, and the route to it if any.

    Without `url`, the address is the one that the cluster's provider gives to the Service.
    """

    service_type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    node_port: int | None = None
    annotations: dict[str, str] = field(default_factory=dict[str, str])
    """Annotations of the Service."""

    route: Route | None = None
    url: pulumi.Input[str] | None = None

    @property
    def awaits_address(self) -> bool:
        """Whether the address comes from the Service's status."""
        return self.url is None


def exposure(args: ExposeArgs) -> Exposure:
    """Return how applications are exposed on a cluster that has what `args` names."""
    if args.type == "LoadBalancer":
        return Exposure("LoadBalancer", annotations=args.annotations)
    host = str(args.host)
    if args.type == "Ingress":
        scheme = "http" if args.tls_secret is None else "https"
        ingress = IngressRoute(host, args.class_name, args.tls_secret, args.annotations)
        return Exposure(route=ingress, url=f"{scheme}://{host}")
    gateway = GatewayRoute(host, str(args.gateway), args.annotations)
    return Exposure(route=gateway, url=f"https://{host}")
