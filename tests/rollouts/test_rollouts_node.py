"""A node that is lost during a rollout, and does not come back, on a real cluster."""

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.live.adjusted import change, program_by_file
from tests.live.guest import Guest
from tests.live.project import Project, Ran, docker_lines
from tests.live.traffic import eventually
from tests.rollouts.troubles import ALL, late, serving

pytestmark = pytest.mark.live

_STARTUP = 60
"""More than the seconds after which a cluster takes a silent node for lost, some 45."""
_RETURN_SECONDS = timedelta(seconds=30)


@pytest.fixture
def node(first_up: tuple[Project, Ran]) -> Iterator[str]:
    """A node on which nothing runs that the cluster needs, which is back at the end."""
    host = first_up[0]
    name = f"{host.name}-worker2"
    yield name
    docker_lines("unpause", name)
    eventually("the node is ready", lambda: _is_ready(host, name))


def test_a_pod_on_a_lost_node_ends_the_rollout_and_the_node_is_named(
    guest: Callable[..., Guest], first_up: tuple[Project, Ran], node: str
) -> None:
    host = first_up[0]
    image = json.loads(host.pulumi("stack", "output", "--json").output)["image"]
    made = guest(program_by_file(), apps={"web": {"image": image}})
    change(made, {"web": {"nodeSelector": {"kubernetes.io/hostname": node}}})
    _save(made, image, "1", command=serving())
    made.up()
    _save(made, image, "2", command=late(600))

    with ThreadPoolExecutor(1) as beside:
        lost = beside.submit(_lose, host, made, node)
        failed = made.up(check=False)
        ended = datetime.now(UTC)
    lost.result()

    assert failed.code != 0
    assert node in failed.output, "the message names the node"
    assert re.search("is lost|does not report|not ready", failed.output), failed.output
    assert ended - _judged_at(made) < _RETURN_SECONDS, "the lost node is not waited for"


def _save(made: Guest, image: str, version: str, **app: Any) -> None:
    own = {
        **ALL,
        "startupSeconds": _STARTUP,
        "nodeUnreachableSeconds": 30,
        "env": {"VERSION": version},
        **app,
    }
    made.settings["slipway:apps"] = {"web": {"image": image, "app": own}}
    made.save_settings()


def _judged_at(made: Guest) -> datetime:
    """The time of the verdict, by the folder with its evidence."""
    (evidence,) = (made.folder / ".slipway" / "rollouts" / made.stack / "web").iterdir()
    return datetime.strptime(evidence.name, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _lose(host: Project, made: Guest, node: str) -> None:
    eventually("the new pod has started", lambda: len(made.pods("web")) > 1)
    time.sleep(2)
    docker_lines("pause", node)
    eventually("the cluster has noticed", lambda: not _is_ready(host, node), seconds=90)


def _is_ready(host: Project, node: str) -> bool:
    form = "--output=jsonpath={.status.conditions[?(@.type=='Ready')].status}"
    return host.kubectl("get", "node", node, form) == "True"
