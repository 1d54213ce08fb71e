"""`make up`."""

import shlex
from collections.abc import Mapping
from typing import Any

from commands import salt, state
from commands.answer import is_internal, wait_for_answer
from commands.recovery import locks, recover
from commands.stack import Stack


def up(stack: Stack) -> None:
    """Deploy the stack, continuing where an earlier run was interrupted.

    Prints its URL once that answers, or how it is reached. Raises CommandError when the
    deployment fails, or when what answers at its URL is an error.
    """
    locks.require_no_other_run(stack)
    salt.restore(stack)
    stack.select()
    recover(stack)
    stack.run("up", "--yes", "--skip-preview")
    deployment = stack.state()
    if url := state.outputs(deployment).get("url"):
        print(_reached(str(url), stack.name, deployment))


def _reached(url: str, stack: str, deployment: Mapping[str, Any]) -> str:
    """Return how the deployed application is reached; waits until its address answers."""
    if is_internal(url):
        if not any(state.resources(deployment, "kubernetes:core/v1:Service")):
            return f"deployed; it has no address\n  next: make status STACK={stack}"
        return (
            f"deployed; no application is exposed, and {url} is an address inside the cluster\n"
            f"  next: make open STACK={stack}, which opens a local address"
        )
    unreached = wait_for_answer(url, stack)
    if unreached is None:
        return url
    return (
        f"deployed; {url} cannot be reached from here yet: {unreached}\n"
        "  a new load balancer or DNS name takes minutes, and some addresses are private\n"
        f"  next: curl --head {shlex.quote(url)}, or make open STACK={stack} for a local address"
    )
