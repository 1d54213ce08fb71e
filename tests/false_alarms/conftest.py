"""The cluster of these tests, and the table at their end."""

import os
from collections.abc import Iterator

import pytest

from tests.live.conftest import first_up, guest, project_of

__all__ = ["first_up", "guest", "project_of"]

RUNS = int(os.environ.get("RUNS", "1"))
"""Number of rounds of each trouble."""

_ALARMS = pytest.StashKey[dict[str, list[str]]]()


@pytest.fixture
def alarms(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """What was said in each run of a trouble, by its title; empty where nothing was."""
    return request.config.stash.setdefault(_ALARMS, {})


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    found = terminalreporter.config.stash.get(_ALARMS, {})
    if not found:
        return
    terminalreporter.section("false alarms")
    width = max(map(len, found))
    terminalreporter.line(f"{'trouble':<{width}}  runs  false alarms")
    for title, said in found.items():
        terminalreporter.line(f"{title:<{width}}  {len(said):>4}  {sum(map(bool, said)):>12}")
    every = [each for said in found.values() for each in said]
    terminalreporter.line(f"{'all':<{width}}  {len(every):>4}  {sum(map(bool, every)):>12}")
