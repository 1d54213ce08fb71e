"""`make drift` on a real cluster: what it names, what it writes into the stack file, what it sets
back."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.changes.by_hand import make
from tests.changes.drifts import DRIFTS, SECRETS, Drift
from tests.live.guest import Guest
from tests.live.project import Project, Ran

pytestmark = pytest.mark.live

_COMMENT = "# Whoever edits this file by a program keeps this line."
_DIFFERS = 3
_WRITTEN = [drift for drift in DRIFTS if drift.setting]


@dataclass(frozen=True)
class _Story:
    """What the commands said and did, one after the other."""

    guest: Guest
    report: Ran
    restarted: str
    """Generation of the StatefulSet's template that `kubectl rollout restart` asked for."""

    file: Ran
    text: str
    preview: Ran
    steps: list[dict[str, Any]]
    cluster: Ran
    after: Ran
    digest: str


@pytest.fixture(scope="module")
def story(
    first_up: tuple[Project, Ran], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Story]:
    """A stack with an application of each kind, changed by hand in every way of the table."""
    image = {"context": "app"}
    app = {"expose": False, "drainSeconds": 1, "env": {"MODE": "fast"}}
    job = {"schedule": "0 3 1 1 *", "timeZone": "Etc/UTC"}
    cron = {"kind": "CronJob", "command": ["node", "--version"], "job": job}
    host = first_up[0]
    existing = json.loads(host.pulumi("stack", "output", "--json").output)["image"]
    more = {
        "files": {"/etc/motd": "hi"},
        "cpuLimit": "1",
        "service": {"annotations": {"note": "a"}},
    }
    guest = Guest(
        tmp_path_factory.mktemp("drift"),
        host,
        apps={
            "shop": {"image": image, "app": {**app, "replicas": 2, **more}},
            "load": {"image": image, "app": {**app, "replicas": 2, "autoscale": {"max": 3}}},
            "orders": {"image": image, "app": {**app, "kind": "StatefulSet", "replicas": 1}},
            "nightly": {"image": image, "app": cron},
            "report": {"image": {"reference": existing}, "app": cron},
        },
    )
    guest.settings["slipway:target"]["namespaces"] = {"quota": {"pods": "40"}}
    guest.save_settings()
    guest.secret("slipway:apps.shop.app.secrets.TOKEN", SECRETS[0])
    guest.up()
    file = guest.folder / "stacks" / f"Pulumi.{guest.stack}.yaml"
    file.write_text(f"{_COMMENT}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    yield _story(guest)
    guest.remove()


def _story(guest: Guest) -> _Story:
    file = guest.folder / "stacks" / f"Pulumi.{guest.stack}.yaml"
    own = guest.kubectl(
        *("get", "statefulset", "orders", f"--namespace={guest.name}"),
        "--output=jsonpath={.spec.template.spec.containers[0].image}",
    )
    for drift in DRIFTS:
        make(guest, drift.change, IMAGE=own)
    guest.kubectl("rollout", "restart", "statefulset/orders", f"--namespace={guest.name}")
    report = guest.command("drift", check=False)
    written = guest.command("drift", "--fix", "file", check=False)
    text = file.read_text(encoding="utf-8")
    cluster = guest.command("drift", "--fix", "cluster")
    preview = guest.command("preview")
    planned = guest.pulumi("preview", "--json").output
    steps = json.loads(planned[planned.index("{") :])["steps"]
    restarted = guest.kubectl(
        *("get", "statefulset", "orders", f"--namespace={guest.name}"),
        "--output=jsonpath={.spec.template.metadata.annotations}",
    )
    after = guest.command("drift")
    return _Story(
        *(guest, report, restarted, written, text, preview, steps, cluster, after, own),
    )


def test_the_table_has_the_kinds_that_are_promised() -> None:
    assert len([drift for drift in DRIFTS if drift.author and drift.is_timed]) >= 20
    assert len(_WRITTEN) >= 12


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_each_difference_is_named_with_its_manager_and_time(story: _Story, drift: Drift) -> None:
    line = _line(drift, story.report.output)
    if drift.author:
        ago = r" \d+ (s|min) ago" if drift.is_timed else ""
        assert re.search(rf" by {re.escape(drift.author)}{ago}; ", line), line


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_each_difference_is_written_or_has_a_reason(story: _Story, drift: Drift) -> None:
    line = _line(drift, story.file.output)
    if drift.setting:
        wanted = f"; written to Pulumi.{story.guest.stack}.yaml as "
        assert wanted in line, line
        assert f"slipway:{drift.setting}" in line
        value = story.digest if drift.value == "IMAGE" else drift.value
        assert _value(story.text, drift.setting) == value
    else:
        assert "; not written: " in line, line
        assert drift.reason in line


@pytest.mark.parametrize("drift", _WRITTEN, ids=lambda drift: drift.name)
def test_a_preview_has_nothing_to_do_for_what_was_written(story: _Story, drift: Drift) -> None:
    found = [line for line in story.preview.output.splitlines() if _matches(drift, line)]
    assert not found, found


def test_a_preview_leaves_the_rest_of_the_stack_alone(story: _Story) -> None:
    planned = {
        step["urn"].rpartition("::")[2]: sorted(step.get("detailedDiff") or ())
        for step in story.steps
        if step["op"] not in ("same", "refresh")
    }
    # They follow from the number of replicas and from minReadySeconds.
    derived = ["spec.progressDeadlineSeconds", "spec.strategy.rollingUpdate.maxSurge"]
    assert planned.pop("shop-deployment") == derived
    # A reference is looked up again, and its image is not known before.
    assert {name.partition("-")[0] for name in planned} <= {"lock", "report"}, planned


def test_the_stack_file_keeps_its_comments_and_its_secrets(story: _Story) -> None:
    assert story.text.startswith(f"{_COMMENT}\n")
    assert "secure: " in story.text
    outputs = (story.report, story.file, story.preview, story.cluster, story.after)
    for secret in SECRETS:
        assert secret not in story.text
        assert not any(secret in ran.output for ran in outputs)


def test_the_command_ends_with_a_code_of_its_own_while_something_differs(story: _Story) -> None:
    assert [story.report.code, story.file.code] == [_DIFFERS, _DIFFERS]
    assert "not in Pulumi." in story.file.output
    assert [story.cluster.code, story.after.code] == [0, 0]
    assert "the cluster has what the stack" in story.after.output


def test_what_was_not_written_is_set_back_and_what_was_written_stays(story: _Story) -> None:
    left = [drift for drift in DRIFTS if not drift.setting]
    for drift in left:
        _line(drift, story.cluster.output)
    for drift in _WRITTEN:
        assert not [line for line in story.cluster.output.splitlines() if _matches(drift, line)]
    guest = story.guest
    assert (
        json.loads(
            guest.kubectl("get", "deployment/shop", f"--namespace={guest.name}", "--output=json")
        )["spec"]["replicas"]
        == 3
    )


def test_what_controllers_and_restarts_own_is_left_alone(story: _Story) -> None:
    assert "restartedAt" in story.restarted
    for ran in (story.report, story.file, story.cluster):
        assert "restartedAt" not in ran.output
        assert "load: the Deployment's spec.replicas" not in ran.output


def test_a_field_that_was_written_can_be_taken_out_of_the_file_again(story: _Story) -> None:
    guest = story.guest
    guest.pulumi("config", "rm", "--path", "slipway:apps.orders.app.env.MODE")
    guest.up()
    found = guest.kubectl(
        *("get", "statefulset/orders", f"--namespace={guest.name}"),
        "--output=jsonpath={.spec.template.spec.containers[0].env[*].name}",
    )
    assert "MODE" not in found.split()
    guest.pulumi("preview", "--expect-no-changes")


def _line(drift: Drift, output: str) -> str:
    found = [line for line in output.splitlines() if _matches(drift, line)]
    assert len(found) == 1, f"{drift.name}: {found}\n{output}"
    return found[0]


def _matches(drift: Drift, line: str) -> bool:
    pattern = re.escape(drift.change.line.removesuffix("; recreated")).replace(r"\.\*", ".*")
    if drift.change.command[0] == "delete":  # the line does not say which
        name = drift.change.command[1].partition("/")[2].removeprefix("POLICY-")
        pattern = rf"/{name}(-\w+)?: {pattern}"
    return re.search(pattern, line) is not None


def _value(text: str, setting: str) -> Any:
    first, *rest = setting.split(".")
    value: Any = yaml.safe_load(text)["config"][f"slipway:{first}"]
    for step in rest:
        value = value[step]
    return value
