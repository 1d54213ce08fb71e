"""Waiting for the nodes of a cluster to be ready."""

from ..machine.runner import UP_AGAIN, CommandError, LocalError
from .kubectl import Kubectl

_READY_SECONDS = 120


def wait_until_ready(kubectl: Kubectl, cluster: str, context: str) -> None:
    """Wait until all nodes are ready.  Raises LocalError after 2 minutes.

    `context` is the cluster's in the user's kubeconfig.
    """
    wait = ("wait", "--for=condition=Ready", "nodes", "--all", f"--timeout={_READY_SECONDS}s")
    try:
        kubectl(*wait, timeout=_READY_SECONDS + 10)
    except CommandError as error:
        raise LocalError(
            f"not all nodes of {cluster} are ready after {_READY_SECONDS} s: see "
            f"`kubectl --context {context} describe nodes` and `docker logs NODE`",
            details=error,
            next_step=UP_AGAIN,
        ) from None
