"""Updates that take something away, on a real cluster: after the rollout, or not at all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Project, Ran

pytestmark = pytest.mark.live

_Make = Callable[..., Guest]
_SERVE = "require('http').createServer((q, r) => r.end()).listen(8080)"
_ITSELF = f"require('dns').lookup('web', (error) => {{ if (error) throw error; {_SERVE} }})"
_PORT = 31877


@pytest.fixture
def guest(
    first_up: tuple[Project, Ran], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Make]:
    """Makes stacks on the shared cluster, which are removed at the end."""
    made: list[Guest] = []

    def make(**settings: Any) -> Guest:
        made.append(Guest(tmp_path_factory.mktemp("guest"), first_up[0]))
        made[-1].set(replicas=1, startupSeconds=20, drainSeconds=0, shutdownSeconds=1, **settings)
        return made[-1]

    yield make
    for each in made:
        each.remove()


def _egress(guest: Guest) -> list[str]:
    """Return the addresses outside the stack that policies admit."""
    rules = [r for each in guest.objects("networkpolicies") for r in each["spec"]["egress"]]
    blocks = [to["ipBlock"]["cidr"] for rule in rules for to in rule["to"] if "ipBlock" in to]
    return sorted(cidr for cidr in blocks if not cidr.startswith("169.254."))


def _ports(guest: Guest) -> list[int]:
    return [each["spec"]["ports"][0]["port"] for each in guest.objects("services")]


def test_a_failed_update_takes_nothing_and_the_next_one_that_succeeds_does(guest: _Make) -> None:
    made = guest(egress=[{"cidr": "10.1.0.0/16"}], command=["node", "-e", _SERVE])
    made.up()
    made.set(egress=[], service={"port": 8081}, command=["node", "-e", "process.exit(1)"])

    failed = made.up(check=False)

    assert failed.code != 0
    assert _egress(made) == ["10.1.0.0/16"]
    assert _ports(made) == [80]
    assert len(made.objects("networkpolicies")) == 2
    made.set(command=["node", "-e", _SERVE])
    made.up()
    assert _egress(made) == []
    assert _ports(made) == [8081]
    assert len(made.objects("networkpolicies")) == 1
    made.up("--expect-no-changes")


def test_the_first_pods_may_need_their_own_name_as_they_start(guest: _Make) -> None:
    made = guest(command=["node", "-e", _ITSELF])

    made.up()

    (pod,) = made.pods("web")
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
    made.up("--expect-no-changes")


def test_an_application_with_a_port_of_the_nodes_can_be_renamed(guest: _Make) -> None:
    made = guest(service={"type": "NodePort", "nodePort": _PORT})
    made.up()
    made.settings["slipway:name"] = "front"
    made.save_settings()

    made.up()

    (service,) = made.objects("services")
    assert service["metadata"]["name"] == "front"
    assert service["spec"]["ports"][0]["nodePort"] == _PORT
    made.up("--expect-no-changes")


def test_a_port_of_the_nodes_moves_to_another_application_and_back(guest: _Make) -> None:
    made = guest()
    image = made.settings.pop("slipway:image")
    app = made.settings.pop("slipway:app")
    del made.settings["slipway:name"]

    def expose(name: str) -> None:
        own = {"service": {"type": "NodePort", "nodePort": _PORT}}
        made.settings["slipway:apps"] = {
            each: {"image": image, "app": {**app, **(own if each == name else {})}}
            for each in ("web", "api")
        }
        made.save_settings()
        made.up()
        kinds = {each["metadata"]["name"]: each["spec"] for each in made.objects("services")}
        assert kinds[name]["ports"][0]["nodePort"] == _PORT
        (other,) = (spec for each, spec in kinds.items() if each != name)
        assert other["type"] == "ClusterIP"

    expose("web")
    expose("api")
    expose("web")
    made.up("--expect-no-changes")
