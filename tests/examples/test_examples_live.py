"""The examples of programs on a real cluster: each answers, and a second up changes nothing."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.examples.example import Example
from tests.live.project import Project
from tests.live.traffic import eventually

pytestmark = pytest.mark.live

_Make = Callable[..., Example]


@pytest.fixture(scope="module")
def host(project_of: Callable[[int], Project]) -> Project:
    """The project whose cluster and registry all examples use."""
    project = project_of(1)
    project.settings["slipway:app"]["replicas"] = 1
    project.save_settings()
    project.up()
    return project


@pytest.fixture(scope="module")
def example(host: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Make]:
    """Deploys examples, which are removed at the end."""
    made: list[Example] = []

    def deploy(name: str, **config: Any) -> Example:
        made.append(Example(tmp_path_factory.mktemp("example"), host, name, **config))
        made[-1].up()
        return made[-1]

    yield deploy
    for one in made:
        one.remove()


def _answers(example: Example, pattern: str) -> None:
    """Require that the Service `web` answers with what matches."""
    eventually(
        f"web answers {pattern}",
        lambda: re.fullmatch(pattern, example.get("services/web:http").strip()) is not None,
    )


def test_an_own_program_answers_and_can_be_destroyed(example: _Make) -> None:
    made = example("01-own-program")

    _answers(made, r"Hello from web-[-\w]+")
    assert len(made.pods("web")) == 3
    made.up("--expect-no-changes")
    made.pulumi("destroy", "--yes", "--skip-preview")
    assert made.objects("deployments") == []


def test_of_two_applications_one_answers_with_what_the_other_says(example: _Make) -> None:
    made = example("02-two-applications")

    _answers(made, r"apple and pear, from api-[-\w]+")
    made.up("--expect-no-changes")


def test_a_pod_of_the_stateful_set_counts_on_after_it_was_deleted(example: _Make) -> None:
    made = example("03-statefulset")
    pod = "pods/visits-0:8080"
    at = f"--namespace={made.name}"
    before = made.get(pod)

    made.kubectl("delete", "pod", "visits-0", at)
    eventually("its successor is there", lambda: "visits-0" in _names(made))
    made.kubectl("wait", "pod/visits-0", at, "--for=condition=Ready", "--timeout=60s")

    assert before.split() == ["visits-0", "has", "counted", "1"]
    assert made.get(pod).split() == ["visits-0", "has", "counted", "2"]
    made.up("--expect-no-changes")


def _names(example: Example) -> set[str]:
    return {pod["metadata"]["name"] for pod in example.pods("visits")}


def test_an_existing_image_answers_and_its_digest_is_an_output(
    example: _Make, host: Project
) -> None:
    image = f"localhost:{host.registry_port}/hello-node"
    made = example("04-existing-image", **{"existing:image": f"{image}:{host.stack}"})

    answer = f'"namespace":"{made.name}"'
    eventually("web answers", lambda: answer in made.get("services/web:http", "api"))
    output = json.loads(made.pulumi("stack", "output", "--json").output)["image"]
    assert re.fullmatch(rf"{image}@sha256:[0-9a-f]{{64}}", output)
    made.up("--expect-no-changes")
