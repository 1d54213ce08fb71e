"""Versions that fail, each for another reason: what `up` says, and what serves afterwards."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.rollouts.troubles import CASES, Case, serving

pytestmark = pytest.mark.live

_ALL = {
    "replicas": 1, "expose": False, "drainSeconds": 0, "shutdownSeconds": 1, "startupSeconds": 25,
    "cpu": "10m", "networkPolicy": False,
}  # fmt: skip
_SIDE_BY_SIDE = ("--parallel", "60", "--continue-on-error")
_BLOCK = r"\(NAME-\w+\):\n    error: before hook \"NAME-\w+-rollout\" failed: (.*?)(?=\n\n)"


def _settings(case: Case, image: str, **more: Any) -> dict[str, Any]:
    return {"image": image, "app": {**_ALL, "command": serving(), **more}}


class Failures:
    """One update of all applications to a version that fails."""

    def __init__(self, made: Guest, image: str) -> None:
        self.made = made
        good = {name: _settings(case, image, **case.first) for name, case in CASES.items()}
        self._save(good)
        self.first = made.up(*_SIDE_BY_SIDE)
        namespace = f"--namespace={made.name}"
        made.kubectl("create", "secret", "generic", "made", "--from-literal=token=1", namespace)
        self.before = self.workloads()
        self._save({name: _settings(case, image, **case.app) for name, case in CASES.items()})
        self.failed = made.up(*_SIDE_BY_SIDE, check=False)
        self.after = self.workloads()
        self._save(good)
        self.again: Ran = made.up("--expect-no-changes", check=False)

    def _save(self, apps: Mapping[str, Any]) -> None:
        self.made.settings["slipway:apps"] = dict(apps)
        self.made.save_settings()

    def workloads(self) -> dict[str, dict[str, Any]]:
        return {each["metadata"]["name"]: each for each in self.made.objects("deployments")}

    def message(self, name: str) -> str:
        """Return what the update says about an application."""
        found = re.search(_BLOCK.replace("NAME", name), self.failed.output, re.DOTALL)
        assert found, f"nothing about {name}:\n{self.failed.output}"
        return found[1]


@pytest.fixture(scope="module")
def failures(guest: Callable[..., Guest], first_up: tuple[Project, Ran]) -> Failures:
    outputs = json.loads(first_up[0].pulumi("stack", "output", "--json").output)
    image = outputs["image"]
    return Failures(guest(apps={"first": {"image": image}}), image)


@pytest.mark.parametrize("name", CASES)
def test_the_message_names_the_cause(failures: Failures, name: str) -> None:
    case, message = CASES[name], failures.message(name)

    for words in (*case.says, case.log):
        assert words in " ".join(message.split())
    assert name in message.splitlines()[0], "the first line names the application"
    assert "next: " in message
    assert len(message.splitlines()) <= 30


@pytest.mark.parametrize("name", CASES)
def test_the_version_before_serves_and_is_what_the_cluster_has(
    failures: Failures, name: str
) -> None:
    before, after = failures.before[name], failures.after[name]

    assert after["spec"]["template"] == before["spec"]["template"]
    assert after["status"]["availableReplicas"] == 1
    is_untouched = after["metadata"]["generation"] == before["metadata"]["generation"]
    assert is_untouched is not CASES[name].written, "what is known before is not written"


def test_an_update_with_failures_does_not_succeed(failures: Failures) -> None:
    assert failures.failed.code != 0


def test_the_state_is_that_of_the_cluster(failures: Failures) -> None:
    assert failures.again.code == 0, failures.again.output
