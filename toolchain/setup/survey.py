"""Looking at what is there already, before anything is fetched or made."""

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
class WantedImage:
    """An image to make or load: its recipe and key, and whether the engine has it now."""

    recipe: Recipe
    key: str
    is_there: bool


@dataclass(frozen=True)
class Survey:
    """What the machine offers: sources that answer, tools on PATH, sources of the others."""

    reach: Reach
    found: Mapping[str, Found]
    sources: Mapping[str, Source]
    images: tuple[WantedImage, ...]
    architecture: str


def survey(
    checkout: Checkout, lock: Lock, cache: Cache, platform: Platform, runner: Runner
) -> Survey:
    """Ask the network, PATH and the Docker Engine, all at the same time; at most some seconds."""
    path = search_path(checkout, cache.folder)
    asked = [tool for tool in lock.tools.values() if tool.is_installed]
    with ThreadPoolExecutor(max_workers=len(asked) + 2) as pool:
        reached = pool.submit(reach.probe, lock)
        running = pool.submit(engine.probe)
        looked = [pool.submit(_look, checkout, tool, path) for tool in asked]
        found = {one.name: one for future in looked if (one := future.result())}
    sources = {
        name: source
        for name, tool in lock.tools.items()
        if (source := source_of(tool, lock, platform, reached.result(), cache.folder))
    }
    store = ImageStore(runner, cache, docker_client()) if running.result() else None
    architecture = store.architecture() if store else platform.machine
    wanted: tuple[WantedImage, ...] = ()
    if not reached.result().images:
        recipes = [r for r in images.RECIPES if r.product is None or r.product in lock.products]
        wanted = _wanted(recipes, store, sources, architecture)
    return Survey(reached.result(), found, sources, wanted, architecture)


def _look(checkout: Checkout, tool: Tool, path: str) -> Found | None:
    if tool.use == "command":
        return command_on_path(tool, path)
    if placed := placed_plugin(checkout.home, plugin_folder(tool), tool.name):
        return Found(tool.name, tool.version, placed, str(checkout.home))
    homes = [Path.home() / ".pulumi"]
    if named := os.environ.get("PULUMI_HOME"):
        homes.insert(0, Path(named))
    return installed_plugin(tool, homes) or plugin_on_path(tool, path)


def _wanted(
    recipes: Sequence[Recipe],
    store: ImageStore | None,
    sources: Mapping[str, Source],
    architecture: str,
) -> tuple[WantedImage, ...]:
    keys = {name: source.key for name, source in sources.items()}
    present = store.keys([shown(recipe.reference) for recipe in recipes]) if store else {}
    wanted: list[WantedImage] = []
    for recipe in recipes:
        key = image_key(recipe, keys, architecture)
        there = present.get(shown(recipe.reference), ("", ""))[0] == key
        wanted.append(WantedImage(recipe, key, there))
    return tuple(wanted)
