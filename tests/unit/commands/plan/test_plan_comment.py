"""Belongs here: a plan in Markdown: what is apart, what is marked, and what is never shown."""

from typing import Any

from commands.plan.comment import Comment
from commands.plan.differences import UNKNOWN
from commands.plan.steps import resources
from tests.unit.commands.plan.previews import DEPLOYMENT, deployment, manifest, preview, step

_HASH = "a" * 64
_CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
_SERVICE = "kubernetes:core/v1:Service"
_FACT = "pulumi-python:dynamic/slipway:LockFile"


def _comment(*steps: Any, **more: Any) -> str:
    return str(Comment("kind", _HASH, resources(preview(*steps)), **more))


def _section(text: str, title: str) -> str:
    return text.partition(f"#### {title}")[2].partition("####")[0]


def _all() -> str:
    return _comment(
        step("same", _SERVICE, "s", manifest("Service"), manifest("Service")),
        step("update", DEPLOYMENT, "d", deployment(3, "a"), deployment(4, "b")),
        step("replace", _CLAIM, "data", manifest("PersistentVolumeClaim"), manifest("Claim", "x")),
        step("delete", _SERVICE, "old", manifest("Service", "old")),
        step("create", _SERVICE, "new", after=manifest("Service", "new")),
        step("update", _FACT, "lock-file", {"a": 1}, {"a": 2}),
    )


def test_each_operation_has_a_section_of_its_own_the_worst_first() -> None:
    text = _all()
    assert [line for line in text.splitlines() if line.startswith("####")] == [
        "#### Replaced: deleted and created again",
        "#### Deleted",
        "#### Changed",
        "#### Created",
    ]
    assert "`shop/old`" in _section(text, "Deleted")
    assert "`shop/new`" in _section(text, "Created")
    assert "1 to create, 2 to change, 1 to replace, 1 to delete; 1 unchanged." in text


def test_what_holds_data_is_marked_and_named_first() -> None:
    text = _all()
    assert "**Data may be lost**: PersistentVolumeClaim `shop/x`" in text
    assert "⚠ holds data" in _section(text, "Replaced")
    assert "⚠" not in _section(text, "Changed")


def test_data_of_a_retained_object_is_not_said_to_be_lost() -> None:
    claim = manifest("PersistentVolumeClaim")
    assert "may be lost" not in _comment(step("delete", _CLAIM, "c", claim, retainOnDelete=True))


def test_a_change_shows_fields_before_and_after_with_the_effect() -> None:
    text = _section(_all(), "Changed")
    assert "- **Deployment** `shop/web`: scales from 3 to 4: adds 1 pod; rolls 4 pods" in text
    assert "  - `spec.replicas`: `3` → `4`" in text
    assert "  - `spec.template.spec.containers[web].image`: `a` → `b`" in text


def test_bookkeeping_of_the_stack_is_named_without_fields() -> None:
    text = _section(_all(), "Changed")
    assert "- of the stack itself: `LockFile lock-file`" in text
    assert "`a`: `1`" not in text


def test_fields_that_only_the_update_knows_are_named_together() -> None:
    text = _comment(step("update", DEPLOYMENT, "d", deployment(3, "a"), deployment(3, UNKNOWN)))
    assert "known after the build, or another step of the update: `spec.template" in text
    assert UNKNOWN not in text


def test_a_digest_is_short() -> None:
    image = f"registry.example/web@sha256:{'0123456789ab' + 'f' * 52}"
    text = _comment(step("update", DEPLOYMENT, "d", deployment(3, "a"), deployment(3, image)))
    assert "`registry.example/web@sha256:0123456789ab…`" in text


def test_whether_pods_fit_stands_with_the_workload() -> None:
    before, after = deployment(3), deployment(4)
    found = resources(preview(step("update", DEPLOYMENT, "d", before, after)))
    text = str(Comment("kind", _HASH, found, rooms={found[0].urn: "fits on the nodes now"}))
    assert "adds 1 pod; fits on the nodes now\n" in text


def test_nothing_of_a_setting_is_formatted() -> None:
    before, after = deployment(1, "a"), deployment(1, "x` @team <!-- <b>\n# title")
    text = _comment(step("update", DEPLOYMENT, "d", before, after))
    assert "`x' @team <! -- <b> # title`" in text


def test_no_change_is_a_sentence() -> None:
    assert "No change; 0 unchanged." in _comment()


def test_changes_by_hand_and_messages_are_shown() -> None:
    text = _comment(by_hand=["shop/web: changed"], messages=["the image is rebuilt"])
    assert "#### Changed by hand in the cluster\n\n- `shop/web: changed`" in text
    assert "- `the image is rebuilt`" in text
    assert "are not known" in _comment(by_hand=None)


def test_the_first_line_marks_the_comment_and_the_last_one_applies_it() -> None:
    lines = _comment().strip().splitlines()
    assert lines[0] == "<!-- slipway plan of kind -->"
    assert lines[-2] == f"make up STACK=kind APPROVED={_HASH}"


def test_a_long_comment_is_cut_and_keeps_its_hash() -> None:
    steps = [
        step("create", _SERVICE, f"s{number}", after=manifest("Service", f"s{number}"))
        for number in range(5000)
    ]
    text = _comment(*steps)
    assert len(text) < 65_000
    assert "the plan file has the rest" in text and _HASH in text


def test_many_fields_are_counted() -> None:
    before = {str(number): 0 for number in range(30)}
    text = _comment(step("update", _SERVICE, "s", before, {str(number): 1 for number in range(30)}))
    assert "and 10 more fields" in text
