"""The plan of the repository's own program, made once, and how properties are tried."""

import hypothesis
import pytest

from tests.unit.components.plan import Plan, committed_config, committed_program, plan

# The same examples at every run, and no deadline: a busy machine is no failure.
hypothesis.settings.register_profile("unit", max_examples=40, derandomize=True, deadline=None)
hypothesis.settings.load_profile("unit")


@pytest.fixture(scope="session")
def sample() -> Plan:
    """What the program registers for stacks/Pulumi.kind.yaml; tests only read it."""
    return plan(committed_program, committed_config())
