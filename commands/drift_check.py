"""`make drift`."""

from commands import drift, state
from commands.cluster import Cluster, state_if_any
from commands.errors import CommandError
from commands.recovery import locks
from commands.stack import Stack

_DIFFERS = 3
"""Exit code where the cluster differs from the state; 2 is that of wrong arguments."""


def drift_check(stack: Stack, *, fix: bool) -> None:
    """Show what was changed by hand in the cluster, by whom and when; with `fix`, set it back.

    Neither the program nor the stack file is read, and nothing else is changed. Raises
    CommandError, with exit code 3 where something differs and stays so, and 1 where the stack is
    not deployed or the cluster does not answer.
    """
    if fix:
        locks.require_no_other_run(stack)
    deployment = Cluster(stack, state_if_any(stack)).state
    look = drift.restore if fix else drift.report
    left = look(stack, deployment, state.interrupted(deployment))
    if left is None:
        raise CommandError(
            f"the cluster of the stack {stack.name} does not answer, so nothing is known of it",
            f"make status STACK={stack.name}",
        )
    if left:
        objects = "1 object differs" if left == 1 else f"{left} objects differ"
        up = f"make up STACK={stack.name}"
        command = f"make drift STACK={stack.name} FIX=cluster, which sets that back; so does {up}"
        raise CommandError(
            f"{objects} from what the stack {stack.name} deployed",
            up if fix else command,
            _DIFFERS,
        )
    print(f"the cluster has what the stack {stack.name} deployed")
