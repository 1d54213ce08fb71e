"""A machine of its own for each test."""

import pytest

from tests.unit.components.local.machine import Machine


@pytest.fixture
def machine() -> Machine:
    """A machine with a container engine and nothing in it."""
    return Machine()
