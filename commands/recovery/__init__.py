"""Continuing after a run that was killed, or that an earlier version of Slipway did."""

from dataclasses import dataclass
from typing import Any

from commands.recovery import leftovers, locks, pending, processes, providers
from commands.stack import Stack
from commands.state import interrupted


@dataclass(frozen=True)
class Recovered:
    """A stack's state after the recovery, and what the killed run was changing."""

    state: dict[str, Any]
    interrupted: frozenset[str] = frozenset()
    """URNs of resources that may be ahead of the state."""


def recover(stack: Stack) -> Recovered:
    """Clear away what a killed run left and upgrade the state of an earlier version.

    Prints one line for each thing that it does, and nothing when all is in order. Raises
    CommandError, before it changes anything, while another run works on the stack.
    """
    locks.require_no_other_run(stack)
    processes.end_orphans(stack.checkout)
    locks.release(stack)
    recovered = _repaired_state(stack)
    leftovers.remove(recovered.state)
    return recovered


def _repaired_state(stack: Stack) -> Recovered:
    """Return the stack's state, repaired in the backend too, in one import."""
    state = stack.state()
    # A run that began meanwhile makes containers that this state does not know.
    locks.require_no_other_run(stack)
    changing = interrupted(state)
    notes: list[str] = []
    outdated = providers.are_outdated(state)
    if operations := pending.drop(state, stack.name, outdated=outdated):
        notes.append(f"an earlier run was interrupted; doing again: {', '.join(operations)}")
    if providers.upgrade(state):
        notes.append("the state of an earlier version of Slipway was upgraded; nothing is replaced")
    if notes:
        stack.put_state(state)
        print("\n".join(notes), flush=True)
    return Recovered(state, changing)
