"""The load balancer before the control planes of a kind cluster, and before its applications.

kind makes one with a cluster of several control planes, and cannot make one later. A cluster that
may grow gets it here, with kind's own image, name and labels, so that kind takes it for its own;
the application's port of this machine leads through it too, and outlives every node.

https://docs.haproxy.org/ describes the configuration.
"""

from collections.abc import Sequence

from ..machine import labels
from ..machine.docker import inspect
from ..machine.ports import first_free
from ..machine.pull import pull_if_missing
from ..machine.runner import Runner
from .addresses import BALANCER, reserved
from .containers import KindContainers
from .inputs import KindNodesInputs
from .roles import BALANCER_ROLE, Role, balancer_name, name_of

API_PORT = 6443

_FILE = "/usr/local/etc/haproxy/haproxy.cfg"
_FRONT = """\
global
  log stdout format raw local0
  maxconn 10000
  hard-stop-after 10m
resolvers docker
  parse-resolv-conf
defaults
  mode tcp
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  option redispatch
  default-server init-addr libc,none resolvers docker resolve-prefer ipv4
  default-server check inter 1s fall 2 rise 1
"""


class KindBalancer:
    """The load balancer of one cluster. `mark` is that of its stack."""

    def __init__(self, runner: Runner, cluster: str, mark: str) -> None:
        self._runner = runner
        self._cluster = cluster
        self._mark = mark
        self.name = balancer_name(cluster)

    @property
    def endpoint(self) -> str:
        """Host and port at which the nodes find the API."""
        return f"{self.name}:{API_PORT}"

    def start_temporary(self, image: str) -> None:
        """Run the load balancer while kind makes the cluster.

        kind makes no cluster that seems to have a node already, so it has no label of kind's.
        """
        self.remove()
        self._run(image)

    def start(self, image: str, node_port: int, host_port: int, api_port: int | None) -> None:
        """Run the load balancer for good.

        `host_port` of this machine's 127.0.0.1 leads to `node_port` of every node, and `api_port`,
        the first free one from 6443 unless given, to the control planes.
        """
        self.remove()
        api_port = api_port or first_free(API_PORT, but=(host_port,))
        self._run(
            image,
            *(
                "--label",
                f"{labels.CLUSTER}={self._cluster}",
                "--label",
                f"{labels.ROLE}={BALANCER_ROLE}",
            ),
            *("--publish", f"127.0.0.1:{api_port}:{API_PORT}"),
            *("--publish", f"127.0.0.1:{host_port}:{node_port}"),
        )

    def set_backends(
        self, control_planes: Sequence[str], nodes: Sequence[str], node_port: int
    ) -> None:
        """Route the API's port to these control planes and the application's to these nodes.

        Nothing is cut: HAProxy hands its open sockets on, and lets connections end on their own.
        It looks names up as it starts (`libc`), or it would begin without any server.
        """
        text = configuration(control_planes, nodes, node_port)
        # The image has no shell; kind writes the file in the same way.
        write = ("docker", "exec", "-i", self.name, "cp", "/dev/stdin", _FILE)
        self._runner.run(*write, stdin=text)
        self._runner.run("docker", "kill", "--signal", "HUP", self.name)

    def remove(self) -> None:
        """Remove the load balancer, if it is the stack's."""
        container = inspect(self._runner, "container", self.name)
        if container is not None and container["Config"]["Labels"].get(labels.JOINED) == self._mark:
            self._runner.run("docker", "rm", "--force", "--volumes", self.name)

    def _run(self, image: str, *options: str) -> None:
        pull_if_missing(self._runner, image)
        # To Docker 20.10 a container that got any signal was stopped by hand: after a restart of
        # Docker `unless-stopped` would leave it down.
        self._runner.run(
            *("docker", "run", "--detach", "--name", self.name, "--hostname", self.name),
            *("--label", f"{labels.JOINED}={self._mark}", "--network", self._cluster),
            *("--ip", reserved(self._runner, self._cluster, BALANCER)),
            *("--restart=always", *options, image),
        )


def restore_load_balancer(containers: KindContainers, desired: KindNodesInputs) -> None:
    """Start the load balancer of a cluster that has one, where it was removed by hand."""
    balancer = KindBalancer(containers.runner, containers.cluster, containers.mark)
    if desired.balancer_image and inspect(containers.runner, "container", balancer.name) is None:
        balancer.start(
            desired.balancer_image, desired.node_port, desired.host_port, desired.api_port
        )
        set_backends(containers, desired)


def set_backends(containers: KindContainers, desired: KindNodesInputs) -> None:
    """Route the load balancer of a cluster that has one to all nodes that stay."""
    if not desired.balancer_image:
        return
    staying: dict[Role, list[str]] = {}
    for role in Role:
        surplus = containers.surplus(role, desired.count(role))
        names = map(name_of, containers.nodes(role))
        staying[role] = [name for name in names if name not in surplus]
    control_planes = staying[Role.CONTROL_PLANE]
    balancer = KindBalancer(containers.runner, containers.cluster, containers.mark)
    balancer.set_backends(
        control_planes, [*control_planes, *staying[Role.WORKER]], desired.node_port
    )


def configuration(control_planes: Sequence[str], nodes: Sequence[str], node_port: int) -> str:
    """Return HAProxy's configuration.

    Servers are found by Docker's DNS, so that addresses may change. Every node routes to every
    pod. The first one, which is never removed, gets the application's connections as long as it
    lives: with another node, those that clients keep would be cut.
    """
    api = [f"  server {name} {name}:{API_PORT} check-ssl verify none" for name in control_planes]
    application = [
        f"  server {name} {name}:{node_port}{' backup' if number else ''}"
        for number, name in enumerate(nodes)
    ]
    lines = [
        f"frontend api\n  bind *:{API_PORT}\n  default_backend api",
        "backend api\n  option httpchk GET /readyz",
        *api,
        f"frontend application\n  bind *:{node_port}\n  default_backend application",
        "backend application",
        *application,
    ]
    return _FRONT + "\n".join(lines) + "\n"
