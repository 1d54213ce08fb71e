"""Runs one Pulumi program, once, in a process of its own.

The settings come as flags; the configuration is in PULUMI_CONFIG and
PULUMI_CONFIG_SECRET_KEYS, where the SDK looks for it. Exit codes: 0, what the program passed to
`sys.exit`, 32 for a failure that has been printed, 33 when this interpreter has no
Pulumi SDK, 130 when interrupted.
"""

import argparse
import asyncio
import importlib.util
import logging
import os
import runpy
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NoReturn, cast

import engine_watch
from user_traceback import user_traceback

if TYPE_CHECKING:
    import io

REPORTED = 32
NO_SDK = 33
INTERRUPTED = 130
_THREADS_PER_OPERATION = 4


def _settings() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("monitor", "engine", "project", "root_directory", "stack", "pwd", "organization"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--dry_run", action="store_true")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs="*")
    return parser.parse_args()


def _leave(code: int) -> NoReturn:
    """End without waiting for threads: calls to an engine that is closing may hang."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(settings: argparse.Namespace) -> int:
    import pulumi
    import pulumi.runtime

    pulumi.runtime.set_all_config(
        pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env()
    )
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=settings.project,
            stack=settings.stack,
            monitor=settings.monitor,
            engine=settings.engine,
            parallel=settings.parallel,
            dry_run=settings.dry_run,
            organization=settings.organization,
            root_directory=settings.root_directory,
        )
    )
    sys.argv = [settings.program, *settings.arguments]
    # Futures that were never awaited are normal at the end of a failed run: no message.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    workers = max(settings.parallel, 1) * _THREADS_PER_OPERATION
    loop.set_default_executor(ThreadPoolExecutor(max_workers=workers))

    def program() -> None:
        if os.path.isdir(settings.program) and not os.path.exists(
            main := os.path.join(os.path.abspath(settings.program), "__main__.py")
        ):
            raise pulumi.RunError(f"there is no program: {main} does not exist")
        try:
            runpy.run_path(settings.program, run_name="__main__")
        except KeyboardInterrupt:
            _leave(INTERRUPTED)

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(program))
    except KeyboardInterrupt:
        _leave(INTERRUPTED)
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return REPORTED
    except Exception as error:  # noqa: BLE001 - whatever the program raised is its failure
        traceback = user_traceback(error, os.path.dirname(pulumi.__file__))
        pulumi.log.error(f"Program failed with an unhandled exception:\n{traceback}")
        return REPORTED
    return 0


def _main() -> int:
    settings = _settings()
    engine_watch.end_with_parent()
    # Even where it was ignored when Pulumi started; the host kills what cleans up for too long.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A line that the program prints is shown when it is printed, and not lost in a crash.
    cast("io.TextIOWrapper[Any]", sys.stdout).reconfigure(line_buffering=True)
    if settings.pwd:
        os.chdir(settings.pwd)
    if importlib.util.find_spec("pulumi") is None:
        return NO_SDK
    return _run(settings)


if __name__ == "__main__":
    # Python puts a script's own folder first; programs must not find these modules there.
    sys.path.pop(0)
    sys.exit(_main())
