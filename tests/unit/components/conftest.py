"""The plan of the repository's own program, made once."""

import pytest

from tests.unit.components.plan import Plan, committed_config, committed_program, plan


@pytest.fixture(scope="session")
def sample() -> Plan:
    """What the program registers for stacks/Pulumi.kind.yaml; tests only read it."""
    return plan(committed_program, committed_config())
