"""Making a kind cluster, with a load balancer before it where it may grow."""

import tempfile
from pathlib import Path

from ..dynamic import Properties
from ..machine.docker import require_engine
from ..machine.runner import CommandError, Runner
from .config import DEFAULTS, kind_config
from .containers import CONTROL_PLANE, WORKER, node_names
from .load_balancer import KindBalancer

_SECONDS = 300


def make_cluster(runner: Runner, props: Properties) -> None:
    """Let kind make the cluster that KindCluster's inputs describe, in its network.

    kind makes one control plane, whose nodes know the API by the name of the load balancer.
    """
    name, node_port, host_port = props["name"], int(props["nodePort"]), int(props["hostPort"])
    first = leader(name)
    balancer = KindBalancer(runner, name, props["mark"])
    endpoint = None
    if props["balanced"]:
        endpoint = balancer.endpoint
        balancer.stand_in(props["balancerImage"])
        balancer.lead([first], [], node_port)
    settings = {key: props[key] for key in DEFAULTS if key in props}
    config = kind_config(props["workers"], host_port, node_port, endpoint, settings)
    with tempfile.TemporaryDirectory() as folder:
        in_network = runner.within(KIND_EXPERIMENTAL_DOCKER_NETWORK=name)
        try:
            in_network.run(
                *("kind", "create", "cluster", "--name", name, "--image", props["image"]),
                *("--config", "-", "--kubeconfig", str(Path(folder) / "kubeconfig")),
                stdin=config,
                timeout=_SECONDS,
            )
        except CommandError:
            require_engine(runner)  # kind would blame the step that it was at
            raise
    if props["balanced"]:
        balancer.start(props["balancerImage"], node_port, host_port, None)
        workers = node_names(name, WORKER, len(props["workers"]))
        balancer.lead([first], [first, *workers], node_port)


def leader(name: str) -> str:
    """The container of the first control plane, as kind names it."""
    return node_names(name, CONTROL_PLANE, 1)[0]
