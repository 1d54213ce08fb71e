"""The members of a kind cluster's etcd, one in each control plane.

The node has no etcdctl, so etcd is asked by its HTTP gateway:
https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
"""

import json
from typing import Any

from .kind_containers import KindContainers, name_of
from .runner import CommandError, LocalError

_PKI = "/etc/kubernetes/pki/etcd"
_CREDENTIALS = (
    *("--cacert", f"{_PKI}/ca.crt", "--cert", f"{_PKI}/server.crt", "--key", f"{_PKI}/server.key"),
)  # fmt: skip


class KindEtcd:
    """The etcd of one cluster."""

    def __init__(self, containers: KindContainers) -> None:
        self._containers = containers

    def members(self) -> dict[str, str]:
        """The id of each member, by the name of its node.

        A member that never started has no name yet, and is left out.
        """
        found = self._ask("list", {}).get("members", [])
        return {member["name"]: member["ID"] for member in found if member.get("name")}

    def forget(self, name: str) -> None:
        """Remove the member of a node, and any that was announced and never started.

        Were one left, the others would count it towards their majority for ever.
        """
        found = self._ask("list", {}).get("members", [])
        for member in found:
            if member.get("name", "") in ("", name):
                self._ask("remove", {"ID": member["ID"]})

    def _ask(self, verb: str, body: dict[str, str]) -> dict[str, Any]:
        leader = name_of(self._containers.leader())
        try:
            told = self._containers.exec(
                leader,
                *("curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "20"),
                *_CREDENTIALS,
                *("--data", json.dumps(body), f"https://127.0.0.1:2379/v3/cluster/member/{verb}"),
            )
        except CommandError as error:
            raise LocalError(
                f"the etcd of {self._containers.cluster} does not answer as it should; it needs "
                f"more than half of its control planes (`docker ps --all --filter "
                f"name={self._containers.cluster}-control-plane`). If they are lost: `kind delete "
                f"cluster --name {self._containers.cluster}`, and the next `pulumi up` makes the "
                f"cluster anew\n{error}"
            ) from None
        return json.loads(told)
