"""minikube behind a proxy, which is not asked for addresses of nodes, pods and services.

https://minikube.sigs.k8s.io/docs/handbook/vpn_and_proxy/ describes what minikube expects.
"""

from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

import yaml

from ..k8s.facts import server_of
from ..machine.docker import inspect, ipv4_configs
from ..machine.docker_proxies import configured
from ..machine.proxies import ContainerProxies, is_proxied, with_exceptions
from ..machine.runner import CommandError, Runner

_OF_CLUSTERS = ("10.96.0.0/12", "10.244.0.0/16", ".minikube.internal")
"""minikube's ranges of services and pods, and the domain of names in its nodes."""


def with_no_proxy(runner: Runner, profile: str) -> Runner:
    """Return a Runner for minikube's commands, which speak to nodes by their addresses."""
    return runner.within(**with_exceptions(lambda: _own(runner, profile)))


@contextmanager
def for_nodes(runner: Runner, profile: str, registry: str) -> Generator[Runner, None, None]:
    """Yield a Runner for what makes nodes of a profile, whose containers get the proxies.

    minikube gives them to Docker in its nodes and not to containerd. Docker's own configuration,
    of which the commands get a copy, has them for whatever the containers run.
    """
    proxies = ContainerProxies.current()
    if not proxies:
        yield runner
        return
    own = [*_own(runner, profile), *filter(None, [registry])]
    with configured(proxies, own) as variables:
        yield runner.within(**variables)


def direct_way(runner: Runner, profile: str, kubeconfig: str) -> str:
    """Return the way to a profile that no program asks a proxy for.

    The address of a node is none of this machine's to Pulumi's kubernetes plugin and to kubectl,
    unless the user's NO_PROXY has it; the port of this machine that leads to the node is.
    """
    server = server_of(kubeconfig)
    if not is_proxied(server):
        return kubeconfig
    try:
        shown = runner.run("docker", "port", profile, f"{urlsplit(server).port}/tcp")
    except CommandError:
        return kubeconfig
    config = yaml.safe_load(kubeconfig)
    port = shown.split()[0].rpartition(":")[2]
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{port}"
    return yaml.safe_dump(config)


def _own(runner: Runner, profile: str) -> list[str]:
    network = inspect(runner, "network", profile)
    ranges = [config["Subnet"] for config in ipv4_configs(network)] if network else []
    return [*ranges, *_OF_CLUSTERS]
