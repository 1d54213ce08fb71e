"""Whether Python, the environment, the tools and the plugins are there and in step."""

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
    """The Python that runs this; an older one does not get here."""
    return [Finding("ok", "Python", platform.python_version())]


def environment(checkout: Checkout) -> list[Finding]:
    """Whether .venv holds what requirements.lock says."""
    runner = Runner()
    held = PythonEnvironment(
        checkout, _lock(checkout), Cache(cache_folder(), runner), runner, lambda _text: None
    )
    if held.is_current:
        return [Finding("ok", ".venv", "in step with requirements.lock")]
    what = "is not in step with requirements.lock" if checkout.python.exists() else "is missing"
    return [Finding("fail", ".venv", what, _SET_UP)]


def programs(checkout: Checkout) -> list[Finding]:
    """The tools that set-up provided: whether they are there and which versions they are."""
    made = stamp.load(checkout)
    if made is None:
        return [Finding("fail", "tools", "this checkout is not set up", _SET_UP)]
    findings: list[Finding] = []
    if made.inputs != stamp.inputs(checkout):
        detail = "the lock, the toolchain or a setting changed since the last set-up"
        findings.append(Finding("warn", "set-up", detail, _SET_UP))
    lock = _lock(checkout)
    for row in made.rows:
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
    """Whether the plugins are where Pulumi looks, in the PULUMI_HOME that is in force."""
    made = stamp.load(checkout)
    if made is None:
        return []  # `programs` says so
    home = Path(os.environ.get("PULUMI_HOME") or checkout.home)
    missing = [
        folder
        for folder, executable in made.plugins.items()
        if not (home / "plugins" / folder / Path(executable).name).exists()
    ]
    if missing:
        mend = _SET_UP if home == checkout.home else f"python3 -m toolchain plugins {home}"
        return [Finding("fail", "plugins", f"{home} lacks {', '.join(missing)}", mend)]
    return [Finding("ok", "plugins", f"all in {home / 'plugins'}")]


def stand_ins(checkout: Checkout) -> list[Finding]:
    """Which of the vendor's plugins are replaced here, and how to get the vendor's."""
    made = stamp.load(checkout)
    used = [row.name for row in made.rows if row.origin.startswith(_STAND_IN)] if made else []
    if not used:
        return [Finding("ok", "stand-ins", "none in use")] if made else []
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
