"""KindNodes: the nodes of a kind cluster, running, ready, and able to pull from the registry."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from . import labels, node_registry
from .engine import inspect_all, require_engine
from .kind_workers import KindWorkers, worker_names
from .provider import LocalProvider, Properties, without_provider
from .runner import CommandError, LocalError, Runner

_READY_SECONDS = 120
_KUBELETS = ("control-plane", "worker")


class KindNodesProvider(LocalProvider):
    """Brings nodes to what they should be; `diff` asks the engine whether they are."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        self._settle(props, {})
        return CreateResult(f"{props['cluster']}-nodes", without_provider(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed or not self._settled(_news))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._settle(_news, _olds)
        return UpdateResult(without_provider(_news))

    def read(self, id_: str, props: Properties) -> ReadResult:
        return ReadResult(id_, without_provider(props))

    def delete(self, _id: str, _props: Properties) -> None:
        """Take the registry off the cluster's network, so that the network can be removed."""
        require_engine(self.runner)
        node_registry.leave(self.runner, _props["cluster"], _props["registryContainer"])

    def _settled(self, props: Properties) -> bool:
        nodes = inspect_all(self.runner, f"{labels.CLUSTER}={props['cluster']}")
        running = all(node["State"]["Running"] for node in nodes)
        workers = sorted(_name(node) for node in nodes if _role(node) == "worker")
        asked = sorted(worker_names(props["cluster"], len(props["workers"])))
        member = node_registry.is_member(self.runner, props["cluster"], props["registryContainer"])
        return running and member and workers == asked

    def _settle(self, props: Properties, olds: Properties) -> None:
        require_engine(self.runner)
        cluster, registry = props["cluster"], props["registryContainer"]
        stopped = [_name(node) for node in self._containers(cluster) if not _runs(node)]
        if stopped:
            self.runner.run("docker", "start", *stopped)
        if not node_registry.is_member(self.runner, cluster, registry):
            self.runner.run("docker", "network", "connect", cluster, registry)
        leader = self._leader(cluster)
        workers = KindWorkers(self.runner, cluster, leader, props["mark"])
        if stopped:
            self._wait_until_ready(_name(leader), cluster)
        count = len(props["workers"])
        # Containers, then the way to the registry, then the cluster: no pod comes too early.
        added = workers.add_containers(self._workers(cluster), count)

        def admit_registry(node: dict[str, Any]) -> None:
            node_registry.admit(self.runner, _name(node), props["registryHost"], registry)

        nodes = [node for node in self._containers(cluster) if _role(node) in _KUBELETS]
        with ThreadPoolExecutor() as pool:
            list(pool.map(admit_registry, nodes))
        workers.join(added)
        self._wait_until_ready(_name(leader), cluster)
        workers.remove(self._workers(cluster), count)
        workers.mark(props["workers"], olds.get("workers", []))
        workers.tidy([node for node in self._containers(cluster) if _role(node) in _KUBELETS])

    def _containers(self, cluster: str) -> Sequence[dict[str, Any]]:
        return inspect_all(self.runner, f"{labels.CLUSTER}={cluster}")

    def _workers(self, cluster: str) -> list[dict[str, Any]]:
        return [node for node in self._containers(cluster) if _role(node) == "worker"]

    def _leader(self, cluster: str) -> dict[str, Any]:
        for node in self._containers(cluster):
            if _role(node) == "control-plane":
                return node
        raise LocalError(
            f"the cluster {cluster} has no control plane any more; the next `pulumi up` makes it "
            "again"
        )

    def _wait_until_ready(self, leader: str, cluster: str) -> None:
        # Through the node itself: no kubeconfig with credentials has to be written for it.
        kubectl = ("docker", "exec", leader, "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf")
        wait = ("wait", "--for=condition=Ready", "nodes", "--all", f"--timeout={_READY_SECONDS}s")
        try:
            self.runner.run(*kubectl, *wait, timeout=_READY_SECONDS + 10)
        except CommandError as error:
            raise LocalError(
                f"not all nodes of {cluster} are ready after {_READY_SECONDS} s; "
                f"`kubectl --context kind-{cluster} describe nodes` tells why, and `docker logs "
                f"NODE` what a node did; the next `pulumi up` goes on from here\n{error}"
            ) from None


def _name(container: dict[str, Any]) -> str:
    return str(container["Name"]).lstrip("/")


def _runs(container: dict[str, Any]) -> bool:
    return bool(container["State"]["Running"])


def _role(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"].get(labels.ROLE))


class KindNodes(Resource, module="slipway", name="KindNodes"):
    """The nodes of a cluster. Workers are added and removed in place.

    Inputs: cluster, uid, mark, workers (`labels` and `taints` of each), registryHost,
    registryContainer and registryId. The UID and the registry's id are there so that a cluster
    or a registry that was made anew brings its nodes along.
    """

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(KindNodesProvider(), name, inputs, opts)
