"""The Service of an application, and its traffic: who reaches it, and what it reaches."""

import ipaddress
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ...k8s.syntax import Annotations
from ...settings.model import Model
from .values import DNS_LABEL

_Service = Literal["ClusterIP", "Headless", "NodePort", "LoadBalancer"]


class ServiceArgs(Model):
    """The stable address of an application in its cluster."""

    type: _Service | None = None
    """Type of the Service; chosen by `expose` and the target unless given."""

    port: int = Field(default=80, ge=1, le=65535)
    """Port of the Service."""

    node_port: int | None = Field(default=None, ge=30000, le=32767)
    """Port on every node, for NodePort; chosen by the cluster unless given."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations of the Service."""

    @model_validator(mode="after")
    def _node_port_has_its_type(self) -> Self:
        if self.node_port is not None and self.type != "NodePort":
            raise ValueError("nodePort goes with type: NodePort")
        return self


def _cidr(text: str | None) -> str | None:
    if text is not None:
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            raise ValueError(f"{error}; an example is 10.0.0.0/8") from None
        if text.partition("/")[2] != str(network.prefixlen) or "%" in text:
            raise ValueError(f"Kubernetes takes a range with its length in bits: {network}")
    return text


class EgressArgs(Model):
    """Addresses outside the stack that an application may reach."""

    cidr: str = Field(examples=["10.0.0.0/8"])
    """Range of addresses; `0.0.0.0/0` for all."""

    ports: list[int] = Field(default_factory=list[int], examples=[[5432]])
    """TCP ports; all unless given."""

    @field_validator("cidr")
    @classmethod
    def _cidr_is_valid(cls, cidr: str) -> str | None:
        return _cidr(cidr)

    @field_validator("ports")
    @classmethod
    def _ports_are_valid(cls, ports: list[int]) -> list[int]:
        wrong = [port for port in ports if not 1 <= port <= 65535]
        if wrong:
            raise ValueError(f"a port is a number from 1 to 65535, and {wrong[0]} is not")
        return ports


class IngressArgs(Model):
    """Others outside the application's namespace that may reach it."""

    namespace: str | None = Field(default=None, pattern=DNS_LABEL, examples=["monitoring"])
    """Namespace, with all its pods."""

    cidr: str | None = Field(default=None, examples=["10.0.0.0/8"])
    """Range of addresses."""

    @field_validator("cidr")
    @classmethod
    def _cidr_is_valid(cls, cidr: str | None) -> str | None:
        return _cidr(cidr)

    @model_validator(mode="after")
    def _is_a_namespace_or_a_range(self) -> Self:
        if (self.namespace is None) == (self.cidr is None):
            raise ValueError("it needs either `namespace`, e.g. monitoring, or `cidr`")
        return self
