"""The survey of a machine, before anything is downloaded or made."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from toolchain import engine, images, reach
from toolchain.cache import Cache
from toolchain.images.recipe import Recipe
from toolchain.images.store import ImageStore, docker_client, image_key, shown
from toolchain.lock import Lock, Tool
from toolchain.places import Checkout, Platform
from toolchain.reach import Reach
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
    checkout: Checkout, lock: Lock, cache: Cache, platform: Platform, runner: Runner
) -> Survey:
    """Query the network, PATH and Docker at the same time; takes at most some seconds."""
    path = search_path(checkout, cache.folder)
    tools = [tool for tool in lock.tools.values() if tool.is_installed]
    with ThreadPoolExecutor(max_workers=len(tools) + 2) as pool:
        reached = pool.submit(reach.probe, lock)
        running = pool.submit(engine.probe)
        searches = [pool.submit(_search, checkout, tool, path) for tool in tools]
        present = [tool for search in searches if (tool := search.result())]
    sources = {
        name: source
        for name, tool in lock.tools.items()
        if (source := source_of(tool, lock, platform, reached.result(), cache.folder))
    }
    store = ImageStore(runner, cache, docker_client()) if running.result() else None
    architecture = store.architecture() if store else platform.machine
    required: tuple[RequiredImage, ...] = ()
    if not reached.result().images:
        recipes = [r for r in images.RECIPES if r.product is None or r.product in lock.products]
        required = _required(recipes, store, sources, architecture)
    found = {tool.name: tool for tool in present}
    return Survey(reached.result(), found, sources, required, architecture)


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
