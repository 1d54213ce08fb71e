"""What every unit test starts from."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import settings
from pulumi import runtime
from pulumi.runtime.settings import ROOT

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


@pytest.fixture(autouse=True)
def pulumis_settings() -> Iterator[None]:
    """Take back the settings of Pulumi that a test has made: they are those of the process."""
    yield
    runtime.configure(runtime.Settings("project", "stack", root_directory="root_directory"))
    ROOT.set(None)
