"""The steps that provide images: made here, or the registry's pulled by its digest."""

import shutil
from collections.abc import Callable
from pathlib import Path

from toolchain.engine import packages
from toolchain.errors import ToolchainError
from toolchain.images.means import PROGRAM as MMDEBSTRAP
from toolchain.images.means import require_means
from toolchain.images.recipe import Recipe
from toolchain.images.store import ImageStore, docker_client
from toolchain.lock import PublishedImage, Tool
from toolchain.reach.docker import ask_docker
from toolchain.setup.faults import is_offline
from toolchain.setup.graph import Step
from toolchain.setup.shop import Plan, Shop
from toolchain.setup.survey import RequiredImage

AddTool = Callable[[Shop, Plan, Tool], str | None]
"""Adds the steps of a tool, and returns the name of the last, or None if there are none."""

_LOAD_SECONDS = 10.0
_PULL_LIMIT_SECONDS = 300
# Targets whose clusters have a registry on this machine.
_WITH_REGISTRY = {"kind", "minikube"}
# A Debian root each, and the copies of programs built here.
_IMAGE_SECONDS, _PROGRAM_SECONDS = 20.0, 10.0
_IMAGE_MIB, _PROGRAM_MIB = 300, 300


def add_images(shop: Shop, result: Plan, add_tool: AddTool) -> None:
    """Add the steps of all images that Docker lacks, after a step `engine`.

    Raises ToolchainError where images are to be made on a system that cannot make them.
    """
    missing = [image for image in shop.survey.images if not image.is_present]
    if not all(_archive(shop, image).exists() for image in missing):
        require_means(shop.survey.reach.images)
    for image in missing:
        _add_image(shop, result, image, add_tool)
    if shop.survey.reach.images.is_published and shop.lock.products & _WITH_REGISTRY:
        result.add(_registry_step(shop, shop.lock.images["registry"]))


def _add_image(shop: Shop, result: Plan, image: RequiredImage, add_tool: AddTool) -> None:
    recipe, needs, seconds, space = image.recipe, ["engine"], _LOAD_SECONDS, 0
    if not _archive(shop, image).exists():
        result.add(
            Step("packages", "installing mmdebstrap", lambda: _packages(shop), ("engine",), 5.0)
        )
        builds = [add_tool(shop, result, shop.lock.tools[name]) for name in recipe.programs]
        needs += ["packages", *(step for step in builds if step)]
        seconds = _IMAGE_SECONDS + _PROGRAM_SECONDS * len(recipe.programs)
        space = _IMAGE_MIB + _PROGRAM_MIB * len(recipe.programs)
    name = _short(recipe)
    if recipe.base and result.has(f"image-{_short(recipe.base)}"):
        needs.append(f"image-{_short(recipe.base)}")
    result.add(
        Step(
            f"image-{name}",
            f"making the image {name}",
            lambda: _image(shop, image),
            tuple(needs),
            seconds,
            "image",
        ),
        space,
    )


def _registry_step(shop: Shop, image: PublishedImage) -> Step:
    """Return the step that pulls the registry by its digest; Pulumi would pull it by its tag."""

    def pull() -> None:
        answer = ask_docker(docker_client(), image, _PULL_LIMIT_SECONDS)
        if answer.state != "present":
            shop.say(f"{image.by_digest} is not pulled yet, `make up` will try: {answer.reason}")

    return Step(
        "pull-registry",
        "pulling the image of the registry",
        pull,
        ("engine",),
        _LOAD_SECONDS,
        "network",
    )


def _archive(shop: Shop, image: RequiredImage) -> Path:
    return shop.cache.folder / "images" / f"{image.key}.tar"


def _short(recipe: Recipe) -> str:
    return recipe.reference.rpartition("/")[2]


def _packages(shop: Shop) -> None:
    if shutil.which(MMDEBSTRAP) is None:
        packages.ensure(shop.runner, shop.say, [MMDEBSTRAP])


def _image(shop: Shop, image: RequiredImage) -> None:
    programs = {
        name: shop.survey.sources[name].executable(shop.cache.folder)
        for name in image.recipe.programs
    }
    store = ImageStore(shop.runner, shop.cache, docker_client())
    try:
        store.ensure(image.recipe, image.key, programs, shop.survey.architecture, shop.say)
    except ToolchainError as error:
        if not (is_offline(error) and store.has(image.recipe)):
            raise
        shop.say(
            f"the image {_short(image.recipe)} stays as an earlier set-up made it, and the next "
            f"one tries again: {error.message}"
        )
