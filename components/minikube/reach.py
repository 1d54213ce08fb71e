"""How this machine reaches the addresses of a profile's nodes: directly, or not at all.

It is asked as minikube does, which forwards ports where it does not reach its nodes.
https://minikube.sigs.k8s.io/docs/handbook/accessing/
"""

import json
import os
import sys
from urllib.parse import urlsplit

from ..machine.runner import CommandError, Runner

_ANSWER_SECONDS = 4
_INFO = "[{{json .OperatingSystem}},{{json .SecurityOptions}}]"
_WSL = ("WSL_DISTRO_NAME", "WSLPATH", "WSLENV")
"""Variables of which Windows sets one inside WSL."""


def unreachable_because(runner: Runner) -> str | None:
    """Return why this machine does not reach the nodes' addresses, in words; None if it does.

    A Docker Engine that does not answer is reported elsewhere.
    """
    if sys.platform != "linux":
        return "Docker runs in a virtual machine here"
    if any(map(os.environ.get, _WSL)):
        return "this is WSL"
    if urlsplit(os.environ.get("DOCKER_HOST", "")).hostname not in (None, "localhost", "127.0.0.1"):
        return "DOCKER_HOST is another machine"
    try:
        answer = runner.run("docker", "info", "--format", _INFO, timeout=_ANSWER_SECONDS)
    except CommandError:
        return None
    system, security = json.loads(answer)
    if system == "Docker Desktop":
        return "Docker Desktop runs in a virtual machine"
    return "Docker is rootless" if "name=rootless" in (security or ()) else None
