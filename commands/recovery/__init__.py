"""Going on after a run that was killed: what it left is cleared away before the next one."""

from commands.recovery import leftovers, locks, pending, processes
from commands.stack import Stack


def recover(stack: Stack) -> None:
    """Clear away what a killed run left; says what it does, and nothing when all is in order."""
    processes.end_orphans(stack.checkout)
    locks.release(stack)
    state = pending.drop(stack)
    leftovers.remove(state)
