"""What all tests share: fast ones run first, and the tools are those of the checkout's set-up."""

import os
import signal
import sys
from pathlib import Path

import pytest

_ORDER = (
    "unit", "api_server", "engine", "live", "harm", "changes", "recipes", "gitops", "rollouts",
    "false_alarms", "targets", "faults", "vendor", "soak",
)  # fmt: skip


def pytest_configure() -> None:
    # A run without an activated environment, as in CI, finds the tools of set-up.
    tools = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join((tools, os.environ.get("PATH", os.defpath)))
    # Stacks, backends and clusters of the user's own are none of the tests' business.
    for name in [each for each in os.environ if each.startswith("PULUMI_")]:
        del os.environ[name]
    os.environ.pop("KUBECONFIG", None)
    # Commands started in the background ignore Ctrl-C, and so would all that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_tier)


def _tier(item: pytest.Item) -> int:
    parts = item.nodeid.split("/")
    return _ORDER.index(parts[1]) if len(parts) > 1 and parts[1] in _ORDER else 0
