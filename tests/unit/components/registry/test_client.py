"""The registry client, by real HTTP, asks what `docker pull` would ask."""

from collections.abc import Iterator

import pytest

from components.machine.runner import LocalError
from components.registry.client import RegistryClient
from components.registry.login import Login

from ..doubles.registry import PASSWORD, TOKEN, USER, RegistryDouble, serve

_LOGIN = Login(USER, PASSWORD)


@pytest.fixture
def registry() -> Iterator[RegistryDouble]:
    with serve(RegistryDouble()) as double:
        yield double


def test_a_tag_is_resolved_to_the_digest_of_what_it_names(registry: RegistryDouble) -> None:
    digest = registry.add("team/web", "1", "linux/amd64")

    manifest = RegistryClient(registry.address).manifest("team/web", "1")

    assert manifest is not None
    assert (manifest.digest, manifest.platforms) == (digest, ("linux/amd64",))


def test_an_index_has_all_its_platforms_and_no_attestations(registry: RegistryDouble) -> None:
    registry.add("web", "1", "linux/arm64", "linux/amd64")

    manifest = RegistryClient(registry.address).manifest("web", "1")

    assert manifest is not None
    assert manifest.platforms == ("linux/amd64", "linux/arm64")


def test_a_missing_image_is_no_error(registry: RegistryDouble) -> None:
    digest = registry.add("web", "1", "linux/amd64")
    client = RegistryClient(registry.address)

    assert client.manifest("web", "2") is None
    assert client.has("web", digest)
    assert not client.has("web", "sha256:" + 64 * "0")


@pytest.mark.parametrize("names_digests", [True, False])
def test_a_digest_is_found_without_a_pull_where_the_registry_names_it(
    registry: RegistryDouble, names_digests: bool
) -> None:
    digest = registry.add("web", "1", "linux/amd64")
    registry.names_digests = names_digests
    client = RegistryClient(registry.address)

    assert client.digest("web", "1") == digest
    assert ("GET" not in registry.methods) == names_digests
    assert client.digest("web", "2") is None


@pytest.mark.parametrize("guard", ["basic", "token"])
def test_a_login_is_sent_the_way_the_registry_demands(registry: RegistryDouble, guard: str) -> None:
    registry.guard = guard
    registry.add("web", "1", "linux/amd64")

    assert RegistryClient(registry.address, _LOGIN).manifest("web", "1") is not None


def test_a_token_for_everybody_is_fetched_without_a_login(registry: RegistryDouble) -> None:
    registry.guard = "token"
    registry.add("web", "1", "linux/amd64")

    assert RegistryClient(registry.address).manifest("web", "1") is not None
    assert registry.tokens == [None]
    assert TOKEN not in "".join(registry.requests)


@pytest.mark.parametrize("guard", ["basic", "token"])
@pytest.mark.parametrize("login", [Login(USER, "wrong"), None])
def test_a_refused_login_is_reported_with_the_command_that_logs_in(
    registry: RegistryDouble, guard: str, login: Login | None
) -> None:
    if guard == "token" and login is None:
        registry.code = 403
    registry.guard = guard

    with pytest.raises(
        LocalError, match=r"(?s)does not let this login pull web .*next: `docker login 127"
    ):
        RegistryClient(registry.address, login).manifest("web", "1")


@pytest.mark.parametrize(
    ("code", "message"), [(429, "try again later"), (503, "answers HTTP 503 for web")]
)
def test_other_refusals_are_messages(registry: RegistryDouble, code: int, message: str) -> None:
    registry.code = code

    with pytest.raises(LocalError, match=message):
        RegistryClient(registry.address).manifest("web", "1")


def test_a_registry_that_does_not_answer_is_reported() -> None:
    with pytest.raises(LocalError, match=r"the registry 127\.0\.0\.1:1 does not answer"):
        RegistryClient("127.0.0.1:1").manifest("web", "1")


def test_a_registry_of_this_machine_is_asked_without_the_proxy(
    registry: RegistryDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    digest = registry.add("web", "1", "linux/amd64")

    assert RegistryClient(registry.address).has("web", digest)
