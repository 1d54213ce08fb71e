"""The pods to which a Service leads at the end of a rollout."""

from typing import Any

import pytest

from components.app.rollout import serving
from components.app.rollout.serving import wait_for_endpoints
from components.k8s.objects import Manifest

from ...doubles.api import ApiDouble
from .manifests import workload

_PATH = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"


def _slice(*uids: str, ready: bool = True) -> Manifest:
    return {
        "endpoints": [
            {"conditions": {"ready": ready}, "targetRef": {"uid": uid}} for uid in uids
        ]
    }  # fmt: skip


class _Clock:
    """A clock that goes on while somebody waits, and the slices at each second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *states: list[Manifest]) -> None:
        self.api = ApiDouble()
        self.seconds = 0.0
        self._states = states
        monkeypatch.setattr(serving.time, "monotonic", lambda: self.seconds)
        monkeypatch.setattr(serving.time, "sleep", self._sleep)
        self._show()

    def _sleep(self, _seconds: float) -> None:
        self.seconds += 1
        self._show()

    def _show(self) -> None:
        self.api.lists[_PATH] = self._states[min(int(self.seconds), len(self._states) - 1)]


@pytest.mark.parametrize(
    ("states", "seconds"),
    [
        ([[_slice("a", "b")]], 0),
        ([[_slice("a")], [_slice("a"), _slice("b")]], 1),
        ([[_slice("a", "b", "old")], [_slice("a", "b"), _slice("old", ready=False)]], 1),
        ([[]], 0),
        ([[_slice("old")]], 10),
    ],
)
def test_it_waits_for_all_new_pods_and_no_old_ones_where_there_is_a_service(
    states: list[list[Manifest]], seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock(monkeypatch, *states)

    wait_for_endpoints(clock.api, workload(), {"a", "b"})

    assert clock.seconds == seconds


def test_where_endpoints_may_not_be_read_it_goes_on() -> None:
    api: Any = ApiDouble()

    wait_for_endpoints(api, workload(), {"a"})

    assert not api.applied
