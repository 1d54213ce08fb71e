"""The containers that are the nodes of a kind cluster: listed, made as kind makes them, entered."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..k8s.readiness import wait_until_ready
from ..machine import docker_proxies, labels
from ..machine.docker import inspect_all
from ..machine.runner import UP_AGAIN, CommandError, LocalError, Runner
from .addresses import fixed_address, taken_addresses
from .node_options import node_options
from .roles import Container, Role, name_of, node_names, role_of, runs

_BOOT_SECONDS = 60
_API_SECONDS = 90
_KUBECTL = ("kubectl", "--kubeconfig=/etc/kubernetes/admin.conf")


@dataclass(frozen=True)
class KindContainers:
    """The containers of one cluster. `mark` is that of its stack."""

    runner: Runner
    cluster: str
    mark: str

    def all(self) -> list[Container]:
        """Return the containers of the cluster, its load balancer among them, in order."""
        containers = inspect_all(self.runner, f"{labels.CLUSTER}={self.cluster}")
        return sorted(containers, key=lambda each: (role_of(each), len(each["Name"]), each["Name"]))

    def by_name(self) -> dict[str, Container]:
        """Return the containers of the cluster by their names."""
        return {name_of(container): container for container in self.all()}

    def nodes(self, *roles: Role) -> list[Container]:
        """Return the nodes of these roles; of both unless given."""
        return [each for each in self.all() if role_of(each) in (roles or tuple(Role))]

    def leader(self) -> Container:
        """Return the first control plane that runs; the first one where none does.

        Raises LocalError when there is none.
        """
        control_planes = self.nodes(Role.CONTROL_PLANE)
        if not control_planes:
            raise LocalError(
                f"the cluster {self.cluster} has no control plane any more",
                next_step="run `pulumi up` again, which recreates the cluster",
            )
        return next((node for node in control_planes if runs(node)), control_planes[0])

    def surplus(self, role: Role, count: int) -> list[str]:
        """Return the nodes of a role beyond `count`."""
        desired = node_names(self.cluster, role, count)
        return [name for node in self.nodes(role) if (name := name_of(node)) not in desired]

    def is_added(self, container: Container) -> bool:
        """Return whether the stack made the container, and kind did not."""
        return container["Config"]["Labels"].get(labels.JOINED) == self.mark

    def add(
        self, names: Sequence[str], role: Role, options: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Start containers like those that kind makes, and wait until they have booted.

        `options` has more options of `docker run` for some of them.
        """
        for name in names:
            self._start(name, role, (options or {}).get(name, ()))
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._wait_for_boot, names))

    def remove(self, name: str) -> None:
        """Remove a container with all that is in it."""
        self.runner.run("docker", "rm", "--force", "--volumes", name)

    def exec(self, node: str, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        """Return what a command in a node prints."""
        flags = () if stdin is None else ("-i",)
        return self.runner.run("docker", "exec", *flags, node, *command, stdin=stdin,
                               timeout=timeout)  # fmt: skip

    def write(self, node: str, path: str, text: str) -> None:
        """Write a file in a node."""
        self.exec(node, "sh", "-c", f"cat > {path}", stdin=text)

    def kubectl(self, *arguments: str, timeout: float = 60) -> str:
        """Return what kubectl prints about the cluster, with an administrator's rights."""
        # Through a node: no kubeconfig with credentials has to be written for it.
        return self.exec(name_of(self.leader()), *_KUBECTL, *arguments, timeout=timeout)

    def address(self, name: str) -> str:
        """Return a node's address in the cluster's network."""
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return self.runner.run("docker", "inspect", "--format", form, name).strip()

    def wait_for_api(self) -> None:
        """Wait until the API server answers, as it does some seconds after its node started."""
        leader = name_of(self.leader())
        ask = f"{' '.join(_KUBECTL)} get --raw=/readyz >/dev/null 2>&1"
        try:
            self.exec(leader, "sh", "-c", f"until {ask}; do sleep 0.5; done",
                      timeout=_API_SECONDS)  # fmt: skip
        except CommandError as error:
            raise LocalError(
                f"the control plane of {self.cluster} does not answer within {_API_SECONDS} s: see "
                f"`docker logs {leader}`",
                details=error,
                next_step=UP_AGAIN,
            ) from None

    def wait_until_ready(self) -> None:
        """Wait until all nodes are ready.  Raises LocalError after 2 minutes."""
        wait_until_ready(self.kubectl, self.cluster, context=f"kind-{self.cluster}")

    def _start(self, name: str, role: Role, options: Sequence[str]) -> None:
        containers = self.all()
        taken = taken_addresses(containers, self.cluster)
        address = fixed_address(self.runner, self.cluster, name, role, taken)
        # kind's own first: an earlier version of this package gave fewer options to its nodes.
        nodes = sorted(self.nodes(), key=self.is_added)
        common = node_options(nodes, role, docker_proxies.injected())
        self.runner.within(**common.environment).run(
            *("docker", "run", "--detach", "--name", name, "--hostname", name),
            *("--label", f"{labels.CLUSTER}={self.cluster}", "--label", f"{labels.ROLE}={role}"),
            *("--label", f"{labels.JOINED}={self.mark}", "--network", self.cluster),
            *("--ip", address, *common.words, *options),
            str(self.leader()["Config"]["Image"]),
        )

    def _wait_for_boot(self, name: str) -> None:
        script = "until ctr version >/dev/null 2>&1; do sleep 0.2; done"
        try:
            self.exec(name, "sh", "-c", script, timeout=_BOOT_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the node {name} did not start within {_BOOT_SECONDS} s: see `docker logs {name}`",
                details=error,
                next_step="run `pulumi up` again, which recreates the node",
            ) from None
