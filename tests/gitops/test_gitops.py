"""A controller applies a stack from Git, and `make wait` follows it: to its end, and back.

The tests follow each other on one stack.
"""

import json

import pytest
import yaml

from tests.gitops.delivered import Delivered, git
from tests.live.traffic import eventually

pytestmark = pytest.mark.live

_HEALTHY = "objects are as in commit"


def _replicas(shop: Delivered) -> int:
    (found,) = shop.stack.objects("deployments")
    return found["spec"]["replicas"]


def test_what_a_controller_delivers_is_not_updated_by_pulumi(shop: Delivered) -> None:
    plain = shop.stack.up(check=False)
    made = shop.stack.command("up", check=False)

    for ran in (plain, made):
        assert ran.code != 0
        assert "deliver: gitops" in ran.output
        assert f"make wait STACK={shop.stack.stack}" in ran.output
    assert shop.stack.kubectl("get", "namespace", shop.stack.name, check=False).count("NotFound")


def test_nothing_is_waited_for_that_is_not_committed(shop: Delivered) -> None:
    shop.render()

    ran = shop.wait(check=False)

    assert ran.code == 1
    assert "has changes that are not committed" in ran.output


def test_a_commit_that_is_not_pushed_is_not_applied_in_time(shop: Delivered) -> None:
    commit = shop.commit("first")

    ran = shop.wait("--seconds", "3", check=False)

    assert ran.code == 1
    assert f"is not as in commit {commit[:9]} in time" in ran.output
    assert "git push" in ran.output


def test_a_commit_is_applied_and_serves(shop: Delivered) -> None:
    shop.push()

    ran = shop.wait()

    assert _HEALTHY in ran.output
    assert shop.answer()
    assert len(shop.stack.pods("web")) == 2


def test_commands_that_look_work_without_a_state(shop: Delivered) -> None:
    assert "nothing is wrong" in shop.stack.command("why").output
    assert "complete: 2 of 2 replicas ready" in shop.stack.command("status").output


def test_another_version_is_followed_to_its_end(shop: Delivered) -> None:
    commit = shop.deliver(replicas=3, env={"MODE": "second"})

    ran = shop.wait()

    assert commit[:9] in ran.output
    pods = shop.stack.pods("web")
    modes = [
        each["value"]
        for pod in pods
        for each in pod["spec"]["containers"][0]["env"]
        if each["name"] == "MODE"
    ]
    assert modes == 3 * ["second"]


def test_a_broken_version_is_explained_and_a_pushed_revert_is_healthy_again(
    shop: Delivered,
) -> None:
    broken = shop.deliver(command=["node", "missing.js"])

    ran = shop.wait(check=False)

    assert ran.code == 1
    assert "missing.js" in ran.output
    assert f"the branch revert-{broken[:9]} takes it back" in ran.output
    assert shop.answer()  # the version before serves
    assert git(shop.clone, "rev-parse", "HEAD") == broken
    assert "a rollout of web failed" in shop.stack.command("why").output

    shop.push(f"revert-{broken[:9]}")
    git(shop.clone, "pull", "--quiet", "--ff-only", "origin", "main")
    assert _HEALTHY in shop.wait().output
    shop.unset("command")


def test_what_the_api_server_refuses_is_reported_in_the_words_of_the_controller(
    shop: Delivered,
) -> None:
    (service,) = shop.folder.rglob("service-web.yaml")
    head, _, text = service.read_text().partition("\n")
    manifest = yaml.safe_load(text)
    manifest["spec"]["ports"][0]["port"] = 70000
    service.write_text(f"{head}\n{json.dumps(manifest)}\n")
    refused = shop.commit("a port that is none")
    shop.push()

    ran = shop.wait(check=False)

    assert ran.code == 1
    assert shop.controller.name in ran.output
    assert "70000" in ran.output
    shop.push(f"revert-{refused[:9]}")
    git(shop.clone, "pull", "--quiet", "--ff-only", "origin", "main")
    assert _HEALTHY in shop.wait().output


def test_a_change_by_hand_is_set_back_by_the_controller(shop: Delivered) -> None:
    namespace = f"--namespace={shop.stack.name}"
    shop.stack.kubectl("scale", "deployment/web", namespace, "--replicas=1")

    eventually("it is set back", lambda: _replicas(shop) == 3, seconds=60)
    assert _HEALTHY in shop.wait().output


def test_a_repository_that_cannot_be_reached_is_named(shop: Delivered) -> None:
    named = shop.controller.lose(shop.stack.name, shop.url)
    shop.deliver(replicas=2)

    ran = shop.wait(check=False)

    assert ran.code == 1
    assert "does not get at the repository" in ran.output
    assert named in ran.output
