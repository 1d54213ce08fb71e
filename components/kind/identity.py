"""The identity of a kind cluster: the authority that signs its certificates.

It is read in the first node, as the API of a cluster that was just made does not answer yet.
"""

from typing import Literal

import yaml

from ..machine import labels
from ..machine.docker import inspect
from ..machine.runner import CommandError, Runner
from .roles import first_control_plane

_ADMIN = "/etc/kubernetes/admin.conf"

Status = Literal["known", "another", "incomplete", "silent"]


def status(runner: Runner, cluster: str, kubeconfig: str) -> Status:
    """Return what has the name of the cluster that a kubeconfig is for.

    `incomplete` is what a killed run left before there were certificates; of a `silent` one the
    first node does not run, or is about to join the other control planes again.
    """
    first = first_control_plane(cluster)
    try:
        current = runner.run("docker", "exec", first, "cat", _ADMIN)
    except CommandError as error:
        if "no such file" not in error.output.lower():
            return "silent"
        node = inspect(runner, "container", first)
        joined = node is None or labels.JOINED in node["Config"]["Labels"]
        return "silent" if joined else "incomplete"
    return "known" if _authority(current) == _authority(kubeconfig) else "another"


def _authority(kubeconfig: str) -> str:
    return yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["certificate-authority-data"]
