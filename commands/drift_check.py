"""`make drift`."""

from collections.abc import Mapping
from typing import Any

from commands import drift, state
from commands.cluster import Cluster, state_if_any
from commands.delivery import by_gitops
from commands.errors import CommandError
from commands.recovery import locks
from commands.stack import Stack

_DIFFERS = 3
"""Exit code where the cluster differs from the state; 2 is that of wrong arguments."""


def drift_check(stack: Stack, *, fix: str | None) -> None:
    """Show what was changed by hand in the cluster, by whom and when.

    With `fix`, it is set back in the `cluster`, or written into the stack's `file`; else neither
    the program nor the stack file is read, and nothing is changed. Raises CommandError, with exit
    code 3 where something differs and stays so, and 1 where the stack is not deployed or the
    cluster does not answer.
    """
    if by_gitops(stack) is not None:
        raise CommandError(
            f"{stack.file.name}: deliver: gitops: a controller sets back what is changed by hand, "
            "and Pulumi has no state to compare with",
            f"make wait STACK={stack.name} OUT=folder, which compares with the rendered folder",
        )
    if fix:
        locks.require_no_other_run(stack)
    deployment = Cluster(stack, state_if_any(stack)).state
    left = _look(stack, deployment, fix)
    if left is None:
        raise CommandError(
            f"the cluster of the stack {stack.name} does not answer, so nothing is known of it",
            f"make status STACK={stack.name}",
        )
    if left and fix == "file":
        differences = "1 difference is" if left == 1 else f"{left} differences are"
        raise CommandError(
            f"{differences} not in {stack.file.name}",
            f"make drift STACK={stack.name} FIX=cluster, which sets back what is left",
            _DIFFERS,
        )
    if left:
        objects = "1 object differs" if left == 1 else f"{left} objects differ"
        up = f"make up STACK={stack.name}"
        command = (
            f"make drift STACK={stack.name} FIX=cluster, which sets that back; so does {up}. "
            "FIX=file writes it into the stack file instead"
        )
        raise CommandError(
            f"{objects} from what the stack {stack.name} deployed",
            up if fix else command,
            _DIFFERS,
        )
    print(f"the cluster has what the stack {stack.name} deployed")


def _look(stack: Stack, deployment: Mapping[str, Any], fix: str | None) -> int | None:
    interrupted = state.interrupted(deployment)
    if fix == "file":
        if interrupted:
            raise CommandError(
                f"a run of the stack {stack.name} was interrupted, so that its state may be behind "
                "the cluster",
                f"make up STACK={stack.name}, which continues it",
            )
        return drift.keep(stack, deployment)
    look = drift.restore if fix else drift.report
    return look(stack, deployment, interrupted)
