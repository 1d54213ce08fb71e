"""The steps that provide images, where a network is missing or a registry is in reach.

Belongs here: what the steps do; Docker is a script, and recipes are functions of the test.
"""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.unit.toolchain import samples
from tests.unit.toolchain.setup.log import Log
from toolchain.cache import Cache
from toolchain.errors import ToolchainError
from toolchain.images.recipe import Recipe, Workshop
from toolchain.lock import PublishedImage
from toolchain.reach import Choice, Reach
from toolchain.runner import Runner
from toolchain.setup.image_steps import add_images
from toolchain.setup.shop import Plan, Shop
from toolchain.setup.survey import RequiredImage, Survey
from toolchain.tools.python_environment import PythonEnvironment

_TAG = "slipway/kind-node:v1"
# Docker with the image of an earlier recipe.
_HAS_OLDER = f"""[ "$2" = inspect ] || exit 1
echo '{{"tags": ["{_TAG}"], "labels": {{"slipway.toolchain.key": "older"}}, "id": "1"}}'"""


def recipe(message: str) -> Recipe:
    """A recipe that fails with this message."""

    def make(_shop: Workshop, _place: Path) -> None:
        raise ToolchainError(message, "make setup")

    return Recipe(f"docker.io/{_TAG}", (), (), make)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a Docker client that has nothing and can pull nothing."""
    folder = tmp_path / "bin"
    samples.program(folder, "docker", "exit 1")
    samples.program(folder, "mmdebstrap", "")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def shop(folder: Path, *images: Recipe, products: frozenset[str] = frozenset()) -> Shop:
    lock = replace(
        samples.lock(folder),
        products=products,
        images={"registry": PublishedImage("docker.io/library/registry:2.8.3", "sha256:ab")},
    )
    required = tuple(RequiredImage(one, "newer", is_present=False) for one in images)
    reach = Reach(Choice(True, "any"), Choice(not images, "as the test demands"))
    survey = Survey(reach, {}, {}, required, "amd64")
    runner = Runner()
    checkout = samples.checkout(folder / "checkout")
    environment = cast(PythonEnvironment, None)  # no step here asks it
    return Shop(checkout, lock, Cache(folder / "cache", runner), runner, survey, environment)


def run(work: Shop, name: str) -> list[str]:
    """Run the step of this name, and return what it said."""
    result, log = Plan(), Log()
    add_images(work, result, lambda _shop, _plan, _tool: None)
    work.show_on(log)
    (step,) = [step for step in result.steps if step.name == name]
    step.act()
    return log.lines


def test_without_network_the_image_of_an_earlier_set_up_stays(tmp_path: Path, docker: Path) -> None:
    samples.program(docker, "docker", _HAS_OLDER)
    work = shop(tmp_path, recipe("Temporary failure resolving 'mirror.example'"))
    (line,) = run(work, "image-kind-node:v1")
    assert "the image kind-node:v1 stays as an earlier set-up made it" in line
    assert "mirror.example" in line


@pytest.mark.parametrize(
    ("message", "answer"),
    [("mmdebstrap: a bug of the recipe", _HAS_OLDER), ("could not resolve host", "exit 1")],
)
def test_another_failure_or_no_earlier_image_ends_the_set_up(
    tmp_path: Path, docker: Path, message: str, answer: str
) -> None:
    samples.program(docker, "docker", answer)
    with pytest.raises(ToolchainError, match=message):
        run(shop(tmp_path, recipe(message)), "image-kind-node:v1")


@pytest.mark.parametrize("products", [{"kind"}, {"minikube"}])
def test_the_registry_of_a_local_cluster_is_pulled_by_its_digest(
    tmp_path: Path, docker: Path, products: set[str]
) -> None:
    calls = tmp_path / "calls"
    samples.program(docker, "docker", f'echo "$*" >> {calls}\n[ "$1" != image ]')
    assert run(shop(tmp_path, products=frozenset(products)), "pull-registry") == []
    assert "pull --quiet docker.io/library/registry@sha256:ab" in calls.read_text().splitlines()


def test_a_registry_that_cannot_be_pulled_is_left_to_the_command_that_needs_it(
    tmp_path: Path, docker: Path
) -> None:
    samples.program(docker, "docker", "echo no such host >&2; exit 1")
    (line,) = run(shop(tmp_path, products=frozenset({"kind"})), "pull-registry")
    assert "is not pulled yet, `make up` will try: no such host" in line


@pytest.mark.parametrize("products", [set[str](), {"cloud"}])
def test_a_stack_without_a_local_cluster_pulls_no_registry(
    tmp_path: Path, docker: Path, products: set[str]
) -> None:
    result = Plan()
    add_images(shop(tmp_path, products=frozenset(products)), result, lambda *_: None)
    assert result.steps == []
