"""A complete set-up, from the survey to the closing table."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence

from toolchain.cache import Cache
from toolchain.lock import Lock, read_lock
from toolchain.places import Checkout, cache_folder, this_platform
from toolchain.runner import Runner
from toolchain.setup import graph, stamp
from toolchain.setup.faults import explain
from toolchain.setup.graph import Slot, Step, Watch
from toolchain.setup.progress import watch_for
from toolchain.tools.python_environment import PythonEnvironment, is_active, restart_inside

_GIB = 1 << 30
# Two compilers at a time keep both cores busy while one links, if there is memory for both.
_MEMORY_FOR_TWO = 7 * _GIB
_ENVIRONMENT_SECONDS = 10.0


def set_up(
    checkout: Checkout, products: frozenset[str] = frozenset(), *, docker: bool = True
) -> int:
    """Set the checkout up and print where everything comes from; returns the exit code.

    ``products`` are the targets whose own tools are required; without ``docker`` no Docker Engine
    and no images are. Raises ToolchainError when a step fails, after ending every program that
    it started.
    """
    lock = read_lock(checkout.toolchain, this_platform()).for_products(products)
    runner = Runner()
    cache = Cache(cache_folder(), runner)
    cache.require_writable()
    make_environment(checkout, lock, cache, runner)
    if not is_active(checkout):
        restart_inside(checkout)
    return _tools(checkout, lock, cache, runner, docker=docker)


def environment_only(checkout: Checkout) -> None:
    """Make the Python environment and nothing else: no tool, no engine."""
    runner = Runner()
    lock, cache = read_lock(checkout.toolchain, this_platform()), Cache(cache_folder(), runner)
    cache.require_writable()
    make_environment(checkout, lock, cache, runner)


def make_environment(checkout: Checkout, lock: Lock, cache: Cache, runner: Runner) -> None:
    """Make .venv, or bring it in line with the lock."""
    environment = PythonEnvironment(checkout, lock, cache, runner, _say)
    if environment.is_current:
        return
    step = Step(
        "python", "making the Python environment", environment.ensure, (), _ENVIRONMENT_SECONDS
    )
    execute([step], cache, runner)


def execute(
    steps: Sequence[Step],
    cache: Cache,
    runner: Runner,
    share: Callable[[Watch], None] | None = None,
) -> None:
    """Run steps with their progress shown.  Raises ToolchainError with the cause in words.

    ``share`` gets the display, so that the steps can print messages beside it.
    """
    capacity: dict[Slot, int] = {"compile": _compilers(), "network": 2, "image": 1}
    with watch_for(steps) as watch:
        if share:
            share(watch)
        try:
            graph.run(steps, capacity, runner, watch)
        except graph.StepFailed as failure:
            raise explain(failure.error, failure.step.title, cache.folder) from failure.error


def _tools(checkout: Checkout, lock: Lock, cache: Cache, runner: Runner, *, docker: bool) -> int:
    # These need the Python environment, which exists now.
    from toolchain.images import mirrors
    from toolchain.images.store import shown, write_mirrors
    from toolchain.setup import minikube_wrapper as minikube
    from toolchain.setup import whole
    from toolchain.setup.install import install
    from toolchain.setup.plan import plan
    from toolchain.setup.report import decisions, rows
    from toolchain.setup.shop import Shop
    from toolchain.setup.sources import ORIGINS
    from toolchain.setup.survey import survey
    from toolchain.tools.found import Found, search_path

    if docker:
        _start_docker(cache, runner)
    _say("searching for tools, and asking which hosts answer")
    lock = whole.choose(lock, this_platform(), cache.folder)
    facts = survey(checkout, lock, cache, runner, docker=docker)
    environment = PythonEnvironment(checkout, lock, cache, runner, _say)
    shop = Shop(checkout, lock, cache, runner, facts, environment, docker)
    todo = plan(shop)
    cache.check_space(todo.space)
    chosen = decisions(facts.reach)
    if len(todo.steps) > 1:
        _say("\n".join(map(str, chosen)))
    execute(todo.steps, cache, runner, shop.show_on)
    tools = dict(facts.found)
    for name, source in facts.sources.items():
        if lock.tools[name].is_installed and name not in tools:
            place = source.executable(cache.folder)
            tools[name] = Found(name, lock.tools[name].version, place, ORIGINS[source.kind])
    made = not facts.reach.images.is_published
    if docker and (changed := write_mirrors(cache.folder, mirrors.text() if made else None)):
        _say(changed)
    installed = install(checkout, lock, tools, search_path(checkout, cache.folder), runner)
    if "minikube" in tools and made:
        kubernetes = facts.sources["kubernetes"].executable(cache.folder)
        minikube.write(
            checkout, this_platform(), tools["minikube"].path, kubernetes, tools["kubectl"].path
        )
    table = rows(checkout, installed.tools, shop.required_engine() if docker else None, facts)
    images = {shown(image.recipe.reference): image.key for image in facts.images}
    result = stamp.Result(
        rows=table,
        plugins=installed.plugins,
        images=images if docker else {},
        files=installed.files,
        products=lock.products,
        docker=docker,
        decisions=chosen,
    )
    stamp.write(checkout, result)
    print(stamp.table(result.rows, result.decisions))
    return 0


def _start_docker(cache: Cache, runner: Runner) -> None:
    """Start a Docker Engine that is installed and stopped: it has images, and ways to more."""
    from toolchain import engine

    def start() -> None:
        engine.ensure(runner, _say, cache.folder)

    if shutil.which("docker") and engine.probe() is None:
        execute([Step("engine", "finding the Docker Engine", start)], cache, runner)


def _compilers() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 2 if memory >= _MEMORY_FOR_TWO else 1


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
