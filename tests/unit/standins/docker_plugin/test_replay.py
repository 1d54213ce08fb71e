"""The stand-in against the vendor's plugin: the same question gets the same answer.

Belongs here: recorded pairs that need no engine, compared whole. What differs on purpose is in
a test of its own that says why.
"""

from pathlib import Path
from typing import Any

import pytest

from standins.docker_plugin.bridged.inputs_read import inputs_after_read
from standins.docker_plugin.bridged.service import BridgedService, services
from standins.docker_plugin.bridged.state import DELTA, META, with_hidden
from standins.docker_plugin.docker_client import DockerClient
from standins.docker_plugin.provider import DockerProvider
from tests.unit.standins.docker_plugin.recordings import (
    Recorded,
    Refused,
    SilentLog,
    answer,
    select,
)

BRIDGED = ("Container", "Network", "RemoteImage")
BUILT_IN_PREVIEW = {"bop_prev", "bop_fail"}


class EngineThatAgrees:
    """Takes the place of docker-py where only the plugin's own bookkeeping is in question."""

    def update_container(self, id: str, **changes: Any) -> None: ...


class NoEngine(DockerClient):
    """Fails the test that needs an engine."""

    def __init__(self, api: Any = None) -> None:
        super().__init__("unix:///nowhere")
        self._given = api

    @property
    def api(self) -> Any:
        assert self._given is not None, "this call must not reach the engine"
        return self._given


def provider(api: Any = None) -> DockerProvider:
    made = DockerProvider(SilentLog())
    made._engine = NoEngine(api)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return made


def service(pair: Recorded) -> BridgedService:
    return services()[pair.request["urn"].split("::")[2]]


@pytest.mark.parametrize("pair", select("GetPluginInfo") + select("CheckConfig"), ids=str)
def test_the_handshake_is_the_same(pair: Recorded) -> None:
    assert answer(provider(), pair.method, pair.request) == pair.response


@pytest.mark.parametrize("pair", select("DiffConfig") + select("Cancel"), ids=str)
def test_unchanged_settings_and_cancel_have_empty_answers(pair: Recorded) -> None:
    assert answer(provider(), pair.method, pair.request) == pair.response == {}


@pytest.mark.parametrize("pair", select("Handshake"), ids=str)
def test_handshake_is_left_unimplemented(pair: Recorded) -> None:
    with pytest.raises(Refused, match="Handshake not implemented"):
        answer(provider(), "Handshake", {})
    assert pair.error is not None and "Handshake not implemented" in pair.error


@pytest.mark.parametrize("pair", select("Configure"), ids=str)
def test_configure_promises_the_same(pair: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(host: str | None) -> str:
        return "unix:///x"

    monkeypatch.setattr("standins.docker_plugin.configuration.find_engine", found)
    assert answer(provider(), "Configure", pair.request) == pair.response, (
        "the answer must not accept secrets: they would arrive wrapped"
    )


@pytest.mark.parametrize("pair", select("Check", *BRIDGED), ids=str)
def test_check_of_a_bridged_resource_fills_the_same_inputs(pair: Recorded) -> None:
    assert answer(provider(), "Check", pair.request) == pair.response


@pytest.mark.parametrize("pair", select("Diff", *BRIDGED, "Image"), ids=str)
def test_a_diff_is_the_same(pair: Recorded) -> None:
    assert answer(provider(), "Diff", pair.request) == pair.response


PREVIEWS = [
    pair
    for method in ("Create", "Update")
    for pair in select(method, preview=True)
    if pair.situation not in BUILT_IN_PREVIEW
]


@pytest.mark.parametrize("pair", PREVIEWS, ids=str)
def test_a_preview_promises_the_same(pair: Recorded) -> None:
    assert answer(provider(), pair.method, pair.request) == pair.response


@pytest.mark.parametrize("pair", select("Read", "Image") + select("Delete", "Image"), ids=str)
def test_an_image_is_read_as_it_was_and_deleting_it_does_nothing(pair: Recorded) -> None:
    request = {name: value for name, value in pair.request.items() if name != "preview"}
    assert answer(provider(), pair.method, request) == pair.response


CHECKED_IMAGES = [pair for pair in select("Check", "Image") if pair.error is None]


@pytest.mark.parametrize("pair", CHECKED_IMAGES, ids=str)
def test_check_of_an_image_fills_the_same_inputs(
    pair: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The recorded contexts are not at hand: the digest is proved in test_docker_digest.py.
    assert pair.response is not None
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "standins.docker_plugin.image.inputs.machine_platform", lambda: "linux/amd64"
    )
    inputs = answer(provider(), "Check", pair.request)["inputs"]
    digest = inputs["build"].pop("contextDigest")
    recorded = {**pair.response["inputs"], "build": {**pair.response["inputs"]["build"]}}
    assert len(digest) == len(recorded["build"].pop("contextDigest"))
    assert inputs == recorded


REFUSED_IMAGES = [pair for pair in select("Check", "Image") if pair.error is not None]
REFUSALS = {
    "bare": "repository name must be canonical",
    "noctx2_prev": "unable to hash build context: resolve : lstat nope: no such file or directory",
    "noctx_prev": 'could not open dockerfile at relative path "nope/Dockerfile"',
    "nodf_prev": 'could not open dockerfile at relative path "app/Dockerfile"',
    "nodf_up": 'could not open dockerfile at relative path "app/Dockerfile"',
}


@pytest.mark.parametrize("pair", REFUSED_IMAGES, ids=str)
def test_check_refuses_the_same_images_with_the_same_key_words(
    pair: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    if not pair.situation.startswith("nodf"):
        (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as refusal:
        answer(provider(), "Check", pair.request)
    assert REFUSALS[pair.situation] in str(refusal.value)
    assert REFUSALS[pair.situation] in str(pair.error), "these are the vendor's key words too"


STATES = [
    pair
    for method in ("Create", "Read")
    for pair in select(method, *BRIDGED, preview=False)
    if pair.response and "properties" in pair.response
]


@pytest.mark.parametrize("pair", STATES, ids=str)
def test_the_hidden_parts_of_a_state_are_the_same(pair: Recorded) -> None:
    assert pair.response is not None
    recorded: dict[str, Any] = pair.response["properties"]
    visible = {name: value for name, value in recorded.items() if name not in (DELTA, META)}
    made = with_hidden(service(pair).operations.schema, visible, created=pair.method == "Create")
    assert made == recorded


READS = [pair for pair in STATES if pair.method == "Read"]


@pytest.mark.parametrize("pair", READS, ids=str)
def test_a_refresh_reports_the_same_inputs(pair: Recorded) -> None:
    assert pair.response is not None
    inputs = inputs_after_read(
        service(pair).operations.schema, pair.request["inputs"], pair.response["properties"]
    )
    assert inputs == pair.response["inputs"]


UPDATES = [p for p in select("Update", "Container", preview=False) if p.error is None]


@pytest.mark.parametrize("pair", UPDATES, ids=str)
def test_an_update_in_place_leaves_the_same_state(pair: Recorded) -> None:
    assert answer(provider(EngineThatAgrees()), "Update", pair.request) == pair.response
