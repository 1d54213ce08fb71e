"""A stack that a controller delivers, with the Git repository that the controller follows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gitops.argo_cd import ArgoCD
from tests.gitops.delivered import Delivered, deployed_image
from tests.gitops.flux import Flux
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
def image(guest: Callable[..., Guest]) -> str:
    """An image that another stack built, and was tested with."""
    built = guest()
    built.up()
    return deployed_image(built)


@pytest.fixture(scope="module", params=[Flux, ArgoCD], ids=["flux", "argo-cd"])
def shop(
    request: pytest.FixtureRequest,
    host: Project,
    image: str,
    guest: Callable[..., Guest],
    served: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Delivered:
    """A stack that a controller follows; its repository is empty at first."""
    controller = request.param(host, tmp_path_factory.mktemp("controller"))
    clone = tmp_path_factory.mktemp("clone")
    delivered = Delivered(controller, guest(), image, *served, clone)
    controller.follow(delivered.stack.name, delivered.url)
    return delivered
