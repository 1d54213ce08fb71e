"""The steps of a set-up, from what the survey found."""

import shutil
from collections.abc import Callable
from pathlib import Path

from toolchain import engine
from toolchain.engine import packages
from toolchain.lock import Tool
from toolchain.setup.graph import Step
from toolchain.setup.image_steps import add_images
from toolchain.setup.shop import Plan, Shop
from toolchain.setup.sources import Source
from toolchain.tools import golang
from toolchain.tools.gobuild import GoBuilder
from toolchain.tools.release import download

_FETCH_SECONDS = 20.0
_RELEASE_SECONDS = 10.0
_RELEASE_MIB = 300
_GO_SECONDS = 15.0
_GO_MIB = 300


def plan(shop: Shop) -> Plan:
    """Return the steps for everything that is missing, each once."""
    result = Plan()
    for tool in shop.lock.tools.values():
        if tool.is_installed and tool.name not in shop.survey.found:
            _add_tool(shop, result, tool)
    if shop.docker:
        result.add(Step("engine", "finding the Docker Engine", lambda: _engine(shop)))
        add_images(shop, result, _add_tool)
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
            tuple(f"build-{name}" for name in build.after),
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


def _make(shop: Shop, source: Source, make: Callable[[Path], None]) -> None:
    shop.cache.entry(f"tools/{source.key}", make, shop.say)


def _go(shop: Shop) -> None:
    shop.go = golang.ensure(shop.checkout, shop.lock, shop.cache, shop.environment, shop.say)


def _engine(shop: Shop) -> None:
    shop.engine = engine.ensure(shop.runner, shop.say, shop.cache.folder)


def _compiler(shop: Shop) -> None:
    packages.ensure(shop.runner, shop.say, ["gcc", "libc6-dev"])
