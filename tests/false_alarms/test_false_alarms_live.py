"""Troubles that pass by themselves, on a real cluster: no rollout fails for any of them.

Two cannot be caused from outside, "failed to sync cache" and the runtime error 128: these are
among the lines of time of tests/unit/components/diagnosis/test_false_alarms.py.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.false_alarms.cases import CASES
from tests.false_alarms.conftest import RUNS
from tests.false_alarms.rounds import Ended, rounds
from tests.false_alarms.scene import Scene
from tests.live.adjusted import change, program_by_file
from tests.live.guest import Guest
from tests.live.project import Project, Ran, docker_lines
from tests.live.stand_in_registry import StandInRegistry
from tests.live.traffic import eventually
from tests.rollouts.troubles import ALL, late

pytestmark = pytest.mark.live

_Make = Callable[..., Guest]
_SECONDS = {"failing": 8.0, "slow": 40.0}
_LOST_SECONDS = 5.0
_NODE, _SERVER = "a node is lost and comes back", "the API server is killed and starts again"
_KILL = (
    "for each in /proc/[0-9]*; do "
    "tr '\\0' ' ' < $each/cmdline 2> /dev/null | grep -qE '^[^ ]*kube-apiserver ' "
    "&& kill -9 ${each#/proc/}; done; true"
)
_KILLS = 4
"""Rounds with a kill of the API server: kubelet waits longer before each start, at last minutes."""


@pytest.fixture(scope="module")
def image(first_up: tuple[Project, Ran]) -> str:
    """The image of the deployed project."""
    return json.loads(first_up[0].pulumi("stack", "output", "--json").output)["image"]


@pytest.fixture(scope="module")
def ended(guest: _Make, first_up: tuple[Project, Ran], image: str) -> list[dict[str, Ended]]:
    """How each trouble went, in each round."""
    made = guest(program_by_file(), apps={"first": {"image": image}})
    with StandInRegistry(first_up[0], image, _SECONDS) as registry:
        return rounds(made, image, registry, RUNS)


@pytest.mark.parametrize("name", CASES)
def test_a_trouble_that_passes_by_itself_fails_no_rollout(
    ended: list[dict[str, Ended]], alarms: dict[str, list[str]], name: str
) -> None:
    found = [each[name] for each in ended]
    alarms[CASES[name].title] = [each.alarm for each in found]

    assert [each.alarm for each in found if each.alarm] == []
    assert all(each.has_shown for each in found), "the trouble was not there"


class _Disturbed:
    """Updates of one application that starts slowly, on the second worker, while a trouble is."""

    def __init__(self, guest: _Make, host: Project, image: str) -> None:
        self.host, self.image = host, image
        self.guest = guest(program_by_file(), apps={"web": {"image": image}})
        self.node = f"{host.name}-worker2"
        change(self.guest, {"web": {"nodeSelector": {"kubernetes.io/hostname": self.node}}})
        self._save("old", {})
        self.guest.up()

    def update(self, number: int, trouble: Callable[[Scene], None]) -> str:
        """Return what a rollout with a trouble says; empty if it succeeds."""
        with StandInRegistry(self.host, self.image) as registry:
            scene = Scene(self.guest, "web", self.guest.name, number, registry, Event())
            self._save(scene.release, {"command": late(10), "startupSeconds": 120})
            with ThreadPoolExecutor(1) as beside:
                made = beside.submit(trouble, scene)
                try:
                    ran = self.guest.up(check=False)
                finally:
                    scene.over.set()
        made.result()
        return "" if ran.code == 0 and scene.serves() else ran.output

    def _save(self, release: str, app: dict[str, object]) -> None:
        settings = {**ALL, **app, "env": {"RELEASE": release}}
        self.guest.settings["slipway:apps"] = {"web": {"image": self.image, "app": settings}}
        self.guest.save_settings()


@pytest.fixture(scope="module")
def disturbed(guest: _Make, first_up: tuple[Project, Ran], image: str) -> _Disturbed:
    return _Disturbed(guest, first_up[0], image)


def test_a_node_that_is_lost_and_comes_back_fails_no_rollout(
    disturbed: _Disturbed, alarms: dict[str, list[str]]
) -> None:
    node = disturbed.node

    def is_ready() -> bool:
        form = "--output=jsonpath={.status.conditions[?(@.type=='Ready')].status}"
        return disturbed.host.kubectl("get", "node", node, form) == "True"

    def lose(scene: Scene) -> None:
        scene.wait(lambda: any(each["status"]["phase"] == "Running" for each in scene.pods()))
        docker_lines("pause", node)
        try:
            scene.wait(lambda: not is_ready())
            scene.pause(_LOST_SECONDS)
        finally:
            docker_lines("unpause", node)

    said = []
    for number in range(RUNS):
        said.append(disturbed.update(number, lose))
        eventually("the node is ready", is_ready)
    alarms[_NODE] = said

    assert [each for each in said if each] == []


def test_an_api_server_that_is_killed_and_starts_again_fails_no_rollout(
    disturbed: _Disturbed, alarms: dict[str, list[str]]
) -> None:
    control_plane = f"{disturbed.host.name}-control-plane"

    def answers() -> bool:
        return disturbed.host.kubectl("get", "--raw=/readyz", check=False).strip() == "ok"

    def kill(scene: Scene) -> None:
        scene.wait(lambda: any(each["status"]["phase"] == "Running" for each in scene.pods()))
        docker_lines("exec", control_plane, "sh", "-c", _KILL)
        eventually("it is away", lambda: not answers(), seconds=10)
        eventually("it is back", answers)

    rounds = min(RUNS, _KILLS)
    said = [disturbed.update(RUNS + number, kill) for number in range(rounds)]
    alarms[_SERVER] = said

    assert [each for each in said if each] == []
