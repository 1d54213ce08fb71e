"""An approved plan on a real cluster: it is applied as it is, and nothing else is.

The tests follow each other on one stack. Its folder is a Git repository, as a clone is.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Ran

pytestmark = pytest.mark.live

_CANARY = "canary-4f7d1e90b2"
_OTHER_CANARY = "canary-93ac55d07e"
_IGNORED = ".home\n.kubeconfig\n.slipway\n.venv\n__pycache__\nplan.json\ncomment.md\n"
_REFUSED = 4


@pytest.fixture(scope="module")
def stack(guest: Callable[..., Guest]) -> Guest:
    """A deployed stack with a secret, in a Git repository."""
    made = guest()
    (made.folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    _git(made.folder, "init", "--quiet")
    made.secret("slipway:app.secrets.TOKEN", _CANARY)
    _commit(made, "first")
    made.up()
    return made


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def _commit(stack: Guest, message: str) -> None:
    _git(stack.folder, "add", "--all")
    _git(stack.folder, "commit", "--quiet", "--allow-empty", f"--message={message}")


def _change(stack: Guest, **app: Any) -> None:
    """Change settings in a commit."""
    stack.set(**app)
    _commit(stack, f"set {', '.join(app)}")


def _plan(stack: Guest) -> tuple[str, Ran]:
    """Return the hash of the plan of now, and what `make plan` printed."""
    ran = stack.command("plan", "--plan", "plan.json", "--comment", "comment.md")
    return ran.output.split()[-1], ran


def _up(stack: Guest, approved: str, *more: str, check: bool = False) -> Ran:
    return stack.command("up", "--approved", approved, *more, check=check)


def _versions(stack: Guest) -> dict[str, str]:
    """Return the version of each object in the cluster, which every write changes."""
    kinds = "deployments,services,configmaps,secrets,networkpolicies,poddisruptionbudgets"
    return {
        f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["resourceVersion"]
        for each in stack.objects(kinds)
        if each["kind"] != "Deployment"
    } | {
        each["metadata"]["name"]: str(each["metadata"]["generation"])
        for each in stack.objects("deployments")
    }


def _replicas(stack: Guest) -> int:
    (found,) = stack.objects("deployments")
    return found["spec"]["replicas"]


def _files(stack: Guest) -> str:
    return "".join(
        (stack.folder / name).read_text(encoding="utf-8") for name in ("plan.json", "comment.md")
    )


def test_a_plan_changes_nothing_and_is_the_same_again_and_in_another_clone(
    stack: Guest, tmp_path: Path
) -> None:
    _change(stack, replicas=3, env={"MODE": "new"})
    before, state = _versions(stack), stack.state()

    first, ran = _plan(stack)
    again, _ = _plan(stack)

    assert first == again
    assert (_versions(stack), stack.state()) == (before, state)
    clone = tmp_path / "clone"
    _git(stack.folder, "clone", "--quiet", str(stack.folder), str(clone))
    (clone / ".venv").symlink_to(stack.folder / ".venv")
    words = (sys.executable, "-m", "commands", "plan", "--stack", stack.stack)
    elsewhere = stack.run("env", f"--chdir={clone}", *words)
    assert elsewhere.output.split()[-1] == first
    assert "scales from 2 to 3: adds 1 pod; rolls 3 pods" in ran.output
    assert "fits on the nodes now" in ran.output


def test_an_approved_plan_is_applied(stack: Guest) -> None:
    approved, _ = _plan(stack)

    _up(stack, approved, check=True)

    assert _replicas(stack) == 3
    stack.up("--expect-no-changes")


def test_what_was_applied_is_not_applied_a_second_time(stack: Guest) -> None:
    approved = json.loads((stack.folder / "plan.json").read_text(encoding="utf-8"))["approve"]

    ran = _up(stack, approved, "--plan", "plan.json")

    assert ran.code == _REFUSED
    assert "another update has deployed it since the approval" in ran.output


def test_a_commit_that_was_slipped_in_is_refused_and_nothing_is_written(stack: Guest) -> None:
    _change(stack, replicas=2)
    approved, _ = _plan(stack)
    _change(stack, replicas=4)
    (stack.folder / "components" / "slipped.py").write_text("", encoding="utf-8")
    _commit(stack, "slipped in")
    before, state = _versions(stack), stack.state()

    explained = _up(stack, approved, "--plan", "plan.json")
    unexplained = _up(stack, approved)

    assert (explained.code, unexplained.code) == (_REFUSED, _REFUSED)
    for line in (
        "slipway:app.replicas: 2 was approved, now 4",
        "components/slipped.py: added",
        f"Deployment {stack.name}/web: spec.replicas: 2 was approved, now 4",
    ):
        assert line in explained.output
    assert "the settings: the stack file" in unexplained.output
    assert "the sources: the program" in unexplained.output
    assert (_versions(stack), stack.state()) == (before, state)


def test_an_update_of_another_since_the_approval_is_refused(stack: Guest) -> None:
    approved, _ = _plan(stack)  # from 3 to 4
    _change(stack, replicas=1)
    stack.up()
    _change(stack, replicas=4)  # the same program and settings as were approved
    before = _versions(stack)

    ran = _up(stack, approved, "--plan", "plan.json")

    assert ran.code == _REFUSED
    assert "web-deployment: deployed meanwhile: spec.replicas was 3, is 1" in ran.output
    assert _versions(stack) == before


def test_a_change_by_hand_since_the_approval_is_refused(stack: Guest) -> None:
    approved, _ = _plan(stack)
    stack.kubectl(
        "label", "service/web", f"--namespace={stack.name}", "--overwrite",
        "app.kubernetes.io/managed-by=hand",
    )  # fmt: skip
    before = _versions(stack)

    ran = _up(stack, approved, "--plan", "plan.json")

    assert ran.code == _REFUSED
    assert "changed by hand since: Service" in ran.output
    assert _versions(stack) == before
    again, planned = _plan(stack)
    assert "Changed by hand in the cluster" in planned.output
    _up(stack, again, check=True)
    assert _replicas(stack) == 4


def test_no_secret_is_in_a_comment_a_plan_or_an_output(stack: Guest) -> None:
    _, planned = _plan(stack)
    files = _files(stack)
    approved = json.loads((stack.folder / "plan.json").read_text(encoding="utf-8"))["approve"]
    stack.secret("slipway:app.secrets.TOKEN", _OTHER_CANARY)
    _commit(stack, "another secret")

    refused = _up(stack, approved, "--plan", "plan.json")
    again, replanned = _plan(stack)
    applied = _up(stack, again, check=True)

    assert refused.code == _REFUSED
    assert "secrets.TOKEN" in refused.output
    texts = [files, _files(stack)]
    texts += [ran.output for ran in (planned, refused, replanned, applied)]
    assert [canary for canary in (_CANARY, _OTHER_CANARY) if canary in "".join(texts)] == []
