"""A stack that a controller delivers, with the Git repository that the controller follows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gitops.delivered import Delivered, deployed_image
from tests.gitops.git_server import GitServer
from tests.live.conftest import first_up, guest, project_of
from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.live.stand_in_registry import gateway_of

__all__ = ["first_up", "guest", "project_of"]


@pytest.fixture(scope="module")
def host(first_up: tuple[Project, Ran]) -> Project:
    """The project that owns the cluster."""
    return first_up[0]


@pytest.fixture(scope="module")
def served(host: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder for bare repositories, and the address under which pods reach it."""
    folder = tmp_path_factory.mktemp("repositories")
    with GitServer(folder, gateway_of(f"{host.name}-control-plane")) as server:
        yield folder, server.url


@pytest.fixture(scope="module")
def delivered(
    guest: Callable[..., Guest],
    served: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Delivered:
    """A stack with `deliver: gitops`, whose image another stack built and runs."""
    built = guest()
    built.up()
    image = deployed_image(built)
    return Delivered(guest(), image, *served, tmp_path_factory.mktemp("clone"))
