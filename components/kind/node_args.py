"""The settings of the nodes of a local cluster."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from ..settings.model import Model

_ZONE = "topology.kubernetes.io/zone"
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_NAME = r"[A-Za-z0-9](?:[-._A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_LABEL = re.compile(rf"(?:[a-z0-9](?:[-.a-z0-9]{{0,251}}[a-z0-9])?/)?{_NAME}")
_VALUE = re.compile(rf"(?:{_NAME})?")
_TAINT = re.compile(
    rf"{_LABEL.pattern}={_VALUE.pattern}:(NoSchedule|PreferNoSchedule|NoExecute)"
)  # fmt: skip
_EXCLUDING = (":NoSchedule", ":NoExecute")


def _is_absolute(path: str) -> str:
    # A colon would end the path in what Docker is given.
    if not re.fullmatch(r"(/[^/:\x00-\x1f]+)+", path) or {".", ".."} & set(path.split("/")):
        raise ValueError("an absolute path, without a colon, `..` or a slash at its end")
    return path


_Path = Annotated[str, AfterValidator(_is_absolute)]


class NodeArgs(Model):
    """One node of a local cluster; labels, taints and zone change in place."""

    labels: dict[str, str] = Field(default_factory=dict, examples=[{"storage": "ssd"}])
    """Labels of the node."""

    taints: list[str] = Field(default_factory=list, examples=[["team=a:NoSchedule"]])
    """Taints of the node, as kubectl writes them: `key=value:Effect`."""

    zone: str | None = Field(default=None, pattern=rf"^{_NAME}$", examples=["a"])
    """Zone of the node: its label `topology.kubernetes.io/zone`."""

    @field_validator("labels")
    @classmethod
    def _labels_are_labels(cls, labels: dict[str, str]) -> dict[str, str]:
        for key, value in labels.items():
            if not _LABEL.fullmatch(key) or not _VALUE.fullmatch(value):
                raise ValueError(
                    f"{key!r}: {value!r} is no label; key and value have at most 63 of letters, "
                    "digits, `-`, `_` and `.`, and the key may have a prefix: team.example/disk"
                )
        return labels

    @field_validator("taints")
    @classmethod
    def _taints_are_whole(cls, taints: list[str]) -> list[str]:
        for taint in taints:
            if not _TAINT.fullmatch(taint):
                raise ValueError(
                    f"{taint!r} is no taint; one is key=value:Effect, and the effect NoSchedule, "
                    "PreferNoSchedule or NoExecute"
                )
            if taint.startswith(f"{_CONTROL_PLANE}="):
                raise ValueError(
                    f"{taint!r} is set and lifted with the workers: where there are some, control "
                    "planes have it; leave it out"
                )
        return taints

    @property
    def all_labels(self) -> dict[str, str]:
        """The labels, that of the zone among them."""
        zone = {} if self.zone is None else {_ZONE: self.zone}
        return {**self.labels, **zone}

    @property
    def keeps_pods_away(self) -> bool:
        """True where a taint keeps pods off that do not tolerate it."""
        return any(taint.endswith(_EXCLUDING) for taint in self.taints)


class ControlPlaneArgs(NodeArgs):
    """One control plane of a local cluster."""


class MountArgs(Model):
    """A folder or file of this machine in a node."""

    host: _Path = Field(examples=["/srv/data"])
    """Absolute path on this machine; it must exist."""

    container: _Path = Field(examples=["/data"])
    """Absolute path in the node, where a pod's `hostPath` finds it."""

    read_only: bool = False
    """Mounts it read-only."""


class PortArgs(Model):
    """A port of this machine that leads to a node."""

    host: int = Field(ge=1024, le=65535, examples=[9000])
    """Port of this machine, on 127.0.0.1."""

    container: int = Field(ge=1, le=65535, examples=[30090])
    """Port of the node: a node port, or a `hostPort` of a pod."""

    protocol: Literal["TCP", "UDP"] = "TCP"
    """Protocol."""

    @property
    def on_host(self) -> tuple[int, str]:
        """Port and protocol on this machine, which no two mappings may share."""
        return self.host, self.protocol


class WorkerArgs(NodeArgs):
    """One worker of a local cluster."""

    mounts: list[MountArgs] = Field(default_factory=list[MountArgs])
    """Folders of this machine in the node. A change drains and recreates the node."""

    ports: list[PortArgs] = Field(default_factory=list[PortArgs])
    """Ports of this machine that lead to the node. A change drains and recreates the node."""
