"""Rolling updates of the sample under load that does not wait for answers."""

from pathlib import Path

import pytest

from tests.live.project import Project
from tests.live.traffic import eventually_answers
from tests.load.generator import Generator
from tests.load.plan import Load

pytestmark = pytest.mark.live

_ROLLOUTS = 3
_LIMIT_SECONDS = 600.0


def test_rolling_updates_lose_no_request_on_new_and_on_kept_connections(
    live: Project, tmp_path: Path
) -> None:
    app = live.settings["slipway:app"]
    loads = [
        Load("new connections", "new", live.port, rate=60),
        Load("kept connections", "kept", live.port, rate=80),
    ]

    eventually_answers(live.url)
    with Generator(loads, tmp_path / "requests.jsonl", _LIMIT_SECONDS) as generator:
        for number in range(_ROLLOUTS):
            live.settings["slipway:app"] = {**app, "env": {"RELEASE": str(number)}}
            live.save_settings()
            assert "~ 1 updated" in live.up().output
    live.settings["slipway:app"] = app
    live.save_settings()
    live.up()

    report = generator.report()
    print(report.text())
    assert report.sent > 1000
    assert report.lost == 0, report.text()
