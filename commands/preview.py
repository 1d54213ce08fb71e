"""`make preview`."""

from commands.recovery import locks
from commands.stack import Stack


def preview(stack: Stack) -> None:
    """Show what `up` would do.  Only the state of the stack is made, where it is missing."""
    stack.select()
    locks.release(stack)
    stack.run("preview")
