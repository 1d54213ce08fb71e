"""Checks of Pulumi: the user's variables, damaged states, and locks that an ended run left."""

import json
import os
import socket
from pathlib import Path

from toolchain import backend
from toolchain.checkpoints import find_damage
from toolchain.doctor.finding import Finding
from toolchain.places import Checkout

_QUIET = ("SKIP_UPDATE_CHECK", "DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")
_SECRET = ("PASSPHRASE", "TOKEN", "SECRET")


def variables(_checkout: Checkout) -> list[Finding]:
    """List the user's PULUMI_ variables, which override those of the checkout."""
    named = {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("PULUMI_") and not name.endswith(_QUIET)
    }
    if not named:
        return [Finding("ok", "PULUMI_ variables", "none set: state and plugins of the checkout")]
    settings = ", ".join(
        name if any(word in name for word in _SECRET) else f"{name}={value}"
        for name, value in named.items()
    )
    return [
        Finding("warn", "PULUMI_ variables", f"set by you, overriding the checkout: {settings}")
    ]


def state_backend(checkout: Checkout) -> list[Finding]:
    """Report where Pulumi keeps the stacks, and what decides it."""
    chosen = backend.select(checkout.root, checkout.root)
    where = chosen.url or "known to Pulumi only: `pulumi whoami --verbose` shows it"
    return [Finding("ok", "state backend", f"{where}, set by {chosen.source}")]


def states(checkout: Checkout) -> list[Finding]:
    """List the states that Pulumi cannot read, each with the copy that restores it."""
    folder = _state_folder(checkout)
    read = "every state of a stack can be read" if folder else "not in files of this machine"
    return [
        Finding("fail", f"stack {damage.stack}", damage.message, damage.fix)
        for damage in (find_damage(folder) if folder else ())
    ] or [Finding("ok", "states", read)]


def locks(checkout: Checkout) -> list[Finding]:
    """List locks on stacks, and whether the process that took each one still runs here."""
    findings: list[Finding] = []
    folder = _state_folder(checkout)
    for path in sorted((folder / "locks").rglob("*.json")) if folder else ():
        try:
            lock = json.loads(path.read_text(encoding="utf-8"))
            holder, host = int(lock["pid"]), str(lock["hostname"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # removed meanwhile, or still being written
        stack = path.parent.name
        if host != socket.gethostname():
            findings.append(Finding("warn", f"stack {stack}", f"locked by a process on {host}"))
        elif Path(f"/proc/{holder}").exists() or not Path("/proc/self").exists():
            findings.append(Finding("ok", f"stack {stack}", f"in use by process {holder}"))
        else:
            detail = f"locked by process {holder}, which ended"
            findings.append(
                Finding("warn", f"stack {stack}", detail, f"pulumi cancel --yes --stack {stack}")
            )
    return findings or [Finding("ok", "locks", "no stack is locked")]


def _state_folder(checkout: Checkout) -> Path | None:
    return backend.select(checkout.root, checkout.root).state_folder(checkout.root)
