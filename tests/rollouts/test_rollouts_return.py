"""What serves after a version that failed, on a real cluster: the one before, or nothing."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Project, end_group
from tests.live.traffic import Traffic, eventually
from tests.rollouts.troubles import serving

pytestmark = pytest.mark.live

_Make = Callable[..., Guest]
_QUICK = {"drainSeconds": 0, "shutdownSeconds": 1, "startupSeconds": 20}
_FAILS = ["node", "-e", "console.error('no licence'); process.exit(3)"]


def _guest(make: _Make, **settings: Any) -> Guest:
    made = make()
    made.set(**_QUICK, replicas=1, command=serving(), **settings)
    return made


def test_a_failure_and_the_return_lose_no_request(live: Project) -> None:
    good = live.settings["slipway:app"]
    (before,) = live.objects("deployments")
    live.settings["slipway:app"] = {**good, "command": _FAILS}
    live.save_settings()
    try:
        with Traffic(live.url) as traffic:
            failed = live.up(check=False)
    finally:
        live.settings["slipway:app"] = good
        live.save_settings()
    again = live.up("--expect-no-changes", check=False)
    (after,) = live.objects("deployments")

    assert failed.code != 0
    assert "no licence" in failed.output
    assert "returned to the version before" in failed.output
    assert traffic.failed == []
    assert traffic.answered > 50
    assert after["spec"]["template"] == before["spec"]["template"]
    assert again.code == 0, "state and cluster agree"


def test_a_first_version_that_fails_leaves_nothing_and_the_next_one_is_deployed(
    guest: _Make,
) -> None:
    made = _guest(guest)
    made.set(command=_FAILS)

    failed = made.up(check=False)

    assert failed.code != 0
    assert "no licence" in failed.output
    assert "so it was removed" in failed.output
    assert made.objects("deployments") == []
    made.set(command=serving())
    made.up()
    made.up("--expect-no-changes")


def test_a_broken_version_is_tried_again_and_a_good_one_replaces_the_one_before(
    guest: _Make,
) -> None:
    made = _guest(guest, env={"VERSION": "1"})
    made.up()
    made.set(command=_FAILS, env={"VERSION": "2"})

    codes = [made.up(check=False).code for _ in range(2)]

    assert 0 not in codes, "the same broken version does not count as deployed"
    made.set(command=serving(), env={"VERSION": "3"})
    made.up()
    assert _versions(made) == ["3"]
    made.up("--expect-no-changes")


def test_a_stateful_set_returns_to_the_version_before(guest: _Make) -> None:
    made = _guest(guest, kind="StatefulSet", env={"VERSION": "1"})
    made.set(replicas=2)
    made.up()
    first = _uids(made)
    made.set(command=_FAILS, env={"VERSION": "2"})

    failed = made.up(check=False)

    assert failed.code != 0
    assert "no licence" in failed.output
    assert _versions(made) == ["1", "1"]
    assert _uids(made)["web-0"] == first["web-0"], "the broken version stopped at the last pod"
    made.set(command=serving(), env={"VERSION": "3"})
    made.up()
    assert _versions(made) == ["3", "3"]
    made.up("--expect-no-changes")


def test_a_version_that_fails_stays_where_the_settings_say_so(guest: _Make) -> None:
    made = _guest(guest, env={"VERSION": "1"}, rollbackOnFailure=False)
    made.up()
    made.set(command=_FAILS, env={"VERSION": "2"})

    failed = made.up(check=False)

    assert failed.code != 0
    assert "the new version stays: rollbackOnFailure is false" in failed.output
    assert sorted(_versions(made)) == ["1", "2"], "the one before serves beside it"
    made.set(command=serving(), env={"VERSION": "3"})
    made.up()
    assert _versions(made) == ["3"]


def test_a_job_that_fails_is_explained_and_runs_again(guest: _Make) -> None:
    made = guest()
    job = {"retries": 0, "deadlineSeconds": 60}
    made.settings["slipway:app"] = {"kind": "Job", "job": job, "command": _FAILS}
    made.save_settings()

    failed = made.up(check=False)

    assert failed.code != 0
    assert "no licence" in failed.output and "exit code 3" in failed.output
    assert made.objects("jobs") == []
    made.set(command=["node", "--version"])
    made.up()
    (job,) = made.objects("jobs")
    assert job["status"]["succeeded"] == 1


@pytest.mark.parametrize("taken_back", [True, False])
def test_after_kill_9_in_a_rollout_the_next_up_command_leaves_what_the_program_declares(
    guest: _Make, tmp_path: Path, taken_back: bool
) -> None:
    made = _guest(guest, env={"VERSION": "1"})
    made.up()
    good = dict(made.settings["slipway:app"])
    made.set(command=["node", "-e", "setInterval(() => {}, 1000)"], env={"VERSION": "2"})
    up = made.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")
    eventually("it rolls out", lambda: "2" in _versions(made), seconds=60)
    end_group(up, signal.SIGKILL)
    made.set(**{**good, "env": {"VERSION": "1" if taken_back else "3"}})

    told = made.command("up").output

    assert _versions(made) == ["1" if taken_back else "3"]
    assert ("was killed; set back" in told) is taken_back
    (deployment,) = made.objects("deployments")
    assert "slipway.dev/unfinished-rollout" not in deployment["metadata"]["annotations"]
    made.up("--expect-no-changes")


def test_the_reason_is_explained_afterwards_from_the_evidence(guest: _Make) -> None:
    made = _guest(guest, env={"TOKEN_NAME": "x"})
    made.up()
    made.set(command=_FAILS)
    made.up(check=False)

    told = made.command("why").output

    assert "web: Deployment web: nothing is wrong" in told
    assert "a rollout of web failed" in told
    assert "no licence" in told
    (kept,) = (made.folder / ".slipway" / "rollouts" / made.stack / "web").iterdir()
    pods = json.loads((kept / "pods.json").read_text())
    assert any(pod["status"]["containerStatuses"][0]["restartCount"] for pod in pods)


def _versions(guest: Guest) -> list[str]:
    entries = [
        entry
        for pod in guest.pods("web")
        for entry in pod["spec"]["containers"][0]["env"]
        if entry["name"] == "VERSION"
    ]
    return [entry["value"] for entry in entries]


def _uids(guest: Guest) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in guest.pods("web")}
