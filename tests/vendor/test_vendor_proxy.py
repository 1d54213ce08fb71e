"""Set-up on a machine whose only way out is a company's forwarding proxy."""

from collections.abc import Iterator

import pytest

from tests.vendor.shell import Ran
from tests.vendor.site import Site
from tests.vendor.world import Vendors, World

pytestmark = pytest.mark.vendor


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, vendors: Vendors) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("company") / "files", vendors, behind_proxy=True) as machine:
        yield machine


@pytest.fixture(scope="module")
def ran(company: World) -> Ran:
    return company.set_up(company.clone("checkout"), STACK="kind")


def test_set_up_through_the_proxy_alone_takes_every_tool_from_the_vendors(
    company: World, ran: Ran, vendors: Vendors
) -> None:
    assert ran.output.count("the vendor's release") == 6
    assert company.proxy is not None
    assert {"github.com", "get.pulumi.com", "dl.k8s.io"} <= company.proxy.passed & vendors.names


def test_nothing_of_this_machine_is_asked_for_through_the_proxy(company: World, ran: Ran) -> None:
    assert ran.code == 0 and company.proxy is not None
    assert company.proxy.refused == set()


def test_images_come_through_the_proxy_of_docker(company: World, site: Site) -> None:
    assert company.proxy is not None
    company.run("docker", "pull", "--quiet", "registry:2.8.3")
    assert "registry-1.docker.io" in company.proxy.passed
    assert site.was_asked("/v2/library/registry/manifests/2.8.3")


def test_without_the_proxy_no_vendor_is_found(company: World) -> None:
    direct = ("curl", "--noproxy", "*", "--silent", "https://get.pulumi.com/")
    assert company.run(*direct, check=False).code == 6, "curl: the name cannot be resolved"
