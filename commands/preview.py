"""`make preview`."""

from typing import Any

from commands import drift, salt, state
from commands.errors import CommandError
from commands.recovery import locks, providers
from commands.stack import Stack


def preview(stack: Stack) -> None:
    """Show what `up` would do, and what it sets back that was changed by hand.

    Only the state of the stack is made, where it is missing. Raises CommandError as
    `prepared_state` does.
    """
    deployment = prepared_state(stack)
    drift.report(stack, deployment, state.interrupted(deployment))
    stack.run("preview")


def prepared_state(stack: Stack) -> dict[str, Any]:
    """Make a stack ready for a preview, and return its state.

    Raises CommandError for a state that `up` upgrades first: an earlier version could not read it
    afterwards, so a preview leaves it as it is.
    """
    salt.restore(stack)
    stack.select()
    locks.release(stack)
    deployment = stack.state()
    if providers.are_outdated(deployment):
        raise CommandError(
            f"an earlier version of Slipway wrote the state of the stack {stack.name}, "
            "and a preview changes no state",
            f"make up STACK={stack.name}, which upgrades it first and replaces nothing for it",
        )
    return deployment
