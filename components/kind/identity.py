"""What tells a kind cluster from another of its name: the authority that signs its certificates.

It is read in the first node, as the API of a cluster that was just made does not answer yet.
"""

from typing import Literal

import yaml

from ..dynamic import Properties
from ..machine import labels
from ..machine.docker import inspect
from ..machine.runner import CommandError, Runner
from .creation import leader

_ADMIN = "/etc/kubernetes/admin.conf"


def standing(
    runner: Runner, known: Properties
) -> Literal["known", "another", "half-made", "silent"]:
    """What has the place of a `known` cluster (its `name` and `kubeconfig`).

    `half-made` is what a killed run left before there were certificates; of `silent` ones the
    first node does not run, or is about to join the other control planes again.
    """
    first = leader(known["name"])
    try:
        current = runner.run("docker", "exec", first, "cat", _ADMIN)
    except CommandError as error:
        if "no such file" not in error.output.lower():
            return "silent"
        node = inspect(runner, "container", first)
        joined = node is None or labels.JOINED in node["Config"]["Labels"]
        return "silent" if joined else "half-made"
    return "known" if _authority(current) == _authority(known["kubeconfig"]) else "another"


def _authority(kubeconfig: str) -> str:
    return yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["certificate-authority-data"]
