"""How the dynamic providers get into a state and out of it again."""

import base64
import json
import logging
import pickle
import pickletools
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import serialize_provider
from pydantic import ValidationError

import slipway
from components import dynamic
from components.dynamic import DynamicProvider, find_provider, without
from components.kind.cluster import KindClusterProvider
from components.machine.runner import LocalError
from tests.unit.components.plan import REPOSITORY

_RECORDED: dict[str, str] = json.loads(
    (Path(__file__).parent / "recorded_providers.json").read_text()
)
"""What states hold: the provider of each resource as it was pickled when it was first released."""


def _kinds() -> list[type[DynamicProvider[Any]]]:
    """All of them: importing the package has defined them."""
    assert slipway.Target
    return [
        each
        for each in DynamicProvider.__subclasses__()
        if each.__module__.startswith("components.")
    ]


def _pickled(resource: str) -> bytes:
    return base64.b64decode(serialize_provider(find_provider(resource)))


def test_every_provider_has_a_recorded_pickle() -> None:
    names = {kind.__name__.removesuffix("Provider") for kind in _kinds()}
    assert names == set(_RECORDED)


@pytest.mark.parametrize("resource", sorted(_RECORDED))
def test_a_provider_that_a_state_holds_is_found_wherever_its_code_moves(resource: str) -> None:
    found = pickle.loads(base64.b64decode(_RECORDED[resource]))
    assert type(found).__name__ == f"{resource}Provider"


@pytest.mark.parametrize("resource", sorted(_RECORDED))
def test_a_provider_in_the_state_is_a_call_with_the_name_of_the_resource(resource: str) -> None:
    texts = [value for _, value, _ in pickletools.genops(_pickled(resource)) if value]
    assert len(_pickled(resource)) < 200
    assert _pickled(resource) == _pickled(resource)
    words = [text for text in texts if isinstance(text, str)]
    assert words == ["slipway", "find_provider", resource], "no module path, no path of a checkout"


def test_a_resource_that_this_version_does_not_have_is_one_sentence() -> None:
    with pytest.raises(LocalError, match=r"has a resource Moved, which this version .* next: "):
        find_provider("Moved")


def test_a_state_made_in_a_checkout_can_be_used_with_the_installed_package(tmp_path: Path) -> None:
    shutil.copytree(
        REPOSITORY / "components", tmp_path / "slipway", ignore=shutil.ignore_patterns("*.pyc")
    )
    program = (
        "import pickle, sys\n"
        "provider = pickle.loads(sys.stdin.buffer.read())\n"
        "print(type(provider).__module__, type(provider).__name__)\n"
    )

    found = subprocess.run(
        [sys.executable, "-c", program],
        input=_pickled("KindCluster"),
        capture_output=True,
        cwd=tmp_path,
        check=True,
    )

    module = KindClusterProvider.__module__.replace("components.", "slipway.")
    assert found.stdout.decode().split() == [module, "KindClusterProvider"]


def test_in_a_checkout_both_names_are_one_package() -> None:
    program = "import slipway, components; print(slipway.App is components.App)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert ran.stdout.strip() == "True"


class Inputs(dynamic.Inputs):
    host_port: int
    password: str = ""
    made: str = ""
    zone_name: str | None


def test_an_input_that_is_none_is_missing_among_the_properties() -> None:
    assert Inputs.parse({"hostPort": 1.0}).zone_name is None
    with pytest.raises(ValidationError, match="hostPort"):
        Inputs.parse({})


class ThingProvider(DynamicProvider[Inputs]):
    """Makes nothing, and tells what it was asked to."""

    inputs = Inputs
    outputs = frozenset({"made"})
    secret_inputs = frozenset({"password"})
    current = True

    def identify(self, news: Inputs) -> str:
        return f"thing-{news.host_port}"

    def ensure(self, news: Inputs, olds: Inputs | None) -> dict[str, Any]:
        return {"made": f"{olds.host_port if olds else None} -> {news.host_port} {news.password}"}

    def is_current(self, news: Inputs, olds: Inputs) -> bool:
        return self.current


def test_a_provider_gets_its_inputs_as_an_object_with_whole_numbers() -> None:
    made = ThingProvider().create({"hostPort": 8080.0, "password": "x", "__provider": "p"})

    assert made.id == "thing-8080"
    assert made.outs == {"hostPort": 8080.0, "made": "None -> 8080 x"}, "without what is secret"


def test_an_update_gets_what_was_before() -> None:
    outs = ThingProvider().update("", {"hostPort": 1.0}, {"hostPort": 2.0, "password": "y"}).outs
    assert outs == {"hostPort": 2.0, "made": "1 -> 2 y"}


def test_outputs_and_secrets_are_no_change_and_what_drifted_is_one() -> None:
    provider = ThingProvider()
    olds = {"hostPort": 1.0, "made": "before", "__provider": "p"}
    news = {"hostPort": 1.0, "password": "new", "__provider": "q"}
    assert not provider.diff("", olds, news).changes
    assert provider.diff("", olds, {**news, "hostPort": 2.0}).changes
    provider.current = False
    assert provider.diff("", olds, news).changes


def test_what_a_preview_does_not_know_passes_the_parsing() -> None:
    unknown = pulumi.runtime.rpc.UNKNOWN
    value = pulumi.runtime.rpc.deserialize_property(unknown, True)
    parsed = Inputs.parse({"hostPort": value})
    assert pulumi.contains_unknowns(parsed.host_port)


def test_a_state_of_an_earlier_version_is_refused_with_the_command_that_upgrades_it() -> None:
    before = base64.b64encode(pickle.dumps(len)).decode()
    now = serialize_provider(find_provider("HashKey"))
    props = {"hostPort": 1.0}
    (failure,) = ThingProvider().check({**props, "__provider": before}, props).failures
    assert "`make up` upgrades the state" in failure.reason
    assert ThingProvider().check({**props, "__provider": now}, props).failures == []


def test_what_the_sdk_keeps_among_the_properties_is_left_out() -> None:
    assert without({"a": 1, "b": 2, "__provider": "x", "__defaults": []}, "b") == {"a": 1}


@pytest.mark.parametrize(("error", "shown"), [(LocalError, False), (KeyError, True)])
def test_only_errors_that_are_no_message_yet_keep_their_traceback(
    error: type[Exception], shown: bool
) -> None:
    told = (error, error("why"), None)
    ThingProvider().configure(ConfigureRequest(Config({}, "project")))
    record = logging.LogRecord("grpc._server", logging.ERROR, "", 1, "failed", (), told)

    assert bool(logging.getLogger("grpc._server").filter(record)) is shown
