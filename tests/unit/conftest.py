"""What every unit test starts from."""

import asyncio

import pytest
from hypothesis import settings

# How long an example takes says something about the machine only.
settings.register_profile("slipway", settings(), deadline=None)
settings.load_profile("slipway")


@pytest.fixture(autouse=True)
def an_event_loop() -> None:
    """Pulumi runs programs on the thread's loop, and `asyncio.run` of a test before left none."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
