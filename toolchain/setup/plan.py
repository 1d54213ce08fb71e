"""The steps of a set-up, from what the survey found."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from toolchain import engine
from toolchain.cache import Cache
from toolchain.engine import Engine, packages
from toolchain.images.recipe import Recipe
from toolchain.images.store import ImageStore, docker_client
from toolchain.lock import Lock, Tool
from toolchain.places import Checkout
from toolchain.runner import Runner
from toolchain.setup.graph import Step, Watch
from toolchain.setup.sources import Source
from toolchain.setup.survey import Survey, WantedImage
from toolchain.tools import golang
from toolchain.tools.gobuild import GoBuilder
from toolchain.tools.python_environment import PythonEnvironment
from toolchain.tools.release import download

_FETCH_SECONDS = 20.0
_RELEASE_SECONDS = 10.0
_RELEASE_MIB = 300
_GO_SECONDS = 15.0
_GO_MIB = 300
_LOAD_SECONDS = 10.0
# A Debian root each, and for an image with programs of ours the copies of those.
_IMAGE_SECONDS, _PROGRAM_SECONDS = 30.0, 20.0
_IMAGE_MIB, _PROGRAM_MIB = 300, 300


@dataclass
class Shop:
    """What the steps work with, and what they leave for those after them."""

    checkout: Checkout
    lock: Lock
    cache: Cache
    runner: Runner
    survey: Survey
    environment: PythonEnvironment
    watch: Watch | None = None
    go: Path | None = None
    engine: Engine | None = None

    def show_on(self, watch: Watch) -> None:
        """Say things on this display from now on."""
        self.watch = watch

    def say(self, text: str) -> None:
        """Tell the user something beside the progress of the steps."""
        if self.watch:
            self.watch.say(text)


@dataclass
class Plan:
    """The steps and the space (MiB) that they take in the cache."""

    steps: list[Step] = field(default_factory=list[Step])
    space: int = 0

    def add(self, step: Step, space: int = 0) -> None:
        """Add a step, once."""
        if not self.has(step.name):
            self.steps.append(step)
            self.space += space

    def has(self, name: str) -> bool:
        """Whether a step of this name was added."""
        return any(step.name == name for step in self.steps)


def plan(shop: Shop) -> Plan:
    """Everything that is missing, each thing once."""
    result = Plan()
    for tool in shop.lock.tools.values():
        if tool.is_installed and tool.name not in shop.survey.found:
            _add_tool(shop, result, tool)
    result.add(Step("engine", "finding the Docker Engine", lambda: _engine(shop)))
    for wanted in shop.survey.images:
        if not wanted.is_there:
            _add_image(shop, result, wanted)
    if "minikube" in shop.lock.products and shop.survey.images:
        _add_tool(shop, result, shop.lock.tools["kubernetes"])  # minikube wants it on the host too
    return result


def _add_tool(shop: Shop, result: Plan, tool: Tool) -> str | None:
    """Add what makes a tool; the name of the last step, or None when there is nothing to do."""
    source = shop.survey.sources.get(tool.name)
    if source is None or source.is_cached(shop.cache.folder):
        return None
    if source.kind == "release":
        result.add(_release_step(shop, tool, source), _RELEASE_MIB)
        return f"get-{tool.name}"
    assert tool.build is not None
    result.add(Step("go", "finding Go", lambda: _go(shop), (), _GO_SECONDS, "network"), _GO_MIB)
    if tool.build.cgo and shutil.which("cc") is None:
        result.add(
            Step("compiler", "installing a C compiler", lambda: _compiler(shop), (), _GO_SECONDS)
        )
    builder = GoBuilder(shop.runner, shop.lock, shop.cache.folder, lambda: _needed(shop.go))
    fetch = f"fetch-{tool.build.module}-{tool.build.package}"
    result.add(
        Step(
            fetch,
            f"fetching the modules of {tool.name}",
            lambda: builder.fetch(tool),
            ("go", "compiler") if result.has("compiler") and tool.build.cgo else ("go",),
            _FETCH_SECONDS,
            "network",
        )
    )
    result.add(
        Step(
            f"build-{tool.name}",
            f"building {tool.name} {tool.version}",
            lambda: _make(shop, source, lambda folder: builder.compile(tool, folder)),
            (fetch,),
            tool.build.seconds,
            "compile",
        ),
        tool.build.space,
    )
    return f"build-{tool.name}"


def _release_step(shop: Shop, tool: Tool, source: Source) -> Step:
    return Step(
        f"get-{tool.name}",
        f"downloading {tool.name} {tool.version}",
        lambda: _make(shop, source, lambda folder: download(tool, folder, shop.runner.ending)),
        (),
        _RELEASE_SECONDS,
        "network",
    )


def _add_image(shop: Shop, result: Plan, wanted: WantedImage) -> None:
    recipe, needs, seconds, space = wanted.recipe, ["engine"], _LOAD_SECONDS, 0
    if not (shop.cache.folder / "images" / f"{wanted.key}.tar").exists():
        result.add(
            Step("packages", "installing mmdebstrap", lambda: _packages(shop), ("engine",), 5.0)
        )
        made = [_add_tool(shop, result, shop.lock.tools[name]) for name in recipe.programs]
        needs += ["packages", *(step for step in made if step)]
        seconds = _IMAGE_SECONDS + _PROGRAM_SECONDS * len(recipe.programs)
        space = _IMAGE_MIB + _PROGRAM_MIB * len(recipe.programs)
    name = _short(recipe)
    if recipe.base and result.has(f"image-{_short(recipe.base)}"):
        needs.append(f"image-{_short(recipe.base)}")
    result.add(
        Step(
            f"image-{name}",
            f"making the image {name}",
            lambda: _image(shop, wanted),
            tuple(needs),
            seconds,
            "image",
        ),
        space,
    )


def _short(recipe: Recipe) -> str:
    return recipe.reference.rpartition("/")[2]


def _make(shop: Shop, source: Source, make: Callable[[Path], None]) -> None:
    shop.cache.entry(f"tools/{source.key}", make, shop.say)


def _go(shop: Shop) -> None:
    shop.go = golang.ensure(shop.checkout, shop.lock, shop.cache, shop.environment, shop.say)


def _engine(shop: Shop) -> None:
    shop.engine = engine.ensure(shop.runner, shop.say, shop.cache.folder)


def _compiler(shop: Shop) -> None:
    packages.ensure(shop.runner, shop.say, ["gcc", "libc6-dev"])


def _packages(shop: Shop) -> None:
    packages.ensure(shop.runner, shop.say, ["mmdebstrap"])


def _image(shop: Shop, wanted: WantedImage) -> None:
    programs = {
        name: shop.survey.sources[name].executable(shop.cache.folder)
        for name in wanted.recipe.programs
    }
    ImageStore(shop.runner, shop.cache, docker_client()).ensure(
        wanted.recipe, wanted.key, programs, shop.survey.architecture, shop.say
    )


def _needed(go: Path | None) -> Path:
    assert go is not None, "Go is found by a step before those that use it"
    return go
