"""One deployed project for the tests that only look or put back what they changed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Project, Ran


@pytest.fixture(scope="session")
def project_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Project]]:
    """Makes projects, given a number of workers; all are removed at the end."""
    made: list[Project] = []

    def make(workers: int) -> Project:
        project = Project(tmp_path_factory.mktemp("project"), workers)
        made.append(project)
        project.pulumi("stack", "init", project.stack)
        return project

    yield make
    for project in made:
        if project.folder.exists():
            project.remove()


@pytest.fixture(scope="session")
def first_up(project_of: Callable[[int], Project]) -> tuple[Project, Ran]:
    """The stack of the checkout, one control plane and two workers, and how its first up went."""
    project = project_of(2)
    return project, project.up()


@pytest.fixture(scope="module")
def guest(
    first_up: tuple[Project, Ran], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Guest]]:
    """Makes stacks on the shared cluster, which are removed at the end."""
    made: list[Guest] = []

    def make(program: str | None = None, **settings: Any) -> Guest:
        made.append(Guest(tmp_path_factory.mktemp("guest"), first_up[0], program, **settings))
        return made[-1]

    yield make
    for one in made:
        one.remove()


@pytest.fixture
def live(first_up: tuple[Project, Ran], request: pytest.FixtureRequest) -> Project:
    """The deployed project; shows the cluster's state when the test fails."""
    project = first_up[0]
    request.node.stash[_PROJECT] = project
    return project


_PROJECT = pytest.StashKey[Project]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    project = item.stash.get(_PROJECT, None)
    if report.failed and project:
        report.sections.append(("state of the cluster", _dump(project)))
    return report


def _dump(project: Project) -> str:
    questions = (
        ("get", "nodes,pods,deployments,services", "--all-namespaces", "--output=wide"),
        ("get", "events", f"--namespace={project.name}", "--sort-by=.lastTimestamp"),
        ("describe", "pods", f"--namespace={project.name}"),
        ("logs", f"--namespace={project.name}", "--all-containers", "--prefix", "--tail=20",
         "--selector=app.kubernetes.io/managed-by=slipway"),
    )  # fmt: skip
    answers = [project.kubectl(*question, check=False) for question in questions]
    return "\n\n".join(answers)
