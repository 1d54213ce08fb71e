"""What the comparison of failures takes for a message, and for the name of a cause."""

from pathlib import Path
from typing import Any

import pytest

from bench.failures.causes import CAUSES, Cause
from bench.failures.objects import Version
from bench.failures.outcome import Outcome, Snapshot, first_line, kept
from bench.failures.page import write_page
from tests.live.project import Ran
from tests.rollouts.troubles import CASES
from tests.unit.docs.pages import ROOT

_SLIPWAY = """Updating (one):
@ updating....
Diagnostics:
  pulumi:pulumi:Stack (web-one):
    error: update failed

  kubernetes:apps/v1:Deployment (web-deployment):
    error: before hook "web-rollout" failed: web: container web ended with exit code 3 at once
      why: The program ended.

Duration: 9s
"""
_PULUMI = """Diagnostics:
  pulumi:pulumi:Stack (failures-one):
    error: update failed

  kubernetes:apps/v1:Deployment (web):
    error: 2 errors occurred:
    \t* the Kubernetes API server reported that "one/web" is not live: timed out
    \t* Minimum number of live Pods was not attained
    Error: no licence
"""
_HELM = """history.go:56: getting history for release web
Error: UPGRADE FAILED: release web failed, and has been rolled back due to atomic being set
"""
_REFUSED = """
Diagnostics:
  pulumi-python:dynamic/slipway:ExistingImage (web-existing):
    error: slipway:ExistingImage resource 'web-existing': property image value \
{localhost:1/absent/web:1} has a problem: the image localhost:1/absent/web:1: image not found in \
the registry
"""
_KUBECTL = """deployment.apps/web configured
Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated...
error: timed out waiting for the condition
"""


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (_SLIPWAY, "web: container web ended with exit code 3 at once"),
        (
            f"\n{_PULUMI}",
            'the Kubernetes API server reported that "one/web" is not live: timed out',
        ),
        (
            _HELM,
            "UPGRADE FAILED: release web failed, and has been rolled back due to atomic being set",
        ),
        (_REFUSED, "the image localhost:1/absent/web:1: image not found in the registry"),
        (_KUBECTL, "timed out waiting for the condition"),
        ("deployment.apps/web unchanged\n", "deployment.apps/web unchanged"),
        ("", "nothing"),
    ],
)
def test_the_first_line_is_that_of_the_message(output: str, line: str) -> None:
    assert first_line(output) == line


def test_each_case_of_the_tests_is_a_cause() -> None:
    assert CAUSES.keys() == CASES.keys()


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.name)
def test_a_tool_that_only_waited_in_vain_names_no_cause(cause: Cause) -> None:
    for output in (_PULUMI, _HELM, _KUBECTL):
        assert not cause.is_named(output)
    assert not cause.is_named("context deadline exceeded; resource Deployment/one/web not ready")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exit-code", 'Container "web" terminated at 10:00 (Error: exit code 3)'),
        ("no-secret", 'CreateContainerConfigError: secret "nobody-made-it" not found'),
        ("no-secret", "web: the Secret `nobody-made-it` does not exist in the namespace one"),
        ("server-error", "Startup probe failed: HTTP probe failed with statuscode: 500"),
        (
            "silent",
            'Readiness probe failed: Get "http://10.1.2.3:8080/": context deadline exceeded',
        ),
        ("image-missing", "localhost:5001/absent/web:1: not found"),
        ("image-forbidden", "pull access denied for private/web: authorization failed"),
        ("small-quota", 'pods "web" is forbidden: exceeded quota: small'),
    ],
)
def test_words_of_kubernetes_and_of_slipway_name_a_cause(name: str, words: str) -> None:
    assert CAUSES[name].is_named(words)


def test_the_others_get_the_pods_of_a_case_with_its_image_and_its_volumes() -> None:
    healthy, missing = (
        Version.of(case, "registry/web@sha256:1", "elsewhere").objects("one", 10001)
        for case in (None, CASES["image-missing"])
    )
    mounted = Version.of(CASES["no-driver"], "registry/web@sha256:1", "").objects("one", 10001)

    assert _container(healthy)["image"] == "registry/web@sha256:1"
    assert _container(missing)["image"] == "elsewhere/absent/web:1"
    assert {"name": "disk", "mountPath": "/mnt/disk"} in _container(mounted)["volumeMounts"]
    annotated = [each for each in healthy if "annotations" in each["metadata"]]
    assert annotated == [], "they are for Slipway"


def _container(objects: list[dict[str, Any]]) -> dict[str, Any]:
    (deployment,) = [each for each in objects if each["kind"] == "Deployment"]
    return deployment["spec"]["template"]["spec"]["containers"][0]


def _outcome(tool: str, seconds: float, output: str, code: int = 255) -> Outcome:
    seen = Snapshot("good", 1, 1), Snapshot("good", 1 + 2 * (tool != "Slipway"), 1)
    return Outcome.of("exit-code", tool, int(seconds), Ran(code, output, seconds), seen)


def test_an_outcome_that_is_kept_is_the_same_afterwards(tmp_path: Path) -> None:
    outcomes = [_outcome("Slipway", seconds, _SLIPWAY) for seconds in (1.0, 2.0)]
    for each in outcomes:
        each.keep(tmp_path)

    assert kept(tmp_path) == outcomes


def test_the_page_has_medians_and_what_was_not_named(tmp_path: Path) -> None:
    committed = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
    page = tmp_path / "failures.md"
    page.write_text(committed, encoding="utf-8")
    outcomes = [
        *(_outcome("Slipway", seconds, _SLIPWAY) for seconds in (9.0, 7.0, 8.0)),
        _outcome("pulumi-kubernetes", 61, f"\n{_PULUMI}"),
        _outcome("helm", 60, _HELM),
        _outcome("kubectl", 3, "rolled out", code=0),
    ]

    write_page(tmp_path, outcomes)

    text = page.read_text(encoding="utf-8")
    assert "| Slipway | 3 of 3 | 8.0 s | 9.0 s | 3 of 3 |" in text
    assert "| helm | 0 of 1 | 60.0 s | 60.0 s | 1 of 1 |" in text
    assert (
        "| 8.0 s | 61.0 s, not named | 60.0 s, not named | 3.0 s, reported as a success |" in text
    )
    assert "wrote nothing for 1 of 1 causes" in text


def test_names_that_differ_in_each_run_are_left_out_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "failures.md"
    page.write_text(
        "<!-- written by make bench-failures -->\n"
        "<!-- end of what make bench-failures writes -->\n",
        encoding="utf-8",
    )
    error = (
        'error: before hook "web-deployment-rollout" failed: web: container web of pod '
        "web-5f56674778-4d7cd on slipway-live-c06d16-worker ended, as localhost:21592/web:1 does"
    )
    outcomes = [_outcome(tool, 1, error) for tool in ("Slipway", "pulumi-kubernetes", "helm")]
    write_page(tmp_path, [*outcomes, _outcome("kubectl", 1, error)])
    line = "web: container web of pod web-… on worker ended, as registry/web:1 does"
    assert f"| `{line}` |" in page.read_text(encoding="utf-8")
