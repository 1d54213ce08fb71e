"""Each part that protects requests, taken out in turn: the load sees what is lost without it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.adjusted import program
from tests.live.guest import Guest
from tests.live.traffic import eventually_answers
from tests.load.application import server
from tests.load.generator import Generator
from tests.load.plan import Load
from tests.load.report import Report
from tests.soak.applications import PART
from tests.soak.conftest import Deployed

pytestmark = pytest.mark.live

_LIMIT_SECONDS = 600.0
_ROLLOUTS = 2
_SLOW = "/?wait=0.2"
_EXIT = {"ON_SIGTERM": "exit"}
_LATE = {"START_SECONDS": "3"}
"""A server that listens some time after its process runs, as most do."""

_LATER = {"START_SECONDS": "15"}
"""One that starts when the pods before it have ended: until then, they would serve."""

_PROGRAM = """
def adjust(manifest):
    if manifest["kind"] == "Deployment":
        spec = manifest["spec"]
        {container}
        {change}
"""
_CONTAINER = 'container = spec["template"]["spec"]["containers"][0]'
_NO_PROBES = '[container.pop(f"{kind}Probe") for kind in ("startup", "readiness", "liveness")]'
_ALL_AT_ONCE = 'spec["strategy"]["rollingUpdate"] = {"maxSurge": 0, "maxUnavailable": "100%"}'

_Measure = Callable[..., Report]


@pytest.fixture
def measure(
    deployed: Deployed, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Measure]:
    """Measures rollouts of the load's server with some settings, and a line of `adjust`."""
    made: list[Guest] = []

    def run(change: str = "", **app: Any) -> Report:
        guest = Guest(tmp_path_factory.mktemp("part"), deployed.project, _program(change))
        made.append(guest)
        settings = server(guest, PART, replicas=3, **app)
        guest.settings |= {f"slipway:{key}": value for key, value in settings.items()}
        guest.save_settings()
        guest.up()
        port = deployed.ports[PART]
        eventually_answers(f"http://127.0.0.1:{port}")
        loads = [
            Load("new", "new", port, rate=50, path=_SLOW),
            Load("kept", "kept", port, rate=50, path=_SLOW),
            Load("websocket", "websocket", port, rate=20),
            Load("http2", "http2", port, rate=20, path=_SLOW),
        ]
        with Generator(loads, tmp_path / "requests.jsonl", _LIMIT_SECONDS) as generator:
            time.sleep(2)
            for number in range(_ROLLOUTS):
                guest.set(env={**app.get("env", {}), "RELEASE": str(number)})
                guest.up()
            time.sleep(_ending_seconds(app))
        report = generator.report()
        print(report.text())
        return report

    yield run
    for each in made:
        # The next one needs its port, which the namespace would free only once it is empty.
        each.kubectl("delete", "service", "web", f"--namespace={each.name}", check=False)
        each.remove()


def _program(change: str) -> str | None:
    """Return the program whose `adjust` makes the change; None for that of the checkout."""
    return program(_PROGRAM.format(container=_CONTAINER, change=change)) if change else None


def _ending_seconds(app: dict[str, Any]) -> float:
    """Return how long the last pods of a version may take to end."""
    return app.get("drainSeconds", 5) + 10


def test_with_all_parts_nothing_is_lost(measure: _Measure) -> None:
    report = measure(env=_LATE)

    assert report.sent > 1000
    assert report.lost == 0, report.text()


def test_new_connections_are_served_though_the_program_ends_at_once(measure: _Measure) -> None:
    report = measure(env=_EXIT)

    assert report.of("new").lost == 0, report.text()


def test_without_a_lame_duck_in_the_program_clients_that_stay_connected_lose(
    measure: _Measure,
) -> None:
    report = measure(env=_EXIT)

    assert report.of("websocket").lost > 0
    kept = report.of("kept", "http2")
    assert kept.lost + kept.retried > 0


def test_without_probes_requests_are_lost_while_a_program_starts(measure: _Measure) -> None:
    assert measure(_NO_PROBES, env=_LATE).of("new").lost > 0


def test_without_drain_seconds_a_program_that_ends_at_once_loses_requests(
    measure: _Measure,
) -> None:
    assert measure(env=_EXIT, drainSeconds=0).of("new").lost > 0


def test_where_all_pods_may_be_unavailable_requests_are_lost(measure: _Measure) -> None:
    assert measure(_ALL_AT_ONCE, env=_LATER).of("new").lost > 0
