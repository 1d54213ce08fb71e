"""What a workflow may do, which code of others it runs, and how long.

Belongs here: rules for every workflow and job. actionlint and zizmor check their syntax and look
for known weaknesses, in tests/scan.
"""

import re
from pathlib import Path

import pytest

from tests.unit.ci.workflows import FILES, Job, jobs, read

_USES = re.compile(r"^\s*(?:- )?uses: *(.*)$", re.MULTILINE)
_PINNED = re.compile(r"(?P<action>[\w./-]+)@(?P<digest>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")
_LONGEST_MINUTES = 90


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_action_is_pinned_by_a_commit_with_its_version_beside(file: Path) -> None:
    used = _USES.findall(file.read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert _PINNED.fullmatch(action), f"{file.name}: {action}"


def test_an_action_is_used_in_one_version_only() -> None:
    pins: dict[str, set[tuple[str, str]]] = {}
    for file in FILES:
        for pin in _PINNED.finditer(file.read_text(encoding="utf-8")):
            pins.setdefault(pin["action"], set()).add((pin["digest"], pin["version"]))
    assert [action for action, found in pins.items() if len(found) > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_gives_no_permission_and_runs_once_for_a_branch(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    assert "${{ github.ref }}" in workflow["concurrency"]["group"]


@pytest.mark.parametrize("job", jobs(), ids=str)
def test_a_job_may_read_the_repository_and_has_a_time_limit(job: Job) -> None:
    assert job.body["permissions"] == {"contents": "read"}
    assert 0 < job.body["timeout-minutes"] <= _LONGEST_MINUTES


@pytest.mark.parametrize("job", jobs(), ids=str)
def test_no_token_stays_in_the_checkout(job: Job) -> None:
    (checkout,) = [
        each for each in job.steps if each.get("uses", "").startswith("actions/checkout@")
    ]
    assert checkout["with"]["persist-credentials"] is False
