"""Belongs here: events of both APIs, and which of them tell the most."""

from components.diagnosis.events import event, newest, telling
from components.k8s.objects import Manifest

_CORE: Manifest = {
    "metadata": {"name": "a", "uid": "1"},
    "involvedObject": {"kind": "Pod", "uid": "p", "fieldPath": "spec.initContainers{wait}"},
    "reason": "BackOff",
    "message": "Back-off",
    "type": "Warning",
    "lastTimestamp": "2026-11-30T12:00:05Z",
    "count": 4,
}
_SERIES: Manifest = {
    "metadata": {"name": "b", "uid": "2"},
    "regarding": {"kind": "Pod", "uid": "p"},
    "reason": "FailedScheduling",
    "note": "0/1 nodes",
    "type": "Warning",
    "eventTime": "2026-11-30T12:00:00.000001Z",
    "series": {"count": 7, "lastObservedTime": "2026-11-30T12:00:09.000001Z"},
}


def test_an_event_of_the_core_api_names_its_container() -> None:
    assert event(_CORE).container == "wait"
    assert event(_CORE).line == "BackOff (4 times): Back-off"


def test_an_event_of_the_newer_api_has_the_time_and_count_of_its_series() -> None:
    assert event(_SERIES).line == "FailedScheduling (7 times): 0/1 nodes"
    assert newest([event(_SERIES), event(_CORE)], "BackOff", "FailedScheduling") == event(_SERIES)


def test_warnings_are_shown_once_each_and_the_newest_last() -> None:
    normal = {**_CORE, "type": "Normal", "message": "Started"}
    lines = telling([event(each) for each in (_SERIES, _CORE, _CORE, normal)])
    assert lines == ("BackOff (4 times): Back-off", "FailedScheduling (7 times): 0/1 nodes")
