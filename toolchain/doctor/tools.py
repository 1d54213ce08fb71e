"""Checks of what set-up installed: Python, the environment, tools and plugins."""

import os
import platform
from pathlib import Path

from toolchain.cache import Cache
from toolchain.doctor.finding import Finding
from toolchain.lock import Lock, read_lock
from toolchain.places import Checkout, cache_folder, this_platform
from toolchain.runner import Runner
from toolchain.setup import stamp
from toolchain.tools.found import ask_version
from toolchain.tools.python_environment import PythonEnvironment

_SET_UP = "make setup"
_AGAIN = "python3 -m toolchain setup --again"
_STAND_IN = "stand-in"


def python(_checkout: Checkout) -> list[Finding]:
    """Report the Python that runs this; an older one does not get here."""
    return [Finding("ok", "Python", platform.python_version())]


def environment(checkout: Checkout) -> list[Finding]:
    """Check that .venv matches requirements.lock."""
    runner = Runner()
    current = PythonEnvironment(
        checkout, _lock(checkout), Cache(cache_folder(), runner), runner, lambda _text: None
    )
    if current.is_current:
        return [Finding("ok", ".venv", "matches requirements.lock")]
    detail = "does not match requirements.lock" if checkout.python.exists() else "is missing"
    return [Finding("fail", ".venv", detail, _SET_UP)]


def programs(checkout: Checkout) -> list[Finding]:
    """Check that the tools that set-up installed exist and have an accepted version."""
    last = stamp.load(checkout)
    if last is None:
        return [Finding("fail", "tools", "this checkout is not set up", _SET_UP)]
    findings: list[Finding] = []
    if last.inputs != stamp.inputs(checkout):
        detail = "the lock, the toolchain or a setting changed since the last set-up"
        findings.append(Finding("warn", "set-up", detail, _SET_UP))
    lock = _lock(checkout)
    for row in last.rows:
        tool = lock.tools.get(row.name)
        if tool is None or tool.accepted is None:
            continue
        if tool.use == "command":
            place = checkout.venv / "bin" / tool.name
            version = ask_version([str(place), *tool.ask]) if place.exists() else None
        else:
            version = row.version
        if version is None:
            findings.append(Finding("fail", tool.name, "is missing or does not run", _SET_UP))
        elif version not in tool.accepted:
            detail = f"{version} is not accepted ({tool.accepted})"
            findings.append(Finding("fail", tool.name, detail, _SET_UP))
        else:
            findings.append(Finding("ok", tool.name, f"{version} ({row.origin})"))
    return findings


def plugins(checkout: Checkout) -> list[Finding]:
    """Check that the plugins are in the current PULUMI_HOME."""
    last = stamp.load(checkout)
    if last is None:
        return []  # `programs` reports it
    home = Path(os.environ.get("PULUMI_HOME") or checkout.home)
    missing = [
        folder
        for folder, executable in last.plugins.items()
        if not (home / "plugins" / folder / Path(executable).name).exists()
    ]
    if missing:
        fix = _SET_UP if home == checkout.home else f"python3 -m toolchain plugins {home}"
        return [Finding("fail", "plugins", f"{home} lacks {', '.join(missing)}", fix)]
    return [Finding("ok", "plugins", f"all in {home / 'plugins'}")]


def stand_ins(checkout: Checkout) -> list[Finding]:
    """List the stand-ins for the vendor's plugins, and how to get the vendor's."""
    last = stamp.load(checkout)
    used = [row.name for row in last.rows if row.origin.startswith(_STAND_IN)] if last else []
    if not used:
        return [Finding("ok", "stand-ins", "none in use")] if last else []
    return [
        Finding(
            "ok",
            "stand-ins",
            f"{', '.join(used)}: the vendor's could not be downloaded when this was set up",
            f"where they can be downloaded or are on PATH: {_AGAIN}",
        )
    ]


def _lock(checkout: Checkout) -> Lock:
    return read_lock(checkout.toolchain, this_platform())
