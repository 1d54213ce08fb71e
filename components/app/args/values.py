"""Values of settings: texts, secrets, names and paths."""

import re
from typing import Annotated, Any, Self

import pulumi
from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from ...k8s.syntax import ObjectName, is_qualified_name
from ...settings.model import Model

DNS_LABEL = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
"""RFC 1123 label, as which Kubernetes accepts most names."""

APPLICATION_NAME = r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$"
"""Name of an application: a DNS label that begins with a letter, as a Service's name does, and has
room for what the names of other objects add."""

VARIABLE = r"^[A-Za-z_.-][A-Za-z0-9_.-]*$"
"""The name of an environment variable."""

KEY = r"^[-._a-zA-Z0-9]{1,253}$"
"""A key of a ConfigMap or a Secret."""

PATH = r"^(/[^/:\x00-\x1f\x7f-\x9f]+)+$"
"""An absolute path that is not the root; Kubernetes allows no colon in mount paths."""

_KERNEL = ("/proc", "/sys")
"""Folders in which no container can mount anything."""

_FIELDS = (
    *(f"metadata.{name}" for name in ("name", "namespace", "uid")),
    *(f"spec.{name}" for name in ("nodeName", "serviceAccountName")),
    *(f"status.{name}" for name in ("hostIP", "hostIPs", "podIP", "podIPs")),
)
"""Fields of a pod that the downward API gives to variables."""

_LABEL_FIELD = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")

_UNSENDABLE = re.compile("[\0\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that YAML, as which API servers read manifests, does not allow."""


def _usable(name: str) -> str:
    """Return a name that is no path.  Raises ValueError for others."""
    if name == "." or name.startswith(".."):
        raise ValueError("Kubernetes refuses `.` and what begins with `..`; choose another")
    return name


def _mountable(path: str) -> str:
    """Return a path at which containers can mount.  Raises ValueError for others."""
    folder = "/" + path.split("/")[1]
    if folder in _KERNEL or path == "/dev":
        raise ValueError(f"{folder} is the kernel's in every container; choose another path")
    return path


def sendable(text: str) -> str:
    """Return a text that can be sent to a cluster.  Raises ValueError for others."""
    if forbidden := _UNSENDABLE.search(text):
        raise ValueError(
            f"it has the character U+{ord(forbidden[0]):04X} at {forbidden.start()}, which no "
            "manifest can have; put binary content into the image, or encode it, e.g. as base64"
        )
    return text


_SECRET_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}


class _Text:
    """A text that may come from another resource."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def read(value: Any) -> Any:
            if isinstance(value, str):
                return sendable(value)
            if isinstance(value, pulumi.Output):
                return value  # pyright: ignore[reportUnknownVariableType]
            raise ValueError("not a text; put a number or a boolean in quotes")

        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string"}


class _Secret:
    """A text that must be a Pulumi secret, so that it never was in plain text."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def read(value: Any) -> Any:
            if isinstance(value, pulumi.Output):
                return value  # pyright: ignore[reportUnknownVariableType]
            raise ValueError(
                "it is in plain text; `pulumi config set --secret --path slipway:app.secrets.NAME` "
                "encrypts it, and in a program Config.require_secret() reads it"
            )

        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _SECRET_FORM


Text = Annotated[str | pulumi.Output[str], _Text()]
Secret = Annotated[pulumi.Output[str], _Secret()]
Plain = Annotated[str, AfterValidator(sendable)]
Variable = Annotated[str, Field(pattern=VARIABLE, max_length=253), AfterValidator(_usable)]
Path = Annotated[str, Field(pattern=PATH, max_length=1024), AfterValidator(_mountable)]
Key = Annotated[str, Field(pattern=KEY), AfterValidator(_usable)]


class ValueFromArgs(Model):
    """A value from a Secret (also one that an ExternalSecret creates), from a ConfigMap, or from a
    field of the pod."""

    secret: ObjectName | None = Field(default=None, examples=["database"])
    """Name of a Secret in the namespace."""

    config_map: ObjectName | None = None
    """Name of a ConfigMap in the namespace."""

    key: Key | None = Field(default=None, examples=["password"])
    """Key in the Secret or the ConfigMap."""

    field: str | None = Field(default=None, examples=["metadata.labels['team']"])
    """Field of the pod, by the downward API."""

    @field_validator("field")
    @classmethod
    def _field_is_known(cls, field: str | None) -> str | None:
        if field is None or field in _FIELDS:
            return field
        match = _LABEL_FIELD.fullmatch(field)
        if match is None or not is_qualified_name(match[2]):
            raise ValueError(
                f"it is none that the downward API gives to variables: {', '.join(_FIELDS)}, "
                "metadata.labels['team'], metadata.annotations['team']"
            )
        return field

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        sources = [self.secret, self.config_map, self.field]
        if len([source for source in sources if source]) != 1:
            raise ValueError("it needs one of `secret`, `configMap` and `field`")
        if (self.field is None) == (self.key is None):
            raise ValueError("`key` goes with a `secret` or a `configMap` only")
        return self
