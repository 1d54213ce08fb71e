"""`make up`."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commands import drift, salt, state
from commands.answer import is_internal, patience_for, wait_for_answer
from commands.delivery import require_pulumi
from commands.plan import require_approved
from commands.recovery import locks, recover
from commands.stack import Stack


def up(stack: Stack, approved: str | None = None, plan_file: Path | None = None) -> None:
    """Deploy the stack, continuing where an earlier run was interrupted.

    With `approved`, the hash of a plan or a file with one, nothing else is applied: where it would
    be, what differs is reported before anything is changed, from `plan_file` if that exists.
    Reports and sets back what was changed by hand in the cluster. Prints the stack's URL once
    that answers, or how it is reached. Raises CommandError when the deployment fails, or when
    what answers at the URL is an error.
    """
    require_pulumi(stack, "up")
    locks.require_no_other_run(stack)
    if approved is not None:
        require_approved(stack, approved, plan_file)
    salt.restore(stack)
    stack.select()
    recovered = recover(stack)
    by_hand = drift.set_back(stack, recovered.state, recovered.interrupted)
    stack.run("up", "--yes", "--skip-preview")
    deployment = stack.state()
    drift.finish(stack, deployment, by_hand)
    if url := state.outputs(deployment).get("url"):
        is_new = state.outputs(recovered.state).get("url") != url
        print(_reached(str(url), stack.name, deployment, is_new=is_new))


def _reached(url: str, stack: str, deployment: Mapping[str, Any], *, is_new: bool) -> str:
    """Return how the deployed application is reached; waits until its address answers.

    ``is_new`` says that this run gave it the address.
    """
    if is_internal(url):
        if not any(state.resources(deployment, "kubernetes:core/v1:Service")):
            return f"deployed; it has no address\n  next: make status STACK={stack}"
        return (
            f"deployed; no application is exposed, and {url} is an address inside the cluster\n"
            f"  next: make open STACK={stack}, which opens a local address"
        )
    patience = patience_for(url, is_new=is_new)
    unreached = wait_for_answer(url, stack, patience, beside=state.node_addresses(deployment))
    if unreached is None:
        return url
    return (
        f"deployed; {url} cannot be reached from here yet: {unreached}\n"
        "  a new load balancer or DNS name takes minutes, and some addresses are private\n"
        f"  next: curl --head {shlex.quote(url)}, or make open STACK={stack} for a local address"
    )
