"""The user of an image: a number that is not root's, or a message that says what to write."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.image.user import ImageUserProvider, numeric_user
from components.machine.runner import LocalError
from tests.unit.components.doubles.registry import PASSWORD, USER, RegistryDouble, serve


@pytest.mark.parametrize(
    ("text", "runs_as"),
    [("1000", (1000, 1000)), ("1000:2000", (1000, 2000)), ("1000:staff", (1000, 1000)),
     ("1000:0", (1000, 1000))],
)  # fmt: skip
def test_a_numeric_user_is_taken_as_it_is(text: str, runs_as: tuple[int, int]) -> None:
    assert numeric_user(text, "r/web@sha256:1") == runs_as


@pytest.mark.parametrize("text", ["", "root", "0", "0:0", "root:root"])
def test_root_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(LocalError, match=r"(?s)runs as root.*next: .*`USER 10001:10001`"):
        numeric_user(text, "r/web@sha256:1")


@pytest.mark.parametrize("text", ["node", "node:node", "www-data"])
def test_a_user_by_name_is_refused_as_kubernetes_cannot_know_who_that_is(text: str) -> None:
    with pytest.raises(
        LocalError, match=r"(?s)cannot know from a name.*next: .*`USER 10001:10001`"
    ):
        numeric_user(text, "r/web@sha256:1")


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RegistryDouble]:
    """A registry, and no configuration of Docker's own."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with serve(RegistryDouble()) as double:
        yield double


def _props(reference: str, **more: Any) -> dict[str, Any]:
    return {"reference": reference, "username": None, "password": None, **more}


def test_the_user_comes_from_the_image_configuration_in_the_registry(
    registry: RegistryDouble,
) -> None:
    digest = registry.add("owner/web", "1", "linux/amd64", user="10001:10002")
    props = _props(f"{registry.address}/owner/web@{digest}")

    made = ImageUserProvider().create(props).outs

    assert made is not None
    assert (made["user"], made["group"]) == (10001, 10002)


def test_a_private_registry_is_asked_with_its_login_which_stays_out_of_the_state(
    registry: RegistryDouble,
) -> None:
    registry.guard = "basic"
    digest = registry.add("owner/web", "1", "linux/amd64", user="7")
    reference = f"{registry.address}/owner/web@{digest}"

    made = ImageUserProvider().create(_props(reference, username=USER, password=PASSWORD)).outs

    assert made is not None and made["user"] == 7
    assert PASSWORD not in str(made)


def test_an_image_without_a_user_runs_as_root_and_is_refused(registry: RegistryDouble) -> None:
    digest = registry.add("owner/web", "1", "linux/amd64")

    with pytest.raises(LocalError, match="runs as root"):
        ImageUserProvider().create(_props(f"{registry.address}/owner/web@{digest}"))


def test_another_digest_asks_again_and_the_same_one_does_not() -> None:
    props, other = _props("r/web@sha256:1"), _props("r/web@sha256:2")

    assert not ImageUserProvider().diff("", props, {**props, "password": "new"}).changes
    assert ImageUserProvider().diff("", props, other).changes
