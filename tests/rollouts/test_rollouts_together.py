"""Applications of one stack of which one fails while another rolls out, on a real cluster."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.rollouts.troubles import late, serving

pytestmark = pytest.mark.live

_Make = Callable[..., Guest]
_ALL = {
    "replicas": 1, "expose": False, "drainSeconds": 0, "shutdownSeconds": 1, "startupSeconds": 60,
    "env": {"VERSION": "1"},
}  # fmt: skip
_FAILS = ["node", "-e", "console.error('no licence'); process.exit(3)"]


def test_a_failure_does_not_end_the_rollout_of_another_application(guest: _Make) -> None:
    made = _shop(guest)
    made.up()
    _set(made, "web", command=late(20), version="2")
    _set(made, "api", command=_FAILS, version="2")

    failed = made.up(check=False)

    assert failed.code != 0
    assert "no licence" in failed.output
    assert _versions(made) == {"web": "2", "api": "1"}, "state and cluster have web's new one"
    _set(made, "web", command=serving(), version="1")
    _set(made, "api", command=serving(), version="1")
    made.up()
    assert _versions(made) == {"web": "1", "api": "1"}
    made.up("--expect-no-changes")


def test_of_applications_released_together_all_return_when_one_fails(guest: _Make) -> None:
    made = _shop(guest, release="together")
    made.up()
    _set(made, "web", version="2")
    _set(made, "api", command=_FAILS, version="2")

    failed = made.up(check=False)

    assert failed.code != 0
    assert "no licence" in failed.output
    assert "web: returned to the version before" in failed.output
    assert "api failed, and both are released together" in failed.output
    assert _versions(made) == {"web": "1", "api": "1"}
    _set(made, "web", version="1")
    _set(made, "api", command=serving(), version="1")
    made.up("--expect-no-changes")
    _set(made, "api", version="3")
    made.up()
    assert _versions(made) == {"web": "1", "api": "3"}, "one that does not change is not waited for"


def test_none_of_them_is_started_when_one_cannot_succeed(guest: _Make) -> None:
    made = _shop(guest, release="together")
    made.up()
    before = _generations(made)
    _set(made, "web", version="2")
    _set(made, "api", envFrom={"LICENCE": {"secret": "nowhere", "key": "licence"}}, version="2")

    failed = made.up(check=False)

    assert failed.code != 0
    assert "nowhere" in failed.output
    assert "web: not started, as api failed" in failed.output
    assert _generations(made) == before


def _shop(make: _Make, **more: Any) -> Guest:
    image, app = {"context": "app"}, {**_ALL, "command": serving(), **more}
    return make(apps={name: {"image": image, "app": dict(app)} for name in ("web", "api")})


def _set(made: Guest, name: str, *, version: str, **app: Any) -> None:
    made.settings["slipway:apps"][name]["app"] |= {**app, "env": {"VERSION": version}}
    made.save_settings()


def _versions(made: Guest) -> dict[str, str]:
    """The versions of the applications' Deployments, all of whose pods serve."""
    found: dict[str, str] = {}
    for each in made.objects("deployments"):
        (container,) = each["spec"]["template"]["spec"]["containers"]
        (version,) = [one["value"] for one in container["env"] if one["name"] == "VERSION"]
        assert each["status"]["readyReplicas"] == each["status"]["updatedReplicas"] == 1
        found[each["metadata"]["name"]] = version
    return found


def _generations(made: Guest) -> dict[str, int]:
    metadata = [each["metadata"] for each in made.objects("deployments")]
    return {each["name"]: each["generation"] for each in metadata}
