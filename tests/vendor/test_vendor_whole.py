"""All of `make test` on a machine that never built a tool."""

import pytest

from tests.vendor.site import Site
from tests.vendor.world import World

pytestmark = pytest.mark.vendor

_LIMIT_SECONDS = 45 * 60.0
_NOT_FOUND = 127
_TOOLS = 6
# The vendor's build frontend cannot be made here; a user's map names the one inside Docker.
_FRONTEND = "images:\n  docker.io/docker/dockerfile: builtin\n"


def test_make_test_passes_from_an_emptied_cache_without_building_a_tool(
    world: World, site: Site
) -> None:
    checkout, log = world.clone("whole"), world.folder / "make-test.log"
    cache = world.folder / "cache-of-whole"
    frontend = world.folder / "mirrors.yaml"
    frontend.write_text(_FRONTEND, encoding="utf-8")
    assert world.run("go", "version", check=False).code == _NOT_FOUND

    ran = world.run(
        *("sh", "-c", 'make test >"$0" 2>&1', str(log)),
        folder=checkout,
        check=False,
        limit=_LIMIT_SECONDS,
        SLIPWAY_CACHE=str(cache),
        SLIPWAY_MIRRORS=str(frontend),
    )
    shown = log.read_text(encoding="utf-8", errors="replace")
    print(f"make test took {ran.seconds:.0f} s:\n{shown}")

    assert ran.code == 0
    assert shown.count("the vendor's release") == _TOOLS
    assert not {"go", "images", "mirrors.yaml"} & {place.name for place in cache.iterdir()}
    assert site.was_asked("/v2/kindest/node/manifests/")
