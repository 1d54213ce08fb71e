"""Jobs and migrations that fail, and many applications of one image, on a real cluster."""

import json
from collections.abc import Callable

import pytest

from tests.live.guest import Guest
from tests.live.project import Project

pytestmark = pytest.mark.live

_Make = Callable[..., Guest]


_NEEDS = {"envFrom": {"LEVEL": {"configMap": "later", "key": "level"}}}
"""What a pod lacks until the test creates it: the ConfigMap of others."""


def _is_done_by_the_same_up(guest: Guest) -> None:
    """Check that the only Job fails, and succeeds by the same `up` once the reason is gone."""
    failed = guest.up(check=False)
    assert failed.code != 0
    assert "ConfigMap `later`" in failed.output
    assert guest.objects("jobs") == [], "it needs what does not exist yet"

    later = ("create", "configmap", "later", "--from-literal=level=1")
    guest.kubectl(*later, f"--namespace={guest.name}")
    guest.up()

    (job,) = guest.objects("jobs")
    assert job["status"]["succeeded"] == 1
    guest.up("--expect-no-changes")


def test_a_migration_that_failed_for_a_reason_outside_succeeds_by_the_same_up(
    guest: _Make,
) -> None:
    made = guest()
    made.set(migration={"command": ["node", "--version"], "deadlineSeconds": 15}, **_NEEDS)

    _is_done_by_the_same_up(made)

    assert len(made.pods("web")) == 2


def test_a_job_that_failed_for_a_reason_outside_succeeds_by_the_same_up(guest: _Make) -> None:
    settings = {"kind": "Job", "command": ["node", "--version"], "job": {"deadlineSeconds": 15}}
    made = guest(
        apps={"once": {"image": {"context": "app"}, "app": {**settings, **_NEEDS}}},
    )

    _is_done_by_the_same_up(made)


def test_a_failed_migration_on_the_stacks_own_cluster_succeeds_by_the_same_up(
    live: Project,
) -> None:
    """There an explicit option would let the deletion of the failed Job follow its creation."""
    before = live.settings["slipway:app"]
    check = "process.exit(require('fs').existsSync('/etc/later/level') ? 0 : 1)"
    live.settings["slipway:app"] = {
        **before,
        "secretVolumes": {"/etc/later": "later"},
        "migration": {"command": ["node", "-e", check], "deadlineSeconds": 15},
    }
    live.save_settings()
    create = ("create", "secret", "generic", "later", "--from-literal=level=1")
    try:
        failed = live.up(check=False)
        live.kubectl(*create, f"--namespace={live.name}")
        live.up()
        (job,) = live.objects("jobs")
        live.up("--expect-no-changes")
    finally:
        live.settings["slipway:app"] = before
        live.save_settings()
        live.up()
        live.kubectl("delete", "secret", "later", f"--namespace={live.name}", check=False)

    assert failed.code != 0
    assert job["status"]["succeeded"] == 1
    assert live.objects("jobs") == []


def test_many_applications_of_one_image_are_deployed_by_one_up(guest: _Make, live: Project) -> None:
    image = json.loads(live.pulumi("stack", "output", "--json").output)["image"]
    made = guest(apps={"first": {"image": image}})
    app = {"replicas": 1, "expose": False, "drainSeconds": 0, "startupSeconds": 180}
    made.settings["slipway:apps"] = {
        f"web-{number}": {
            "image": image,
            "app": {**app, "namespace": f"{made.name}-{number % 2}"},
        }
        for number in range(20)
    }
    made.save_settings()

    ran = made.up()

    assert "was not tried" not in ran.output
    kinds = [resource["type"] for resource in made.state()["deployment"]["resources"]]
    counts = [sum(kind.endswith(f":{name}") for kind in kinds)
              for name in ("ExistingImage", "ImageUser", "NodePulls", "Deployment")]  # fmt: skip
    assert counts == [1, 1, 2, 20], (
        "what they share is looked up once, and pulled once in each namespace"
    )
    mine = ("get", "pods", "--all-namespaces", "--output=name")
    assert made.kubectl(*mine, f"--selector=slipway.dev/stack={made.name}").count("pod/") == 20
    made.up("--expect-no-changes")
