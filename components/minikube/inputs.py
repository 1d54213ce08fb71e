"""Inputs of MinikubeProfile and MinikubeNodes, parsed where they enter their providers."""

from typing import Any

from pydantic import Field

from ..dynamic import Inputs, Properties


class Characteristics(Inputs):
    """Settings of a profile that minikube shows. None stands for minikube's own choice."""

    driver: str
    container_runtime: str
    kubernetes_version: str | None = None
    ha: bool | None = None
    """Whether three of the nodes are control planes."""

    memory: int | None = None
    """Of each node, in MiB."""

    cpus: int | None = None
    """Of each node."""

    nodes: int | None = None
    """Number of nodes; MinikubeNodes changes it in place."""

    def differences(self, current: "Characteristics") -> dict[str, tuple[Any, Any]]:
        """Return what is set here and is another in `current`: key, current value, desired."""
        desired = self.model_dump(by_alias=True, warnings=False)
        return {
            key: (value, desired[key])
            for key, value in current.model_dump(by_alias=True).items()
            if desired[key] and _plain(desired[key]) != _plain(value)
        }


class ProfileSettings(Characteristics):
    """What a program knows of a profile before anything is made."""

    name: str
    base_image: str | None = None
    registry: str = ""
    """Name of the registry's container."""

    adopt: bool
    """Whether a profile of the user may be used."""

    replace: bool
    """Whether a change that recreates the profile is allowed."""


_MUTABLE = {"nodes", "registry", "adopt", "replace"}


class MinikubeProfileInputs(ProfileSettings):
    """Inputs of MinikubeProfile."""

    mark: str
    """Mark of the stack, on the profile's container network."""

    def changed(self, previous: "MinikubeProfileInputs") -> list[str]:
        """Return the properties whose change since `previous` recreates the profile."""
        before, after = previous.immutable, self.immutable
        return [key for key, value in after.items() if before[key] != value]

    @property
    def immutable(self) -> Properties:
        """What a profile keeps as long as it lives, by the names of the properties."""
        fields = {*MinikubeProfileInputs.model_fields} - _MUTABLE
        return self.model_dump(by_alias=True, include=fields, warnings=False)


class ProfileOutputs(Inputs):
    """Outputs of MinikubeProfile; not known before it is made or adopted."""

    kubeconfig: str = ""
    context: str | None = None
    uid: str | None = None
    address: str | None = None
    adopted: bool | None = None

    @property
    def properties(self) -> Properties:
        """The outputs as Pulumi has them."""
        return self.model_dump(by_alias=True, include={*ProfileOutputs.model_fields})


class MinikubeProfileState(MinikubeProfileInputs, ProfileOutputs):
    """Inputs and outputs of MinikubeProfile; the check fills in outputs that are known."""


class NodesSettings(Inputs):
    """What a program knows of a profile's nodes before anything is made."""

    profile: str
    nodes: int | None = None
    """Number of nodes, all of which run applications."""

    addons: list[str] = Field(default_factory=list)


class MinikubeNodesInputs(NodesSettings):
    """Inputs of MinikubeNodes."""

    uid: str
    """UID of the cluster: a profile that was recreated brings its nodes along."""

    kubeconfig: str = ""
    """The way to the cluster; the state does not keep it."""

    adopted: bool
    registry_host: str
    """Address of the registry in the names of images."""

    registry_container: str
    registry_id: str
    """Id of the registry's container: one that was recreated is connected again."""

    @property
    def count(self) -> int | None:
        """Desired number of nodes; None for those of an adopted profile, which the user sets."""
        return None if self.adopted else self.nodes or 1


def _plain(value: Any) -> Any:
    """Return a version without its v, which is optional; any other value as it is."""
    return value.removeprefix("v") if isinstance(value, str) else value
