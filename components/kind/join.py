"""Containers become nodes of a kind cluster, by kubeadm, as kind's own do.

https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import yaml

from ..machine.runner import CommandError, LocalError
from .containers import KindContainers
from .roles import Role, name_of

_CONFIG = "/kind/kubeadm.conf"
"""kind's own name of the file: a node's entrypoint follows a changed address in it."""

_SECONDS = {Role.CONTROL_PLANE: 240, Role.WORKER: 120}


class KindJoin:
    """Joins nodes to one cluster."""

    def __init__(self, containers: KindContainers) -> None:
        self._containers = containers

    def join(self, names: Sequence[str], role: Role) -> None:
        """Make started containers nodes of the cluster.

        Control planes join one after the other, as etcd takes in one member at a time.
        """
        if not names:
            return
        leader = name_of(self._containers.leader())
        run = self._containers.exec
        token = run(leader, "kubeadm", "token", "create", "--ttl=15m").strip()
        config = run(leader, "cat", _CONFIG)
        key = self._certificate_key(leader) if role is Role.CONTROL_PLANE else None
        # One that had the name before would be taken for the new one.
        self._containers.kubectl("delete", "nodes", "--ignore-not-found", *names)

        def join(name: str) -> None:
            provider_id = f"kind://docker/{self._containers.cluster}/{name}"
            text = join_config(config, token, self._containers.address(name), provider_id, key)
            self._containers.write(name, _CONFIG, text)
            self._join(name, _SECONDS[role])

        with ThreadPoolExecutor(max_workers=1 if key else 2) as pool:
            list(pool.map(join, names))

    def _certificate_key(self, leader: str) -> str:
        """Return the key, good for two hours, to the certificates that a control plane needs."""
        upload = ("kubeadm", "init", "phase", "upload-certs", "--upload-certs")
        output = self._containers.exec(leader, *upload, "--config", _CONFIG)
        return output.split()[-1]

    def _join(self, name: str, seconds: int) -> None:
        try:
            join = ("kubeadm", "join", "--config", _CONFIG)
            self._containers.exec(name, *join, timeout=seconds)
        except CommandError as error:
            raise LocalError(
                f"the node {name} cannot join the cluster {self._containers.cluster}",
                details=error,
                next_step="run `pulumi up` again, which recreates the node",
            ) from None


def join_config(
    leaders: str, token: str, address: str, provider_id: str, certificate_key: str | None
) -> str:
    """Return kubeadm's file for another node, made from the one that kind wrote into the leader.

    With a certificate key the node becomes a control plane.
    """
    documents: list[dict[str, Any]] = [each for each in yaml.safe_load_all(leaders) if each]
    kinds = {document["kind"]: document for document in documents}
    join = kinds["JoinConfiguration"]
    cluster = kinds["ClusterConfiguration"]
    join.pop("controlPlane", None)
    if certificate_key is not None:
        endpoint = {"advertiseAddress": address, "bindPort": 6443}
        join["controlPlane"] = {"localAPIEndpoint": endpoint, "certificateKey": certificate_key}
    join["discovery"] = {
        "bootstrapToken": {
            "apiServerEndpoint": cluster["controlPlaneEndpoint"],
            "token": token,
            "unsafeSkipCAVerification": True,
        }
    }
    arguments: dict[str, str] = {"node-ip": address, "provider-id": provider_id}
    registration = join["nodeRegistration"]
    listed = isinstance(registration.get("kubeletExtraArgs"), list)
    registration["kubeletExtraArgs"] = (
        [{"name": name, "value": value} for name, value in arguments.items()]
        if listed
        else arguments
    )
    registration.pop("taints", None)
    # What a control plane's entrypoint needs when its address changes.
    init = {**kinds.get("InitConfiguration", {})}
    if certificate_key is not None and init:
        init["localAPIEndpoint"] = {"advertiseAddress": address, "bindPort": 6443}
        init["nodeRegistration"] = {**init.get("nodeRegistration", {}), **registration}
        return yaml.safe_dump_all([cluster, init, join])
    return yaml.safe_dump_all([cluster, join])
