"""The workers of a kind cluster, added and removed in place.

kind itself makes nodes only with a cluster. A worker that is added later is a container like
kind's own, and joins by kubeadm as kind's own do:
https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import yaml

from . import draining, labels
from .provider import Properties
from .runner import CommandError, LocalError, Runner

_BOOT_SECONDS = 60
_JOIN_SECONDS = 120
_TAINT = "node-role.kubernetes.io/control-plane"
_CONFIG = "/kind/slipway-join.yaml"

Container = dict[str, Any]


def worker_names(cluster: str, count: int) -> list[str]:
    """The names that kind gives to workers: `c-worker`, `c-worker2`, …"""
    return [f"{cluster}-worker{number if number > 1 else ''}" for number in range(1, count + 1)]


class KindWorkers:
    """The workers of one cluster. `leader` is the container of a control plane."""

    def __init__(self, runner: Runner, cluster: str, leader: Container, mark: str) -> None:
        self._runner = runner
        self._cluster = cluster
        self._leader = leader
        self._mark = mark

    def add_containers(self, containers: Sequence[Container], count: int) -> list[str]:
        """Start the workers that are not there; their names. They belong to no cluster yet.

        One that did not come as far as joining, because a run was killed, is made anew.
        """
        members = self.members()
        there = {_name(container): container for container in containers}
        for name, container in list(there.items()):
            if self._is_added(container) and name not in members:
                self._runner.run("docker", "rm", "--force", "--volumes", name)
                del there[name]
        missing = [name for name in worker_names(self._cluster, count) if name not in there]
        for name in missing:
            self._start(name)
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._wait_for_boot, missing))
        return missing

    def join(self, names: Sequence[str]) -> None:
        """Make started containers nodes of the cluster."""
        if not names:
            return
        token = self._exec("kubeadm", "token", "create", "--ttl=15m").strip()
        config = self._exec("cat", "/kind/kubeadm.conf")
        # One that had the name before would be taken for the new one.
        self._kubectl("delete", "nodes", "--ignore-not-found", *names)

        def join(name: str) -> None:
            self._join(name, token, config)

        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(join, names))

    def remove(self, containers: Sequence[Container], count: int) -> None:
        """Drain and remove the workers beyond `count`, the last one first.

        Raises LocalError when a node cannot be drained; it serves on then.
        """
        wanted = worker_names(self._cluster, count)
        surplus = [_name(container) for container in containers if _name(container) not in wanted]
        if surplus and not wanted:
            self._let_control_planes_work()
        for name in sorted(surplus, key=lambda name: (len(name), name), reverse=True):
            self._drain(name)
            self._kubectl("delete", "node", name, "--ignore-not-found")
            self._runner.run("docker", "rm", "--force", "--volumes", name)
        if count:
            self._kubectl("taint", "nodes", "--selector", _TAINT, f"{_TAINT}=:NoSchedule",
                          "--overwrite")  # fmt: skip

    def mark(self, news: Sequence[Properties], olds: Sequence[Properties]) -> None:
        """Give each worker its labels and taints, and take those away that it had before."""
        names = worker_names(self._cluster, len(news))
        nothing: Properties = {"labels": {}, "taints": []}
        for number, (name, new) in enumerate(zip(names, news, strict=True)):
            old = olds[number] if number < len(olds) else nothing
            gone = [f"{key}-" for key in old["labels"] if key not in new["labels"]]
            labelled = [f"{key}={value}" for key, value in new["labels"].items()]
            if gone or labelled:
                self._kubectl("label", "node", name, "--overwrite", *labelled, *gone)
            lifted = [f"{taint}-" for taint in old["taints"] if taint not in new["taints"]]
            if lifted or new["taints"]:
                self._kubectl("taint", "nodes", name, "--overwrite", *new["taints"], *lifted)

    def tidy(self, containers: Sequence[Container]) -> None:
        """Forget nodes without a container, and let those serve on that were not removed."""
        names = {_name(container) for container in containers}
        for name, node in self.members().items():
            if name not in names:
                self._kubectl("delete", "node", name, "--ignore-not-found")
            else:
                draining.let_serve_on(self._kubectl, node)

    def members(self) -> dict[str, dict[str, Any]]:
        """The nodes that the cluster knows, by name."""
        nodes = json.loads(self._kubectl("get", "nodes", "--output=json"))["items"]
        return {node["metadata"]["name"]: node for node in nodes}

    def _is_added(self, container: Container) -> bool:
        """Whether we made the container, and kind did not."""
        return container["Config"]["Labels"].get(labels.WORKER) == self._mark

    def _start(self, name: str) -> None:
        """Start a container like those that kind makes for workers."""
        self._runner.run(
            *("docker", "run", "--detach", "--tty", "--name", name, "--hostname", name),
            *("--label", f"{labels.CLUSTER}={self._cluster}", "--label", f"{labels.ROLE}=worker"),
            *("--label", f"{labels.WORKER}={self._mark}", "--network", self._cluster),
            *("--privileged", "--security-opt", "seccomp=unconfined"),
            *("--security-opt", "apparmor=unconfined", "--cgroupns=private"),
            *("--tmpfs", "/tmp", "--tmpfs", "/run", "--volume", "/var"),
            *("--volume", "/lib/modules:/lib/modules:ro", "--restart=on-failure:1"),
            *("--env", "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER"),
            self._leader["Config"]["Image"],
        )

    def _wait_for_boot(self, name: str) -> None:
        script = "until ctr version >/dev/null 2>&1; do sleep 0.2; done"
        try:
            self._runner.run("docker", "exec", name, "sh", "-c", script, timeout=_BOOT_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the node {name} did not come up within {_BOOT_SECONDS} s; `docker logs {name}` "
                f"tells what it did, and the next `pulumi up` makes it anew\n{error}"
            ) from None

    def _join(self, name: str, token: str, config: str) -> None:
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        address = self._runner.run("docker", "inspect", "--format", form, name).strip()
        text = _join_config(config, token, address, f"kind://docker/{self._cluster}/{name}")
        write = ("docker", "exec", "-i", name, "sh", "-c", f"cat > {_CONFIG}")
        self._runner.run(*write, stdin=text)
        try:
            join = ("docker", "exec", name, "kubeadm", "join", "--config", _CONFIG)
            self._runner.run(*join, timeout=_JOIN_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the node {name} cannot join the cluster {self._cluster}; the next `pulumi up` "
                f"makes it anew\n{error}"
            ) from None

    def _drain(self, name: str) -> None:
        if name in self.members():
            draining.drain(self._kubectl, name)

    def _let_control_planes_work(self) -> None:
        """As kind does in a cluster without workers."""
        self._kubectl("taint", "nodes", "--selector", _TAINT, f"{_TAINT}:NoSchedule-")

    def _kubectl(self, *arguments: str, timeout: float = 60) -> str:
        # Through the node itself: no kubeconfig with credentials has to be written for it.
        kubectl = ("kubectl", "--kubeconfig=/etc/kubernetes/admin.conf")
        return self._exec(*kubectl, *arguments, timeout=timeout)

    def _exec(self, *command: str, timeout: float = 60) -> str:
        return self._runner.run("docker", "exec", _name(self._leader), *command, timeout=timeout)


def _join_config(leaders: str, token: str, address: str, provider_id: str) -> str:
    """A JoinConfiguration like the one that kind wrote into the leader, for another node."""
    documents: list[dict[str, Any]] = list(yaml.safe_load_all(leaders))
    kinds = {document["kind"]: document for document in documents}
    join = kinds["JoinConfiguration"]
    endpoint = kinds["ClusterConfiguration"]["controlPlaneEndpoint"]
    join.pop("controlPlane", None)
    join["discovery"] = {
        "bootstrapToken": {
            "apiServerEndpoint": endpoint,
            "token": token,
            "unsafeSkipCAVerification": True,
        }
    }
    given: dict[str, str] = {"node-ip": address, "provider-id": provider_id}
    registration = join["nodeRegistration"]
    listed = isinstance(registration.get("kubeletExtraArgs"), list)
    registration["kubeletExtraArgs"] = (
        [{"name": name, "value": value} for name, value in given.items()] if listed else given
    )
    registration.pop("taints", None)
    return yaml.safe_dump(join)


def _name(container: Container) -> str:
    return str(container["Name"]).lstrip("/")
