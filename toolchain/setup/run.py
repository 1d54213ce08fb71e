"""A complete set-up, from the survey to the closing table."""

import os
import sys
from collections.abc import Callable, Sequence

from toolchain.cache import Cache
from toolchain.lock import Lock, read_lock
from toolchain.places import Checkout, Platform, cache_folder, this_platform
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


def set_up(checkout: Checkout, products: frozenset[str] = frozenset()) -> int:
    """Set the checkout up and print where everything comes from; returns the exit code.

    ``products`` are the targets whose own tools are required. Raises ToolchainError when a step
    fails, after ending every program that it started.
    """
    platform = this_platform()
    lock = read_lock(checkout.toolchain, platform).for_products(products)
    runner = Runner()
    cache = Cache(cache_folder(), runner)
    make_environment(checkout, lock, cache, runner)
    if not is_active(checkout):
        restart_inside(checkout)
    return _tools(checkout, lock, cache, platform, runner)


def environment_only(checkout: Checkout) -> None:
    """Make the Python environment and nothing else: no tool, no engine."""
    runner = Runner()
    lock = read_lock(checkout.toolchain, this_platform())
    make_environment(checkout, lock, Cache(cache_folder(), runner), runner)


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


def _tools(checkout: Checkout, lock: Lock, cache: Cache, platform: Platform, runner: Runner) -> int:
    # These need the Python environment, which exists now.
    from toolchain.images import mirrors
    from toolchain.images.store import shown, write_mirrors
    from toolchain.setup import minikube_wrapper as minikube
    from toolchain.setup.install import install
    from toolchain.setup.plan import Shop, plan
    from toolchain.setup.report import rows
    from toolchain.setup.sources import ORIGINS
    from toolchain.setup.survey import survey
    from toolchain.tools.found import Found, search_path

    facts = survey(checkout, lock, cache, platform, runner)
    environment = PythonEnvironment(checkout, lock, cache, runner, _say)
    shop = Shop(checkout, lock, cache, runner, facts, environment)
    todo = plan(shop)
    cache.check_space(todo.space)
    execute(todo.steps, cache, runner, shop.show_on)
    tools = dict(facts.found)
    for name, source in facts.sources.items():
        if lock.tools[name].is_installed and name not in tools:
            place = source.executable(cache.folder)
            tools[name] = Found(name, lock.tools[name].version, place, ORIGINS[source.kind])
    write_mirrors(cache.folder, None if facts.reach.images else mirrors.text())
    installed = install(checkout, lock, tools, search_path(checkout, cache.folder), runner)
    if "minikube" in tools and not facts.reach.images:
        kubernetes = facts.sources["kubernetes"].executable(cache.folder)
        minikube.write(
            checkout, platform, tools["minikube"].path, kubernetes, tools["kubectl"].path
        )
    table = rows(checkout, installed.tools, shop.required_engine(), facts)
    images = {shown(image.recipe.reference): image.key for image in facts.images}
    stamp.write(checkout, table, installed.plugins, images, installed.files, lock.products)
    print(stamp.table(table))
    return 0


def _compilers() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 2 if memory >= _MEMORY_FOR_TWO else 1


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
