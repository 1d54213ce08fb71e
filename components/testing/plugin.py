"""The plugin for pytest: the fixtures `deploy` and `api_server`, and an error for idle tests.

Outside of a deployment, Pulumi runs neither the registration of a resource nor an `apply` before
the test has ended: its assertions in there pass unseen, and it proves nothing. Such a test fails,
unless it is marked with `pulumi_unawaited`.
https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

import contextlib
import contextvars
import inspect
from collections.abc import Awaitable, Callable, Generator, Iterator
from functools import wraps
from typing import Any
from unittest import mock

import pulumi
import pytest
from pulumi.runtime import mocks

from .api_server import ApiServer
from .deploying import deploy as deploy_program
from .monitor import ROOT_STACK
from .world import INSIDE

_MARKER = "pulumi_unawaited"
_AWAITED: contextvars.ContextVar[bool] = contextvars.ContextVar("pulumi_awaited", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", f"{_MARKER}: makes resources or outputs of Pulumi that nothing awaits"
    )


@pytest.fixture
def deploy() -> Callable[..., Any]:
    """`slipway.testing.deploy`."""
    return deploy_program


@pytest.fixture(scope="session")
def slipway_api_server() -> Iterator[ApiServer]:
    """An API server for all tests of the session, or of a process of pytest-xdist."""
    with ApiServer() as server:
        yield server


@pytest.fixture
def api_server(slipway_api_server: ApiServer) -> Iterator[ApiServer]:
    """A real API server with nothing in it, whose objects are removed after the test."""
    yield slipway_api_server
    slipway_api_server.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that leaves what it makes of Pulumi unawaited."""
    if item.get_closest_marker(_MARKER) is not None:
        return (yield)
    unawaited: list[str] = []
    with _watched(unawaited):
        result = yield
    if unawaited:
        pytest.fail(
            f"the test makes {', '.join(dict.fromkeys(unawaited))} outside of a deployment, and "
            "nothing awaits it: what it asserts there would pass unseen. Move it into a program "
            "and run that with `deploy`, or decorate the test with `@pulumi.runtime.test`",
            pytrace=False,
        )
    return result


@contextlib.contextmanager
def _watched(unawaited: list[str]) -> Generator[None]:
    """Write down what nothing awaits."""
    output: Any = pulumi.Output
    make, apply = pulumi.Resource.__init__, output.apply
    run: Callable[..., Awaitable[None]] = vars(mocks)["run_pulumi_func"]

    @wraps(make)
    def watched_make(self: Any, t: str, name: str, *args: Any, **options: Any) -> None:
        if not _is_awaited() and t != ROOT_STACK:
            unawaited.append(f"{t} {name}")
        make(self, t, name, *args, **options)

    @wraps(apply)
    def watched_apply(self: Any, *args: Any, **options: Any) -> Any:
        if not _is_awaited() and not _is_called_by_pulumi():
            unawaited.append("an `apply`")
        return apply(self, *args, **options)

    async def watched_run(func: Callable[[], Awaitable[None] | None]) -> None:
        token = _AWAITED.set(True)
        try:
            await run(func)
        finally:
            _AWAITED.reset(token)

    with (
        mock.patch.object(pulumi.Resource, "__init__", watched_make),
        mock.patch.object(output, "apply", watched_apply),
        mock.patch.object(mocks, "run_pulumi_func", watched_run),
    ):
        yield


def _is_awaited() -> bool:
    return _AWAITED.get() or INSIDE.get()


def _is_called_by_pulumi() -> bool:
    """Return whether the caller of the caller is the SDK itself, which awaits what it makes."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame and frame.f_back
    module = str(frame.f_globals.get("__name__")) if frame else ""
    return module == "pulumi" or module.startswith("pulumi.")
