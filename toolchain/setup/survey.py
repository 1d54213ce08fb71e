"""The survey of a machine, before anything is downloaded or made."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from toolchain import engine, images
from toolchain.cache import Cache
from toolchain.images.recipe import Recipe
from toolchain.images.store import ImageStore, docker_client, image_key, shown
from toolchain.lock import Lock, Tool
from toolchain.places import Checkout, this_platform
from toolchain.reach import Choice, Reach, Remembered, choose_images, choose_tools
from toolchain.reach.answer import Answer
from toolchain.reach.docker import ask_docker
from toolchain.runner import Runner
from toolchain.setup.sources import Source, source_of
from toolchain.tools.found import (
    Found,
    command_on_path,
    installed_plugin,
    placed_plugin,
    plugin_folder,
    search_path,
)
from toolchain.tools.plugin_version import plugin_on_path

_NO_IMAGES = Choice(True, "if any are: this stack needs no Docker here")


@dataclass(frozen=True)
class RequiredImage:
    """An image to make or load: its recipe and key, and whether Docker has it now."""

    recipe: Recipe
    key: str
    is_present: bool


@dataclass(frozen=True)
class Survey:
    """Sources that answer, tools on PATH, and sources of the other tools and images."""

    reach: Reach
    found: Mapping[str, Found]
    sources: Mapping[str, Source]
    images: tuple[RequiredImage, ...]
    architecture: str


def survey(
    checkout: Checkout, lock: Lock, cache: Cache, runner: Runner, *, docker: bool = True
) -> Survey:
    """Query the network, PATH and Docker at the same time; takes seconds where hosts answer.

    Where they do not, it takes up to 40 s, most of them for a pull that Docker tries. Without
    ``docker`` no image is required, and none is looked for.
    """
    platform = this_platform()
    path = search_path(checkout, cache.folder)
    tools = [tool for tool in lock.tools.values() if tool.is_installed]
    remembered = Remembered.load(cache.folder)
    with ThreadPoolExecutor(max_workers=len(tools) + 3) as pool:
        running = pool.submit(engine.probe, engine.SLOW_SECONDS)

        def through_docker() -> Answer | None:
            return (
                ask_docker(docker_client(), lock.images["registry"]) if running.result() else None
            )

        releases = pool.submit(choose_tools, lock, remembered)
        registry = pool.submit(choose_images, lock, remembered, through_docker) if docker else None
        searches = [pool.submit(_search, checkout, tool, path) for tool in tools]
        present = [tool for search in searches if (tool := search.result())]
    remembered.save()
    reach = Reach(releases.result(), registry.result() if registry else _NO_IMAGES)
    sources = {
        name: source
        for name, tool in lock.tools.items()
        if (source := source_of(tool, lock, platform, reach, cache.folder))
    }
    store = ImageStore(runner, cache, docker_client()) if running.result() else None
    architecture = store.architecture() if store else platform.machine
    required: tuple[RequiredImage, ...] = ()
    if not reach.images.is_published:
        recipes = [r for r in images.RECIPES if r.product is None or r.product in lock.products]
        required = _required(recipes, store, sources, architecture)
    found = {tool.name: tool for tool in present}
    return Survey(reach, found, sources, required, architecture)


def _search(checkout: Checkout, tool: Tool, path: str) -> Found | None:
    if tool.use == "command":
        return command_on_path(tool, path)
    if placed := placed_plugin(checkout.home, plugin_folder(tool), tool.name):
        return Found(tool.name, tool.version, placed, str(checkout.home))
    homes = [Path.home() / ".pulumi"]
    if named := os.environ.get("PULUMI_HOME"):
        homes.insert(0, Path(named))
    return installed_plugin(tool, homes) or plugin_on_path(tool, path)


def _required(
    recipes: Sequence[Recipe],
    store: ImageStore | None,
    sources: Mapping[str, Source],
    architecture: str,
) -> tuple[RequiredImage, ...]:
    keys = {name: source.key for name, source in sources.items()}
    present = store.keys([shown(recipe.reference) for recipe in recipes]) if store else {}
    required: list[RequiredImage] = []
    for recipe in recipes:
        key = image_key(recipe, keys, architecture)
        is_present = present.get(shown(recipe.reference), ("", ""))[0] == key
        required.append(RequiredImage(recipe, key, is_present))
    return tuple(required)
