"""The long run: everything that happens to a stack in its life, and no request is lost."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.live.project import CHECKOUT, Project
from tests.load.generator import Generator
from tests.soak.actions import delete_a_pod, drain, evict_a_pod, wait_until_complete
from tests.soak.applications import SAMPLE, SAMPLE_LOADS, loads
from tests.soak.conftest import Deployed
from tests.soak.page import write_page
from tests.soak.phases import REST, ROLLOUT, UNCHANGED, Phases

pytestmark = pytest.mark.live

_ROLLOUTS = 20
_OTHERS_ROLLOUTS = 3
_LEAST_REQUESTS = 100_000
_RATE = 200
_LIMIT_SECONDS = 3600.0
_REST_SECONDS = 60.0
_MARGIN_SECONDS = 5.0


def test_no_request_is_lost_in_all_that_happens_to_a_stack(
    deployed: Deployed, tmp_path: Path
) -> None:
    project, phases = deployed.project, Phases()
    generator = Generator(
        loads(project, deployed.ports), tmp_path / "requests.jsonl", _LIMIT_SECONDS
    )
    began = time.monotonic()
    with generator:
        _roll_out(project, phases)
        _change_replicas(project, phases)
        _fail_and_return(project, phases)
        _end_pods(project, phases)
        with phases.of(REST):
            # A little longer: clients start one after the other, and the last second is not full.
            end = began + _LEAST_REQUESTS / _RATE + _MARGIN_SECONDS
            time.sleep(max(_REST_SECONDS, end - time.monotonic()))

    report = generator.report()
    print(report.text())
    assert report.lost == 0, report.text()
    assert report.sent >= _LEAST_REQUESTS
    write_page(CHECKOUT / "docs", report, phases, SAMPLE_LOADS)


def _roll_out(project: Project, phases: Phases) -> None:
    with phases.of(REST):
        time.sleep(_REST_SECONDS)
    for _ in range(3):
        with phases.of(UNCHANGED):
            project.up("--expect-no-changes")
    for number in range(_ROLLOUTS):
        with phases.of(ROLLOUT):
            _change(project, SAMPLE, env={"RELEASE": str(number)})
    for number in range(_OTHERS_ROLLOUTS):
        with phases.of("rolling update of the others"):
            release = {"RELEASE": str(number)}
            _set(project, "stubborn", env={"ON_SIGTERM": "ignore", **release})
            _change(project, "streams", env=release)


def _change_replicas(project: Project, phases: Phases) -> None:
    for replicas in (6, 2, 3):
        with phases.of("replicas changed"):
            for application in project.settings["slipway:apps"]:
                _set(project, application, replicas=replicas)
            project.up()
            for application in project.settings["slipway:apps"]:
                wait_until_complete(project, application)


def _fail_and_return(project: Project, phases: Phases) -> None:
    good = dict(project.settings["slipway:apps"][SAMPLE]["app"])
    with phases.of("a version that fails, and the return"):
        _set(project, SAMPLE, command=["node", "-e", "process.exit(3)"], startupSeconds=10)
        failed = project.up(check=False)
        project.settings["slipway:apps"][SAMPLE]["app"] = good
        project.save_settings()
        project.up()
    assert failed.code != 0, failed.output


def _end_pods(project: Project, phases: Phases) -> None:
    for application in project.settings["slipway:apps"]:
        with phases.of("pod deleted"):
            delete_a_pod(project, application)
        with phases.of("pod evicted"):
            evict_a_pod(project, application)
    for node in (f"{project.name}-worker", f"{project.name}-worker2"):
        with phases.of("node drained"):
            drain(project, node)


def _set(project: Project, application: str, **app: Any) -> None:
    settings = project.settings["slipway:apps"][application]
    settings["app"] = {**settings["app"], **app}
    project.save_settings()


def _change(project: Project, application: str, **app: Any) -> None:
    _set(project, application, **app)
    project.up()
