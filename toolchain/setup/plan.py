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
from toolchain.setup.survey import RequiredImage, Survey
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
# A Debian root each, and the copies of programs built here.
_IMAGE_SECONDS, _PROGRAM_SECONDS = 30.0, 20.0
_IMAGE_MIB, _PROGRAM_MIB = 300, 300


@dataclass
class Shop:
    """Inputs of the steps, and their results for later steps."""

    checkout: Checkout
    lock: Lock
    cache: Cache
    runner: Runner
    survey: Survey
    environment: PythonEnvironment
    watch: Watch | None = None
    go: Path | None = None
    engine: Engine | None = None

    def required_go(self) -> Path:
        """Return the `go` that a step has found. Raises RuntimeError before that step."""
        if self.go is None:
            raise RuntimeError("no step before this one has found Go")
        return self.go

    def required_engine(self) -> Engine:
        """Return the Docker Engine of an earlier step. Raises RuntimeError before that step."""
        if self.engine is None:
            raise RuntimeError("no step before this one has found the Docker Engine")
        return self.engine

    def show_on(self, watch: Watch) -> None:
        """Print messages on this display from now on."""
        self.watch = watch

    def say(self, text: str) -> None:
        """Print a message beside the progress of the steps."""
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
        """Return whether a step of this name was added."""
        return any(step.name == name for step in self.steps)


def plan(shop: Shop) -> Plan:
    """Return the steps for everything that is missing, each once."""
    result = Plan()
    for tool in shop.lock.tools.values():
        if tool.is_installed and tool.name not in shop.survey.found:
            _add_tool(shop, result, tool)
    result.add(Step("engine", "finding the Docker Engine", lambda: _engine(shop)))
    for image in shop.survey.images:
        if not image.is_present:
            _add_image(shop, result, image)
    if "minikube" in shop.lock.products and shop.survey.images:
        _add_tool(shop, result, shop.lock.tools["kubernetes"])  # minikube needs it on the host too
    return result


def _add_tool(shop: Shop, result: Plan, tool: Tool) -> str | None:
    """Add the steps of a tool; return the name of the last, or None if there are none."""
    source = shop.survey.sources.get(tool.name)
    if source is None or source.is_cached(shop.cache.folder):
        return None
    if source.kind == "release":
        result.add(_release_step(shop, tool, source), _RELEASE_MIB)
        return f"get-{tool.name}"
    build = tool.required_build
    result.add(Step("go", "finding Go", lambda: _go(shop), (), _GO_SECONDS, "network"), _GO_MIB)
    if build.cgo and shutil.which("cc") is None:
        result.add(
            Step("compiler", "installing a C compiler", lambda: _compiler(shop), (), _GO_SECONDS)
        )
    builder = GoBuilder(shop.runner, shop.lock, shop.cache.folder, shop.required_go)
    fetch = f"fetch-{build.module}-{build.package}"
    result.add(
        Step(
            fetch,
            f"fetching the modules of {tool.name}",
            lambda: builder.fetch(tool),
            ("go", "compiler") if result.has("compiler") and build.cgo else ("go",),
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
            build.seconds,
            "compile",
        ),
        build.space,
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


def _add_image(shop: Shop, result: Plan, image: RequiredImage) -> None:
    recipe, needs, seconds, space = image.recipe, ["engine"], _LOAD_SECONDS, 0
    if not (shop.cache.folder / "images" / f"{image.key}.tar").exists():
        result.add(
            Step("packages", "installing mmdebstrap", lambda: _packages(shop), ("engine",), 5.0)
        )
        builds = [_add_tool(shop, result, shop.lock.tools[name]) for name in recipe.programs]
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


def _image(shop: Shop, image: RequiredImage) -> None:
    programs = {
        name: shop.survey.sources[name].executable(shop.cache.folder)
        for name in image.recipe.programs
    }
    ImageStore(shop.runner, shop.cache, docker_client()).ensure(
        image.recipe, image.key, programs, shop.survey.architecture, shop.say
    )
