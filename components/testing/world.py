"""Pulumi's runtime for one deployment, apart from that of the process and of other deployments."""

import asyncio
import contextlib
import contextvars
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi
from pulumi.runtime import settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.mocks import MockEngine, MockSettings
from pulumi.runtime.stack import run_in_stack

from .errors import UnsupportedFeature
from .monitor import Monitor

INSIDE: contextvars.ContextVar[bool] = contextvars.ContextVar("slipway_deployment", default=False)
"""True in a deployment of a test, whose resources and outputs are awaited."""

_FIELDS = ("callbacks", "dry_run", "engine", "monitor", "organization", "package_refs",
           "parallel", "project", "root_directory", "stack")  # fmt: skip


@dataclass(frozen=True)
class World:
    """Surroundings of a program: its stack, its configuration, its folder."""

    project: str
    stack: str
    organization: str
    folder: Path
    config: Mapping[str, str]
    """Texts by full keys."""
    secret_keys: tuple[str, ...]
    preview: bool


class _Callbacks:
    """Registers hooks by their names; they are not run."""

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        """Accept a hook."""

    def register_error_hook(self, hook: pulumi.ErrorHook) -> None:
        """Accept a hook for errors."""

    def __getattr__(self, name: str) -> Any:
        raise UnsupportedFeature(
            f"the program uses {name.removeprefix('register_')}, which deployments in tests do "
            "not have; `transformations` are applied"
        )


class Messages(logging.Handler):
    """Collects what the program logs with `pulumi.log`."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.lines.append(record.getMessage())


def run(program: Callable[[], Any], world: World, monitor: Monitor) -> list[str]:
    """Run a program to its end, all outputs awaited, and return its messages.

    Raises what the program raises, also in `apply`. The program runs in a thread of its own, so
    that neither its event loop nor Pulumi's settings are those of the test.
    """
    messages = Messages()
    raised: list[BaseException] = []
    context = contextvars.copy_context()

    def work() -> None:
        try:
            context.run(_run, program, world, monitor, messages)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread of the test
            raised.append(error)

    with _environment(world):
        thread = threading.Thread(target=work, name="deployment", daemon=True)
        thread.start()
        thread.join()
    _forget()
    if raised:
        raise raised[0]
    return messages.lines


def _run(
    program: Callable[[], Any], world: World, monitor: Monitor, messages: logging.Handler
) -> None:
    INSIDE.set(True)
    logger = logging.Logger("deployment", logging.INFO)
    logger.addHandler(messages)
    settings.ROOT.set(None)
    settings.configure(
        MockSettings(
            monitor=monitor,
            engine=MockEngine(logger),
            project=world.project,
            stack=world.stack,
            dry_run=world.preview,
            organization=world.organization,
            root_directory=str(world.folder),
            outputs=set[Any](),
            lock=threading.Lock(),
            package_refs={},
            callbacks=_Callbacks(),
        )
    )
    set_all_config(dict(world.config), list(world.secret_keys))
    failures: list[BaseException] = []

    async def started() -> None:
        # What breaks because of the first failure is not printed beside it.
        asyncio.get_running_loop().set_exception_handler(_ignore)
        try:
            result = program()
            if isawaitable(result):
                await result
        except BaseException as error:
            failures.append(error)
            raise

    try:
        asyncio.run(run_in_stack(started))
    except Exception:
        # What the program itself raised comes before what broke because of it.
        if failures:
            raise failures[0] from None
        raise


def _ignore(_loop: asyncio.AbstractEventLoop, _context: Mapping[str, Any]) -> None:
    """Print nothing."""


@contextlib.contextmanager
def _environment(world: World) -> Generator[None]:
    """Show the program its own configuration, and neither that of the shell nor new modules."""
    shell = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_CONFIG")}
    own = {
        "PULUMI_CONFIG": json.dumps(dict(world.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(world.secret_keys),
    }
    path = list(sys.path)
    with mock.patch.dict(os.environ, {**shell, **own}, clear=True):
        try:
            yield
        finally:
            sys.path[:] = path


def _forget() -> None:
    """Take back what the settings keep for all contexts.

    Setting a field that has no value yet makes the value the default of other contexts; setting it
    to None again takes that back.
    """
    for name in _FIELDS:
        if getattr(settings.SETTINGS, name) is None:
            setattr(settings.SETTINGS, name, None)
