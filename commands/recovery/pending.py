"""Operations that a killed run began and did not finish."""

from typing import Any

from commands.stack import Stack


def drop(stack: Stack) -> dict[str, Any]:
    """The stack's state, without pending operations, which are dropped from the backend too.

    Each will be done again: whatever the components make, they make idempotently.
    """
    state = stack.state()
    operations = state["deployment"].pop("pending_operations", None)
    if operations:
        names = ", ".join(_title(operation) for operation in operations)
        print(f"an earlier run was broken off; doing again: {names}", flush=True)
        stack.put_state(state)
    return state


def _title(operation: dict[str, Any]) -> str:
    return f"{operation['type']} {str(operation['resource']['urn']).rpartition('::')[2]}"
