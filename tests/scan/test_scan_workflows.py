"""What the field's scanners say about the workflows of GitHub Actions: nothing.

Run by `make test-scan`, which hands over where the scanners are. What needs none of them is in
tests/unit/ci.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.components.plan import REPOSITORY

_RECIPES = REPOSITORY / "examples" / "ci" / "github"
_WORKFLOWS = sorted(
    [*(REPOSITORY / ".github" / "workflows").glob("*.yml"), *_RECIPES.glob("*.yml")]
)
_WRONG = """\
on: pull_request_target
jobs:
  test:
    runs-on: ubuntu-24.4
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
      - run: echo "${{ matrix.python }}"
"""


def _actionlint(*workflows: Path) -> set[str]:
    """Return syntax, schema, expressions and names of runners that are wrong."""
    done = subprocess.run(
        # Without the linters of other languages, which would be those of the machine.
        [os.environ["ACTIONLINT"], "-shellcheck=", "-pyflakes=", "-format={{json .}}", *workflows],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {f"{each['filepath']}: {each['message']}" for each in json.loads(done.stdout)}


def _zizmor(*workflows: Path) -> set[str]:
    """Return what would let a stranger in, or out with a token."""
    done = subprocess.run(
        [os.environ["ZIZMOR"], "--offline", "--no-config", "--persona=auditor", "--format=json",
         "--strict-collection", "--no-exit-codes", *workflows],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {f"{each['ident']}: {each['desc']}" for each in json.loads(done.stdout)}


def test_there_are_workflows_to_scan() -> None:
    assert _WORKFLOWS


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    assert _actionlint(*_WORKFLOWS) == set()


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    assert _zizmor(*_WORKFLOWS) == set()


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A workflow with an unknown runner and matrix, a moving tag and a title that is run."""
    workflow = tmp_path / ".github" / "workflows" / "wrong.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(_WRONG, encoding="utf-8")
    return workflow


def test_actionlint_does_find_what_is_wrong(wrong: Path) -> None:
    found = "\n".join(_actionlint(wrong))
    for fault in ("ubuntu-24.4", '"python" is not defined', "github.event.pull_request.title"):
        assert fault in found


def test_zizmor_does_find_what_is_wrong(wrong: Path) -> None:
    found = {each.partition(":")[0] for each in _zizmor(wrong)}
    assert found >= {"dangerous-triggers", "unpinned-uses", "template-injection", "artipacked"}
