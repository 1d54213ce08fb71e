"""The vendors' servers, and machines that reach nothing else."""

import os
import socket
from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.ports import free_port
from tests.vendor import namespace
from tests.vendor.authority import Authority
from tests.vendor.pins import Pins
from tests.vendor.published_images import Repositories, repositories
from tests.vendor.registry import ImageRegistry
from tests.vendor.releases import Releases
from tests.vendor.site import Site
from tests.vendor.world import CHECKOUT, Vendors, World
from toolchain.images.mirrors import MIRRORS
from toolchain.lock import Lock, read_lock
from toolchain.places import Checkout, cache_folder, this_platform

_HTTPS = 443


@pytest.fixture(scope="session", autouse=True)
def _needs_namespaces() -> None:
    if reason := namespace.reason_not_to():
        _give_up(f"a machine of its own needs root and namespaces, and here {reason}")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "files")


@pytest.fixture(scope="session")
def lock() -> Lock:
    return read_lock(CHECKOUT / "toolchain", this_platform())


@pytest.fixture(scope="session")
def images(lock: Lock) -> Repositories:
    made = repositories(lock, this_platform(), cache_folder())
    _require(set(MIRRORS) - set(made.digests))
    return made


@pytest.fixture(scope="session")
def releases(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Releases:
    folder = tmp_path_factory.mktemp("releases") / "files"
    made = Releases(folder, lock, this_platform(), Checkout(CHECKOUT), cache_folder())
    served = [tool for tool in lock.for_products(frozenset()).tools.values() if tool.release]
    _require({tool.name for tool in served if tool.required_release.url not in made.sha256})
    return made


@pytest.fixture(scope="session")
def site(releases: Releases, images: Repositories, authority: Authority) -> Iterator[Site]:
    """The vendors' servers, listening nowhere yet."""
    with Site(releases.answers, ImageRegistry(images)) as made:
        made.use(authority.issue(made.names))
        yield made


@pytest.fixture(scope="session")
def vendors(site: Site, authority: Authority, releases: Releases, images: Repositories) -> Vendors:
    """The vendors, also on a port of this machine, where a forwarding proxy finds them."""
    port = free_port()
    site.listen(socket.create_server(("127.0.0.1", port)))
    places = dict.fromkeys(site.names, ("127.0.0.1", port))
    pins = Pins(releases.sha256, images.digests)
    return Vendors(site.names, authority.certificate, pins, places)


@pytest.fixture(scope="session")
def world(
    tmp_path_factory: pytest.TempPathFactory, site: Site, vendors: Vendors
) -> Iterator[World]:
    """A machine that reaches the vendors by their names."""
    with World(tmp_path_factory.mktemp("world") / "files", vendors) as made:
        site.listen(made.listen(_HTTPS))
        yield made


def _require(missing: set[str]) -> None:
    if missing:
        listed = ", ".join(sorted(missing))
        _give_up(f"what set-up made is served, and the cache has none of {listed}")


def _give_up(reason: str) -> NoReturn:
    """End with one sentence; a failure where automation requires the tier, to be noticed."""
    required = os.environ.get("SLIPWAY_VENDOR_TESTS") == "required"
    pytest.exit(f"not run: {reason}", returncode=1 if required else 0)
