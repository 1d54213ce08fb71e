"""Versions that fail, each for another reason: what `up` says, and what serves afterwards."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.live.adjusted import change, program_by_file
from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.live.stand_in_registry import StandInRegistry
from tests.rollouts.beside import put, take_away
from tests.rollouts.troubles import ALL, CASES, serving

pytestmark = pytest.mark.live

_SIDE_BY_SIDE = ("--parallel", "60", "--continue-on-error")
_BLOCK = r"\(NAME-\w+\):\n    error: before hook \"NAME-\w+-rollout\" failed: (.*?)(?=\n\n)"


class Failures:
    """One update of all applications to a version that fails."""

    def __init__(self, made: Guest, image: str) -> None:
        self.made, self._image = made, image
        change(made, {})
        good = {name: self._settings(name, case.first) for name, case in CASES.items()}
        self._save(good)
        self.first = made.up(*_SIDE_BY_SIDE)
        namespace = f"--namespace={made.name}"
        made.kubectl("create", "secret", "generic", "made", "--from-literal=token=1", namespace)
        self.before = self.workloads()
        for name, case in CASES.items():
            put(made, self._namespace(name), case.beside)
        self._save({name: self._settings(name, case.app) for name, case in CASES.items()})
        with StandInRegistry(made.host, image) as registry:
            images = {name: f"{registry.host}/{case.image}" for name, case in CASES.items()}
            changes = {
                name: {"volumes": case.volumes} | ({"image": images[name]} if case.image else {})
                for name, case in CASES.items()
            }
            change(made, changes)
            self.failed = made.up(*_SIDE_BY_SIDE, check=False)
        self.after = self.workloads()
        for name, case in CASES.items():
            take_away(made, self._namespace(name), case.beside)
        change(made, {})
        self._save(good)
        self.again: Ran = made.up("--expect-no-changes", check=False)

    def _namespace(self, name: str) -> str:
        return f"{self.made.name}-{name}" if CASES[name].apart else self.made.name

    def _settings(self, name: str, more: Mapping[str, Any]) -> dict[str, Any]:
        apart = {"namespace": self._namespace(name)} if CASES[name].apart else {}
        return {"image": self._image, "app": {**ALL, **apart, "command": serving(), **more}}

    def _save(self, apps: Mapping[str, Any]) -> None:
        self.made.settings["slipway:apps"] = dict(apps)
        self.made.save_settings()

    def workloads(self) -> dict[str, dict[str, Any]]:
        mine = f"--selector=slipway.dev/stack={self.made.name}"
        text = self.made.kubectl("get", "deployments", "--all-namespaces", mine, "--output=json")
        return {each["metadata"]["name"]: each for each in json.loads(text)["items"]}

    def message(self, name: str) -> str:
        """Return what the update says about an application."""
        found = re.search(_BLOCK.replace("NAME", name), self.failed.output, re.DOTALL)
        assert found, f"nothing about {name}:\n{self.failed.output}"
        return found[1]


@pytest.fixture(scope="module")
def failures(guest: Callable[..., Guest], first_up: tuple[Project, Ran]) -> Failures:
    outputs = json.loads(first_up[0].pulumi("stack", "output", "--json").output)
    image = outputs["image"]
    return Failures(guest(program_by_file(), apps={"first": {"image": image}}), image)


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
