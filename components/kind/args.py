"""The settings of a local cluster."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from ..settings.model import Model
from .node_args import ControlPlaneArgs, NodeArgs, PortArgs, WorkerArgs
from .node_versions import (
    REPOSITORY,
    VERSION,
    image_of_version,
    is_another,
    tagged_version,
    unsupported,
)
from .subnets import MOST_POD_BITS, overlapping, pod_subnet, service_subnet

_MOST_CONTROL_PLANES = 5
_MOST_WORKERS = 20


def _each(node: type[NodeArgs], least: int, most: int) -> Callable[[Any], Any]:
    """Return the function that lists nodes which are given by their number."""

    def each(value: Any) -> Any:
        listed = isinstance(value, list)
        try:
            number = len(cast("list[Any]", value)) if listed else int(str(value))
        except ValueError:
            raise ValueError("a valid integer, or a list of nodes") from None
        if not least <= number <= most:
            raise ValueError(
                f"a number of nodes greater than or equal to {least}, and less than or equal to "
                f"{most}"
            )
        return cast("list[Any]", value) if listed else [node() for _ in range(number)]

    return each


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Endpoint = Annotated[str, Field(pattern=r"^https?://[^/\s\"\\?#]+(/[^\s\"\\?#]*)?$")]


class ClusterArgs(Model):
    """A local cluster: its nodes, and what is immutable."""

    control_planes: Annotated[
        list[ControlPlaneArgs],
        BeforeValidator(
            _each(ControlPlaneArgs, 1, _MOST_CONTROL_PLANES),
            json_schema_input_type=int | list[ControlPlaneArgs],
        ),
    ] = Field(default_factory=lambda: [ControlPlaneArgs()], examples=[1])
    """Control-plane nodes, by number or one by one with `labels`, `taints` and `zone`; an odd
    number, as etcd needs a majority. Several stand behind a load balancer, and are added and
    removed in place."""

    ha: Literal["ready"] | None = None
    """`ready` puts one control plane behind a load balancer too, so that there can be more later
    without a new cluster."""

    workers: Annotated[
        list[WorkerArgs],
        BeforeValidator(
            _each(WorkerArgs, 0, _MOST_WORKERS), json_schema_input_type=int | list[WorkerArgs]
        ),
    ] = Field(default_factory=lambda: [WorkerArgs(), WorkerArgs()], examples=[2])
    """Worker nodes, by number or one by one with `labels`, `taints`, `zone`, `mounts` and `ports`;
    added, changed and removed in place. Without any, the control planes run the applications."""

    replace_cluster: bool = False
    """Allows a change that recreates the cluster, with everything on it lost."""

    kubernetes_version: str | None = Field(
        default=None, pattern=r"^v?\d+\.\d+\.\d+$", examples=[VERSION]
    )
    """Kubernetes version of the nodes, such as `1.35.0`. It selects the node image; a given `image`
    must have that version."""

    image: str | None = Field(default=None, examples=[f"{REPOSITORY}:v{VERSION}"])
    """Node image; `docker.io/kindest/node` of the version, or of 1.35.0, unless given."""

    balancer_image: str = "docker.io/kindest/haproxy:v20251211-v0.29.0-alpha-100-g82a92c5d"
    """Image of the load balancer before several control planes: HAProxy, as kind 0.31 has it."""

    service_subnet: str = Field(default="10.96.0.0/16", examples=["10.96.0.0/16"])
    """IPv4 range of services. Immutable; a change replaces the cluster."""

    pod_subnet: str = Field(default="10.244.0.0/16", examples=["10.244.0.0/16"])
    """IPv4 range of pods; each node takes 256 addresses. Immutable; a change replaces the
    cluster."""

    kube_proxy_mode: Literal["iptables", "nftables", "ipvs"] = "iptables"
    """Mode of kube-proxy; the machine's kernel must support it. Immutable; a change replaces the
    cluster."""

    feature_gates: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*$")], bool] = Field(
        default_factory=dict, examples=[{"InPlacePodVerticalScaling": True}]
    )
    """Feature gates of all Kubernetes components. Immutable; a change replaces the cluster."""

    mirrors: dict[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?$")],
        Annotated[
            list[_Endpoint],
            Field(min_length=1),
            BeforeValidator(_as_list, json_schema_input_type=str | list[str]),
        ],
    ] = Field(default_factory=dict, examples=[{"docker.io": "https://mirror.example"}])
    """Registry mirrors of all nodes, tried before the registry itself: its host, and the URL or
    URLs of mirrors, which the nodes must reach. Changed in place."""

    @property
    def balanced(self) -> bool:
        """True where a load balancer stands before the control planes."""
        return self.ha == "ready" or len(self.control_planes) > 1

    @property
    def node_image(self) -> str:
        """Image of the nodes."""
        return self.image or image_of_version(self.kubernetes_version)

    @property
    def ports(self) -> list[PortArgs]:
        """All ports of this machine that lead to workers."""
        return [port for worker in self.workers for port in worker.ports]

    @field_validator("control_planes")
    @classmethod
    def _etcd_has_a_majority(cls, nodes: list[ControlPlaneArgs]) -> list[ControlPlaneArgs]:
        number = len(nodes)
        if number % 2 == 0:
            raise ValueError(
                "an odd number, as with an even one etcd outlives no more failures: "
                f"{number - 1} or {number + 1}"
            )
        return nodes

    @field_validator("workers")
    @classmethod
    def _pods_find_a_node(cls, workers: list[WorkerArgs], info: ValidationInfo) -> list[WorkerArgs]:
        leaders: Sequence[ControlPlaneArgs] = info.data.get("control_planes", ())
        if leaders and not workers and all(leader.keeps_pods_away for leader in leaders):
            raise ValueError(
                "without workers the control planes run the pods, and their taints keep pods away: "
                f"{', '.join(leaders[0].taints)}; have a worker, or leave the taints out"
            )
        return workers

    @field_validator("workers")
    @classmethod
    def _ports_are_mapped_once(cls, workers: list[WorkerArgs]) -> list[WorkerArgs]:
        taken: dict[tuple[int, str], int] = {}
        for number, worker in enumerate(workers):
            for port in worker.ports:
                if (other := taken.setdefault(port.on_host, number)) != number:
                    raise ValueError(
                        f"port {port.host} ({port.protocol}) of this machine leads to workers "
                        f"{other} and {number}; give one of them another `host`"
                    )
            if len({port.on_host for port in worker.ports}) < len(worker.ports):
                raise ValueError(f"worker {number} has the same `host` port twice; leave one out")
            if len({mount.container for mount in worker.mounts}) < len(worker.mounts):
                raise ValueError(f"worker {number} has two mounts at one path of the node")
        return workers

    @field_validator("image")
    @classmethod
    def _version_is_one(cls, image: str | None, info: ValidationInfo) -> str | None:
        tagged = tagged_version(image or "")
        desired: str | None = info.data.get("kubernetes_version")
        if tagged and (message := unsupported(tagged)):
            raise ValueError(message)
        if tagged and is_another(tagged, desired):
            raise ValueError(
                f"an image of Kubernetes {tagged}, and kubernetesVersion is {desired}; leave one "
                "of them out"
            )
        return image

    @field_validator("kubernetes_version")
    @classmethod
    def _version_is_supported(cls, version: str | None) -> str | None:
        if version and (message := unsupported(version)):
            raise ValueError(message)
        return version

    @field_validator("service_subnet")
    @classmethod
    def _services_have_addresses(cls, subnet: str) -> str:
        service_subnet(subnet)
        return subnet

    @field_validator("pod_subnet")
    @classmethod
    def _pods_have_addresses(cls, subnet: str, info: ValidationInfo) -> str:
        pods = pod_subnet(subnet)
        number = sum(len(info.data.get(key, ())) for key in ("control_planes", "workers"))
        if number > 2 ** (MOST_POD_BITS - pods.prefixlen):
            raise ValueError(
                f"too small for {number} nodes, each of which takes 256 addresses; a /16 will do"
            )
        return subnet

    @model_validator(mode="after")
    def _ranges_are_apart(self) -> Self:
        if overlapping(self.pod_subnet, self.service_subnet):
            raise ValueError(
                f"podSubnet {self.pod_subnet} and serviceSubnet {self.service_subnet} overlap; "
                "choose another for one of them, e.g. 10.200.0.0/16"
            )
        return self
