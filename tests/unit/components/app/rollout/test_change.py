"""Writing a version of a workload over the one in the cluster."""

from typing import Any

import pytest

from components.app.rollout import change
from components.app.rollout.change import Writer
from components.k8s.api import ApiError

from ...doubles.api import ApiDouble
from .manifests import MANAGER, live, workload


def test_a_version_is_applied_as_it_is_under_the_stacks_field_manager() -> None:
    api = ApiDouble()

    Writer(api, "credentials").write(workload(), None)

    assert api.applied == [workload()]
    assert api.managers == [MANAGER]


def test_a_version_that_starts_is_marked_until_another_write() -> None:
    api, new = ApiDouble(), workload()

    Writer(api, "credentials").start(new, None)
    Writer(api, "credentials").write(new, None)

    started, written = (each["metadata"]["annotations"] for each in api.applied)
    assert started == {**written, "slipway.dev/unfinished-rollout": "true"}
    assert api.managers == [MANAGER, MANAGER], "so that the second write removes the mark"
    assert new == workload(), "the caller's manifest stays"


def test_immutable_fields_that_another_hook_changed_are_those_of_the_cluster() -> None:
    new = workload(kind="StatefulSet", serviceName="of-the-state", volumeClaimTemplates=[])
    there = live(workload(kind="StatefulSet", serviceName="web-pods", volumeClaimTemplates=["v"]))
    api = ApiDouble(there)

    Writer(api, "credentials").write(new, there)

    spec = api.applied[0]["spec"]
    assert (spec["serviceName"], spec["volumeClaimTemplates"]) == ("web-pods", ["v"])
    assert new["spec"]["serviceName"] == "of-the-state", "the caller's manifest stays"


@pytest.mark.parametrize(("own", "expected"), [({}, False), ({"paused": True}, True)])
def test_a_rollout_that_was_paused_by_hand_goes_on(own: dict[str, Any], expected: bool) -> None:
    there = live(workload(paused=True))
    api = ApiDouble(there)

    Writer(api, "credentials").write(workload(**own), there)

    assert api.applied[0]["spec"]["paused"] is expected


class _Change:
    """Takes back what another manager wrote, if it has written anything."""

    found = True

    def __init__(self, *_given: object) -> None:
        pass

    def take_back(self, _error: str) -> bool:
        return type(self).found


@pytest.mark.parametrize("is_by_hand", [True, False])
def test_a_field_of_another_manager_that_excludes_one_of_the_version_is_taken_back(
    is_by_hand: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, errors = live(workload()), [ApiError(422, "Invalid", "web is invalid: env")]
    api = ApiDouble(there)
    api.refuse = lambda _manifest: errors.pop() if errors else None
    monkeypatch.setattr(change, "Change", _Change)
    monkeypatch.setattr(_Change, "found", is_by_hand)

    if is_by_hand:
        Writer(api, "credentials").write(workload("web@sha256:2"), there)
        assert api.applied == [workload("web@sha256:2")]
    else:
        with pytest.raises(ApiError, match="is invalid"):
            Writer(api, "credentials").write(workload("web@sha256:2"), there)
