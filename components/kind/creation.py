"""Making a kind cluster, with a load balancer before it where it may grow."""

import tempfile
from pathlib import Path

from ..machine.docker import require_engine
from ..machine.proxies import ContainerProxies
from ..machine.runner import CommandError, Runner
from .config import kind_config
from .inputs import KindClusterInputs
from .load_balancer import KindBalancer
from .roles import Role, first_control_plane, node_names

_SECONDS = 300


def make_cluster(runner: Runner, cluster: KindClusterInputs) -> None:
    """Let kind make a cluster in its network.

    kind makes one control plane, whose nodes know the API by the name of the load balancer.
    """
    name, node_port = cluster.cluster, cluster.node_port
    first = first_control_plane(name)
    balancer = KindBalancer(runner, name, cluster.mark)
    endpoint = None
    if cluster.balanced:
        endpoint = balancer.endpoint
        balancer.start_temporary(cluster.balancer_image)
        balancer.set_backends([first], [], node_port)
    with tempfile.TemporaryDirectory() as folder:
        # kind adds its nodes, and the ranges of addresses of the network, of pods and services.
        proxies = ContainerProxies.current().variables([cluster.registry, balancer.name])
        in_network = runner.within(KIND_EXPERIMENTAL_DOCKER_NETWORK=name, **proxies)
        try:
            in_network.run(
                *("kind", "create", "cluster", "--name", name, "--image", cluster.image),
                *("--config", "-", "--kubeconfig", str(Path(folder) / "kubeconfig")),
                stdin=kind_config(cluster, endpoint),
                timeout=_SECONDS,
            )
        except CommandError:
            require_engine(runner)  # kind would blame the step that it was at
            raise
    if cluster.balanced:
        balancer.start(cluster.balancer_image, node_port, cluster.host_port, None)
        workers = node_names(name, Role.WORKER, cluster.count(Role.WORKER))
        balancer.set_backends([first], [first, *workers], node_port)
