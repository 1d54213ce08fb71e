"""One host and one engine for all tests that do not end them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .engine_double import EngineDouble
from .host_process import Host


@pytest.fixture(scope="session")
def shared_engine() -> Iterator[EngineDouble]:
    engine = EngineDouble()
    yield engine
    engine.stop()


@pytest.fixture
def engine(shared_engine: EngineDouble) -> EngineDouble:
    shared_engine.forget()
    return shared_engine


@pytest.fixture(scope="session")
def host(shared_engine: EngineDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host for requests; what it has printed is that of all tests before."""
    folder = tmp_path_factory.mktemp("host")
    running = Host(folder, shared_engine.address, folder)
    yield running
    running.close()


@pytest.fixture
def own_host(engine: EngineDouble, tmp_path: Path) -> Iterator[Host]:
    """A host that the test may end."""
    running = Host(tmp_path, engine.address, tmp_path)
    yield running
    running.close()
