"""A single image that only tests use, made on demand."""

from pathlib import Path

from toolchain.cache import Cache
from toolchain.cache_keys import build_key
from toolchain.engine import packages
from toolchain.errors import ToolchainError
from toolchain.images.addons import ADDONS
from toolchain.images.store import docker_client, image_key, make_archive
from toolchain.lock import read_lock
from toolchain.places import Checkout, cache_folder, this_platform
from toolchain.runner import Runner
from toolchain.setup.one_tool import provide, say


def provide_archive(checkout: Checkout, name: str) -> Path:
    """Return an image's archive in the cache, made there if it is missing; Docker does not get it.

    Raises ToolchainError for one that is not known or cannot be made.
    """
    recipe = ADDONS.get(name)
    if recipe is None:
        raise ToolchainError(
            f"there is no image {name} for tests", f"choose one of {', '.join(ADDONS)}"
        )
    platform, runner = this_platform(), Runner()
    if platform.system != "linux":
        raise ToolchainError(
            f"the image {name} is made of what is built here, which is no program for Linux",
            "run the tests that need it on Linux",
        )
    lock, cache = read_lock(checkout.toolchain, platform), Cache(cache_folder(), runner)
    keys = {tool: build_key(lock, lock.tools[tool], platform) for tool in recipe.programs}
    key = image_key(recipe, keys, platform.machine)

    def make(archive: Path) -> None:
        programs = {tool: provide(checkout, tool) for tool in recipe.programs}
        packages.ensure(runner, say, ["mmdebstrap"])
        say(f"making the image {recipe.reference}")
        make_archive(runner, recipe, key, programs, platform.machine, docker_client(), archive)

    return cache.entry(f"images/{key}.tar", make, say)
