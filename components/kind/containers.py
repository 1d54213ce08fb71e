"""The containers that are the nodes of a kind cluster: found, made as kind makes them, entered."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..k8s.readiness import wait_until_ready
from ..machine import labels
from ..machine.docker import inspect_all
from ..machine.runner import CommandError, LocalError, Runner
from .addresses import CONTROL_PLANES, WORKERS, Container, reserved

CONTROL_PLANE, WORKER = "control-plane", "worker"

_PLACES = {CONTROL_PLANE: CONTROL_PLANES, WORKER: WORKERS}

_BOOT_SECONDS = 60
_API_SECONDS = 90
_KUBECTL = ("kubectl", "--kubeconfig=/etc/kubernetes/admin.conf")


def node_names(cluster: str, role: str, count: int) -> list[str]:
    """The names that kind gives to nodes of a role: `c-worker`, `c-worker2`, …"""
    return [f"{cluster}-{role}{number if number > 1 else ''}" for number in range(1, count + 1)]


def name_of(container: Container) -> str:
    """The container's name."""
    return str(container["Name"]).lstrip("/")


def role_of(container: Container) -> str:
    """What the container is in its cluster, in kind's words."""
    return str(container["Config"]["Labels"].get(labels.ROLE))


def runs(container: Container) -> bool:
    """Whether the container runs."""
    return bool(container["State"]["Running"])


@dataclass(frozen=True)
class KindContainers:
    """The containers of one cluster. `mark` is that of its stack."""

    runner: Runner
    cluster: str
    mark: str

    def all(self) -> list[Container]:
        """The containers of the cluster, its load balancer among them, first ones first."""
        found = inspect_all(self.runner, f"{labels.CLUSTER}={self.cluster}")
        return sorted(found, key=lambda one: (role_of(one), len(one["Name"]), one["Name"]))

    def nodes(self, *roles: str) -> list[Container]:
        """The nodes of these roles; of both unless given."""
        return [one for one in self.all() if role_of(one) in (roles or (CONTROL_PLANE, WORKER))]

    def leader(self) -> Container:
        """The first control plane that runs; the first one where none does.

        Raises LocalError when there is none.
        """
        there = self.nodes(CONTROL_PLANE)
        if not there:
            raise LocalError(
                f"the cluster {self.cluster} has no control plane any more; the next `pulumi up` "
                "makes it again"
            )
        return next((node for node in there if runs(node)), there[0])

    def surplus(self, role: str, count: int) -> list[str]:
        """The nodes of a role beyond `count`."""
        wanted = node_names(self.cluster, role, count)
        return [name for node in self.nodes(role) if (name := name_of(node)) not in wanted]

    def is_added(self, container: Container) -> bool:
        """Whether we made the container, and kind did not."""
        return container["Config"]["Labels"].get(labels.JOINED) == self.mark

    def add(
        self, names: Sequence[str], role: str, options: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Start containers like those that kind makes, and wait until they have booted.

        `options` has more options of `docker run` for some of them.
        """
        image = str(self.leader()["Config"]["Image"])
        for name in names:
            self._start(name, role, image, (options or {}).get(name, ()))
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._wait_for_boot, names))

    def remove(self, name: str) -> None:
        """Remove a container with all that is in it."""
        self.runner.run("docker", "rm", "--force", "--volumes", name)

    def exec(self, node: str, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        """What a command in a node prints."""
        flags = () if stdin is None else ("-i",)
        return self.runner.run("docker", "exec", *flags, node, *command, stdin=stdin,
                               timeout=timeout)  # fmt: skip

    def write(self, node: str, path: str, text: str) -> None:
        """Write a file in a node."""
        self.exec(node, "sh", "-c", f"cat > {path}", stdin=text)

    def kubectl(self, *arguments: str, timeout: float = 60) -> str:
        """What kubectl prints about the cluster, with an administrator's rights."""
        # Through a node: no kubeconfig with credentials has to be written for it.
        return self.exec(name_of(self.leader()), *_KUBECTL, *arguments, timeout=timeout)

    def fixed_address(self, name: str, role: str) -> str:
        """The address in the cluster's network that a node gets if kind does not make it."""
        number = int(name.removeprefix(f"{self.cluster}-{role}") or 1)
        return reserved(self.runner, self.cluster, _PLACES[role] + number)

    def address(self, name: str) -> str:
        """A node's address in the cluster's network."""
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return self.runner.run("docker", "inspect", "--format", form, name).strip()

    def wait_for_api(self) -> None:
        """Wait until the API server answers, as it does some seconds after its node started."""
        leader = name_of(self.leader())
        asked = f"{' '.join(_KUBECTL)} get --raw=/readyz >/dev/null 2>&1"
        try:
            self.exec(leader, "sh", "-c", f"until {asked}; do sleep 0.5; done",
                      timeout=_API_SECONDS)  # fmt: skip
        except CommandError as error:
            raise LocalError(
                f"the control plane of {self.cluster} does not answer within {_API_SECONDS} s; "
                f"`docker logs {leader}` tells what its first node did, and the next `pulumi up` "
                f"goes on from here\n{error}"
            ) from None

    def wait_until_ready(self) -> None:
        """Wait until all nodes are ready.  Raises LocalError after 2 minutes."""
        wait_until_ready(self.kubectl, self.cluster, context=f"kind-{self.cluster}")

    def _start(self, name: str, role: str, image: str, options: Sequence[str]) -> None:
        administrator = ("--env", "KUBECONFIG=/etc/kubernetes/admin.conf")
        self.runner.run(
            *("docker", "run", "--detach", "--tty", "--name", name, "--hostname", name),
            *("--label", f"{labels.CLUSTER}={self.cluster}", "--label", f"{labels.ROLE}={role}"),
            *("--label", f"{labels.JOINED}={self.mark}", "--network", self.cluster),
            *("--ip", self.fixed_address(name, role)),
            *("--privileged", "--security-opt", "seccomp=unconfined"),
            *("--security-opt", "apparmor=unconfined", "--cgroupns=private"),
            *("--tmpfs", "/tmp", "--tmpfs", "/run", "--volume", "/var"),
            *("--volume", "/lib/modules:/lib/modules:ro", "--restart=on-failure:1"),
            *("--env", "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER"),
            *(administrator if role == CONTROL_PLANE else ()),
            *options,
            image,
        )

    def _wait_for_boot(self, name: str) -> None:
        script = "until ctr version >/dev/null 2>&1; do sleep 0.2; done"
        try:
            self.exec(name, "sh", "-c", script, timeout=_BOOT_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the node {name} did not come up within {_BOOT_SECONDS} s; `docker logs {name}` "
                f"tells what it did, and the next `pulumi up` makes it anew\n{error}"
            ) from None
