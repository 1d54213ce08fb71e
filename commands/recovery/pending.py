"""Operations that a killed run began and did not finish."""

from typing import Any


def drop(state: dict[str, Any]) -> list[str]:
    """Drop the pending operations from a state and return their titles.

    Each will be done again: whatever the components make, they make idempotently.
    """
    operations = state["deployment"].pop("pending_operations", None)
    return [_title(operation) for operation in operations or ()]


def _title(operation: dict[str, Any]) -> str:
    return f"{operation['type']} {str(operation['resource']['urn']).rpartition('::')[2]}"
