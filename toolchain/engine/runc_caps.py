#!/usr/bin/python3 -IS
"""An OCI runtime that asks runc only for what this machine can grant.

A machine that is itself a container often lacks CAP_SYS_RESOURCE.  runc then refuses every
container that names the capability (each privileged one does) and every negative OOM score.
This runtime drops the two from the bundle and hands over to the real runc.  It starts with
every container, so it imports little.
"""

import json
import os
import sys
from typing import Any

_MISSING = "CAP_SYS_RESOURCE"


def _option(arguments: list[str], *names: str) -> str | None:
    """Return the value of the first of these options, given as ``--o v`` or ``--o=v``."""
    for position, argument in enumerate(arguments):
        for name in names:
            if argument == name and position + 1 < len(arguments):
                return arguments[position + 1]
            if argument.startswith(f"{name}="):
                return argument.split("=", 1)[1]
    return None


def _relax(process: dict[str, Any]) -> None:
    """Drop the missing capability and a negative OOM score from an OCI process."""
    capabilities: dict[str, list[str] | None] = process.get("capabilities") or {}
    for kind, names in capabilities.items():
        capabilities[kind] = [name for name in names or [] if name != _MISSING]
    if (process.get("oomScoreAdj") or 0) < 0:
        process["oomScoreAdj"] = 0


def _rewrite(path: str, inner: str | None) -> None:
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    _relax(document if inner is None else document.setdefault(inner, {}))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)


def main() -> None:
    """Rewrite the bundle or the exec's process file, then become runc."""
    arguments = sys.argv[1:]
    if "create" in arguments or "run" in arguments:
        bundle = _option(arguments, "--bundle", "-b") or os.getcwd()
        _rewrite(os.path.join(bundle, "config.json"), "process")
    elif "exec" in arguments:
        process = _option(arguments, "--process", "-p")
        if process:
            _rewrite(process, None)
    os.execvp("runc", ["runc", *arguments])


if __name__ == "__main__":
    main()
