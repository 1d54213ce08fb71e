"""Bridged resources beyond the recorded situations.

Belongs here: defaults, names, refusals and differences of Container, Volume, Network and
RemoteImage, and what a state of the vendor's keeps.
"""

from typing import Any

import pytest

from standins.docker_plugin.bridged.check import InputChecker
from standins.docker_plugin.bridged.container_schema import CONTAINER
from standins.docker_plugin.bridged.diff import Difference, difference
from standins.docker_plugin.bridged.naming import Naming
from standins.docker_plugin.bridged.plan import planned_create, updated_properties
from standins.docker_plugin.bridged.schema import Schema
from standins.docker_plugin.bridged.small_schemas import REMOTE_IMAGE, VOLUME
from standins.docker_plugin.bridged.state import DELTA, META
from standins.docker_plugin.values import UNKNOWN


def check(
    schema: Schema, news: dict[str, Any], olds: dict[str, Any] | None = None
) -> tuple[dict[str, Any], list[str]]:
    checker = InputChecker(schema, "reg", olds or {}, Naming())
    return checker.check(news), checker.failures


def test_a_container_gets_the_vendors_defaults_and_their_list() -> None:
    inputs, failures = check(CONTAINER, {"image": "x", "ports": [{"internal": 80}]})
    assert failures == []
    name = inputs.pop("name")
    assert name.startswith("reg-") and len(name) == len("reg-") + 7
    assert inputs == {
        "__defaults": [
            "containerReadRefreshTimeoutMilliseconds",
            "mustRun",
            "name",
            "networkMode",
            "removeVolumes",
            "restart",
            "start",
            "waitTimeout",
        ],
        "containerReadRefreshTimeoutMilliseconds": 15000,
        "image": "x",
        "mustRun": True,
        "networkMode": "bridge",
        "ports": [
            {"__defaults": ["ip", "protocol"], "internal": 80, "ip": "0.0.0.0", "protocol": "tcp"}
        ],
        "removeVolumes": True,
        "restart": "no",
        "start": True,
        "waitTimeout": 60,
    }


def test_an_automatic_name_stays_and_the_engines_proposal_is_taken() -> None:
    first, _ = check(CONTAINER, {"image": "x"})
    again, _ = check(CONTAINER, {"image": "x"}, first)
    assert again["name"] == first["name"]
    proposed = InputChecker(CONTAINER, "reg", {}, Naming("team-reg")).check({"image": "x"})
    assert proposed["name"] == "team-reg"


def test_every_problem_is_reported_with_its_place() -> None:
    _, failures = check(
        CONTAINER,
        {
            "imag": "x",
            "restart": "sometimes",
            "ports": [{"internal": "http"}],
            "volumes": [{"containerPath": "/x", "hostPath": "relative"}],
            "gpus": "all",
        },
    )
    text = "\n".join(failures)
    for words in (
        "Invalid or unknown key `imag`. Examine values at 'reg.imag'.",
        "Missing required property `image`",
        "Examine values at 'reg.restart'.",
        "Examine values at 'reg.ports[0].internal'.",
        "Examine values at 'reg.volumes[0].hostPath'.",
        "`gpus` is not served by this stand-in",
    ):
        assert words in text
    assert len(failures) == 6


def test_numbers_and_booleans_written_as_text_are_read() -> None:
    inputs, failures = check(
        CONTAINER, {"image": "x", "mustRun": "true", "ports": [{"internal": "80"}], "envs": [1]}
    )
    assert failures == []
    assert inputs["mustRun"] is True
    assert inputs["ports"][0]["internal"] == 80
    assert inputs["envs"] == ["1"]


def test_unknown_inputs_pass() -> None:
    inputs, failures = check(CONTAINER, {"image": UNKNOWN, "ports": UNKNOWN, "envs": [UNKNOWN]})
    assert failures == []
    assert inputs["ports"] == UNKNOWN


BASE = {
    "image": "x",
    "name": "reg",
    "envs": ["A=1", "B=2"],
    "command": ["a", "b"],
    "ports": [{"internal": 80, "external": 8080, "ip": "0.0.0.0", "protocol": "tcp"}],
    "labels": [{"label": "l", "value": "1"}],
    "volumes": [{"containerPath": "/v", "volumeName": "v"}],
    "networkMode": "bridge",
    "restart": "no",
    "memory": 100,
    "logOpts": {"max-size": "1m"},
}


def container_difference(**changes: Any) -> Difference:
    olds, _ = check(CONTAINER, BASE)
    news = {name: value for name, value in {**BASE, **changes}.items() if value is not None}
    planned = updated_properties(CONTAINER, planned_create(CONTAINER, olds), olds)
    state: dict[str, Any] = {k: None if v == UNKNOWN else v for k, v in planned.items()}
    state |= {"entrypoints": [], "networkDatas": [], "workingDir": "/app", "user": "node"}
    checked, failures = check(CONTAINER, news, olds)
    assert failures == []
    return difference(CONTAINER, state, checked)


@pytest.mark.parametrize(
    ("changes", "detailed"),
    [
        ({}, {}),
        ({"envs": ["B=2", "A=1"]}, {}),
        ({"envs": ["A=1", "B=3"]}, {"envs[1]": "UPDATE_REPLACE"}),
        ({"envs": ["A=1", "B=2", "C=3"]}, {"envs[2]": "ADD_REPLACE"}),
        ({"command": ["a"]}, {"command[1]": "DELETE_REPLACE"}),
        ({"command": ["a", "c"]}, {"command[1]": "UPDATE_REPLACE"}),
        ({"labels": [{"label": "l", "value": "2"}]}, {"labels[0].value": "UPDATE_REPLACE"}),
        ({"ports": []}, {"ports": "DELETE_REPLACE"}),
        ({"ports": [{"internal": 80}]}, {}),
        ({"volumes": [{"containerPath": "/w", "volumeName": "v"}]}, {"volumes": "UPDATE_REPLACE"}),
        ({"image": UNKNOWN}, {"image": "UPDATE_REPLACE"}),
        ({"memory": None}, {"memory": "DELETE"}),
        ({"logOpts": {"max-size": "2m"}}, {"logOpts.max-size": "UPDATE_REPLACE"}),
        ({"user": "", "workingDir": ""}, {}),
        ({"user": "root"}, {"user": "UPDATE_REPLACE"}),
        ({"mustRun": False, "wait": True}, {"mustRun": "UPDATE", "wait": "UPDATE"}),
    ],
)
def test_a_container_changes(changes: dict[str, Any], detailed: dict[str, str]) -> None:
    found = container_difference(**changes)
    assert found.detailed == detailed
    assert found.delete_first is bool(found.replaces), "a container's replacement deletes first"


def volume_difference(olds: dict[str, Any], news: dict[str, Any]) -> Difference:
    checked, _ = check(VOLUME, news)
    state: dict[str, Any] = {
        "name": "v",
        "driver": "local",
        "driverOpts": None,
        "labels": [],
        **olds,
    }
    return difference(VOLUME, state, checked)


def test_every_change_of_a_volume_replaces_it() -> None:
    news = {
        "name": "v",
        "driver": "x",
        "driverOpts": {"a": "b"},
        "labels": [{"label": "l", "value": "1"}],
    }
    found = volume_difference({}, news)
    assert found.replaces == ["driver", "driverOpts", "labels"]
    assert found.delete_first, "two volumes of one given name cannot exist at once"


def test_a_renamed_volume_can_be_created_before_the_old_one_goes() -> None:
    found = volume_difference({}, {"name": "w"})
    assert found.replaces == ["name"]
    assert not found.delete_first


def test_an_unchanged_volume_is_unchanged_before_and_after_a_refresh() -> None:
    assert volume_difference({}, {"name": "v"}).detailed == {}
    assert volume_difference({"driverOpts": {}}, {"name": "v"}).detailed == {}


def test_what_only_says_how_to_delete_an_image_is_updated_in_place() -> None:
    state = {"name": "x", "keepLocally": False, "imageId": "sha256:1"}
    found = difference(REMOTE_IMAGE, state, {"name": "x", "keepLocally": True})
    assert found.detailed == {"keepLocally": "UPDATE"}
    assert found.replaces == []


def test_an_update_keeps_the_vendors_hidden_state() -> None:
    hidden = {META: '{"schema_version":"2","other":1}', DELTA: {"obj": 1}}
    olds = {"name": "reg", "image": "x", **hidden}
    after = updated_properties(CONTAINER, olds, {"name": "reg", "image": "x", "restart": "always"})
    assert {name: after[name] for name in hidden} == hidden
    assert after["restart"] == "always"
