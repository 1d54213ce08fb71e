"""During an update and after one that failed, each version that runs keeps its traffic."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.app.adjustment import adjusted_parts
from components.app.args import AppArgs
from components.app.manifests import parts
from components.targets.exposure import ExposeArgs, Exposure, exposure

from ..apps import PLACE, at, objects, valid_apps
from .updates import Moment, Objects, Version, passes, pod_labels, traffic, update

_PLACES = st.sampled_from(
    [
        PLACE,
        at(Exposure(url="http://web")),
        at(Exposure("LoadBalancer")),
        at(exposure(ExposeArgs(type="Ingress", host="a.example"))),
        at(exposure(ExposeArgs(type="Gateway", host="a.example", gateway="b"))),
    ]
)
# All have Deployments: another kind of workload is another object, beside the one that serves.
_VERSIONS = st.builds(Version, valid_apps().filter(lambda args: args.kind == "Deployment"), _PLACES)
_SEEDS = st.integers(0, 2**16)
_LEADS_THERE = ("Service", "Ingress", "HTTPRoute", "PodDisruptionBudget")


def _version(**settings: Any) -> Version:
    return Version(AppArgs(**settings), at(Exposure(url="http://web")))


def _require_traffic(moment: Moment) -> None:
    for version in moment.running:
        assert passes(version.traffic, traffic(version.labels, moment.objects))


def _require_address(moment: Moment, old: Version) -> None:
    """What leads to a version stays as it is until the rollout of the next has succeeded."""
    for key, manifest in old.objects.items():
        if moment.may_fail and key[0] in _LEADS_THERE:
            assert moment.objects[key] == manifest


@settings(max_examples=60)
@given(_VERSIONS, _VERSIONS, _SEEDS)
def test_each_version_that_runs_keeps_its_traffic_during_an_update(
    old: Version, new: Version, seed: int
) -> None:
    moments = list(update(old.objects, old, new, seed))

    for moment in moments:
        _require_traffic(moment)
        _require_address(moment, old)


@settings(max_examples=60)
@given(_VERSIONS, _VERSIONS, _VERSIONS, _SEEDS, st.booleans())
def test_what_serves_keeps_its_traffic_after_a_failed_update_and_through_the_next(
    old: Version, failing: Version, other: Version, seed: int, is_return: bool
) -> None:
    moments = [each for each in update(old.objects, old, failing, seed) if each.may_fail]
    left = moments[seed % len(moments)].objects

    _require_traffic(Moment(left, [old], True))
    for moment in update(left, old, old if is_return else other, seed + 1):
        _require_traffic(moment)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"egress": [{"cidr": "10.0.0.0/8"}]}, {}),
        ({"ingress": [{"namespace": "monitoring"}]}, {}),
        ({"calls": ["orders"]}, {}),
        ({"network_policy": False}, {}),
        ({}, {"network_policy": False}),
    ],
)
def test_a_failed_update_leaves_the_pods_that_serve_as_they_were(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    old, new = _version(**before), _version(**after)
    (during,) = (each for each in update(old.objects, old, new, 1) if len(each.running) == 2)

    assert traffic(old.labels, during.objects) != {"ingress": frozenset(), "egress": frozenset()}
    assert passes(old.traffic, traffic(old.labels, during.objects))
    assert passes(new.traffic, traffic(new.labels, during.objects)), "the new pods get ready"


@given(_SEEDS, _SEEDS)
def test_a_caller_whose_update_fails_still_reaches_what_the_new_version_calls_no_longer(
    seed: int, other_seed: int
) -> None:
    """Both applications are updated at once, and the callee is done first."""
    caller, without = _version(calls=["orders"]), _version()
    place = dataclasses.replace(PLACE, name="orders")
    callee = Version(AppArgs(), dataclasses.replace(place, exposure=Exposure("LoadBalancer")))
    inside = Version(AppArgs(expose=False), dataclasses.replace(place, exposure=Exposure(url="u")))
    *_, callee_done, _ = update(callee.objects, callee, inside, other_seed)

    for moment in update(caller.objects, caller, without, seed):
        if moment.may_fail:
            _require_calls(caller, moment.objects, inside, callee_done.objects)


def _require_calls(caller: Version, around: Objects, callee: Version, there: Objects) -> None:
    out = traffic(caller.labels, around)["egress"]
    into = traffic(callee.labels, there)["ingress"]
    assert out is not None
    assert into is not None
    assert any('"app.kubernetes.io/name": "orders"' in rule for rule in out)
    assert any('"calls.slipway.dev/orders": "true"' in rule for rule in into)
    assert caller.labels["calls.slipway.dev/orders"] == "true"


def test_a_migration_has_its_traffic_before_it_starts() -> None:
    old, new = _version(), _version(migration={"command": ["x"]}, egress=[{"cidr": "10.0.0.0/8"}])

    for seed in range(20):
        for moment in update(old.objects, old, new, seed):
            jobs = [each for (kind, _), each in moment.objects.items() if kind == "Job"]
            for job in jobs:
                labels = pod_labels(job)
                assert traffic(labels, moment.objects) == traffic(labels, new.objects)


def test_the_first_pods_find_their_service_which_has_no_address_outside_yet() -> None:
    (main,) = (part for part in parts(AppArgs(), PLACE) if part.key == "deployment")
    service = objects()["Service"]

    assert main.early is not None
    assert main.early["metadata"] == service["metadata"]
    assert main.early["spec"] == {
        "type": "ClusterIP",
        "selector": service["spec"]["selector"],
        "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
    }


def test_a_headless_service_is_headless_from_the_start() -> None:
    args = AppArgs.parse({"service": {"type": "Headless"}}, "App")
    (main,) = (part for part in parts(args, PLACE) if part.key == "deployment")

    assert main.early is not None
    assert main.early["spec"]["clusterIP"] == "None", "it cannot be changed"


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_work_that_ends_has_no_service(kind: str) -> None:
    job = {"schedule": "0 3 * * *"} if kind == "CronJob" else {}
    settings = {"kind": kind, **({"job": job} if job else {})}

    assert not any(part.early for part in parts(AppArgs(**settings), PLACE))


def _policy(egress: str, name: str = "") -> tuple[str, str]:
    """Return the key and the name of a policy that a program has adjusted."""

    def adjust(manifest: dict[str, Any]) -> None:
        if manifest["kind"] == "NetworkPolicy":
            manifest["spec"]["egress"].append({"to": [{"ipBlock": {"cidr": egress}}]})
            manifest["metadata"]["name"] = name or manifest["metadata"]["name"]

    made = adjusted_parts(parts(AppArgs(), PLACE), adjust)
    (part,) = (each for each in made if each.manifest["kind"] == "NetworkPolicy")
    return part.key, part.manifest["metadata"]["name"]


@pytest.mark.parametrize("name", ["", "custom"])
def test_a_policy_that_a_program_adjusts_is_named_by_what_it_has_then(name: str) -> None:
    (key, named), (other_key, other) = _policy("10.0.0.0/8", name), _policy("10.1.0.0/16", name)

    assert (key, named) == _policy("10.0.0.0/8", name)
    assert key != other_key
    assert named != other, "else deleting the previous one would delete the new one"
    assert named.startswith(f"{name or 'web'}-")
    assert key.rpartition("-")[2] == named.rpartition("-")[2]
