"""The members of a kind cluster's etcd, one in each control plane.

The node has no etcdctl, so etcd is asked by its HTTP gateway:
https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
"""

import json
import time
from typing import Any

from ..machine.runner import CommandError, LocalError
from .containers import KindContainers
from .roles import Role, name_of, runs

_PATIENCE_SECONDS = 40.0
_PAUSE_SECONDS = 1.0
_PKI = "/etc/kubernetes/pki/etcd"
_CREDENTIALS = (
    *("--cacert", f"{_PKI}/ca.crt", "--cert", f"{_PKI}/server.crt", "--key", f"{_PKI}/server.key"),
)  # fmt: skip


class KindEtcd:
    """The etcd of one cluster."""

    def __init__(self, containers: KindContainers) -> None:
        self._containers = containers

    def members(self) -> dict[str, str]:
        """Return the id of each member, by the name of its node.

        A member that never started has no name yet, and is left out.
        """
        members = self._ask("list", {}).get("members", [])
        return {member["name"]: member["ID"] for member in members if member.get("name")}

    def forget(self, name: str) -> None:
        """Remove the member of a node, and any that was announced and never started.

        Were one left, the others would count it towards their majority for ever.
        """
        members = self._ask("list", {}).get("members", [])
        for member in members:
            if member.get("name", "") in ("", name):
                self._ask("remove", {"ID": member["ID"]})

    def _ask(self, verb: str, body: dict[str, str]) -> dict[str, Any]:
        """Ask the first member that answers: one that was just started needs some seconds."""
        failure = CommandError("docker ps", "shows no control plane that runs", "")
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            for node in filter(runs, self._containers.nodes(Role.CONTROL_PLANE)):
                try:
                    return json.loads(self._ask_member(name_of(node), verb, body))
                except CommandError as error:
                    failure = error
            if time.monotonic() > end:
                break
            time.sleep(_PAUSE_SECONDS)
        cluster = self._containers.cluster
        raise LocalError(
            f"the etcd of {cluster} does not answer as it should; it needs more than half of its "
            f"control planes (`docker ps --all --filter name={cluster}-control-plane`)",
            details=failure,
            next_step=f"if they are lost, `kind delete cluster --name {cluster}`, then `pulumi up` "
            "recreates the cluster",
        )

    def _ask_member(self, node: str, verb: str, body: dict[str, str]) -> str:
        return self._containers.exec(
            node,
            *("curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "10"),
            *("--noproxy", "*"),
            *_CREDENTIALS,
            *("--data", json.dumps(body), f"https://127.0.0.1:2379/v3/cluster/member/{verb}"),
        )
