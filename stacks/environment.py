"""`python -m stacks.environment`: the file of a stack that is like another one, beside it.

It extends the other's file, and sets again what two stacks cannot both have: host names, a node
port, and a namespace that is given by name. All else has the stack's name in it already.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from components.app.args import AppArgs
from components.names import dns_label
from components.render.configuration import configure
from components.settings.configuration import holds_secret, stack_configuration
from components.settings.model import SettingsError
from components.settings.stack_file import NAMESPACE, stack_settings
from components.targets import CloudTargetArgs
from components.targets.exposure import ExposeArgs
from stacks.settings import Settings

_HOST_NAMES = "/hostname"
"""End of annotations by which controllers, as external-dns, give names to a Service or a route."""

HEAD = "# An environment like "
"""Beginning of the first line of such a file."""


def main(arguments: Sequence[str]) -> int:
    """Write the file; return 1, with a message, where that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m stacks.environment", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the new stack")
    parser.add_argument("--like", required=True, help="name of the stack file that it extends")
    parser.add_argument("--root", required=True, type=Path, help="folder of Pulumi.yaml")
    options = parser.parse_args(arguments)
    try:
        text, file = _text(options.stack, options.like, options.root)
        _require_own(file, options.like)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    file.write_text(text, encoding="utf-8")
    return 0


def _text(stack: str, like: str, root: Path) -> tuple[str, Path]:
    """Return the content and the path of the file."""
    if dns_label(stack) != stack:
        raise SettingsError(
            f"{stack} cannot be part of host names: at most 40 lowercase letters, digits and "
            "hyphens, e.g. pr-42"
        )
    project = configure(root, like)
    content, where = stack_settings()
    config = stack_configuration(project.stack_file(like).read_bytes(), project.name)
    if any(map(holds_secret, config.values())):
        raise SettingsError(
            f"{where}: it holds secrets, which another stack cannot decrypt; let the applications "
            "read Secrets that exist in the cluster (`envFrom`, `secretVolumes`), or choose a "
            "stack file without secrets"
        )
    settings = Settings.parse(content, where)
    lines = [
        f"{HEAD}{like}: written by `make up STACK={stack} FROM={like}`, and again by the next one.",
        "config:",
        f"  {NAMESPACE}:extends: {like}",
        *(f"  {NAMESPACE}:{key}: {json.dumps(value)}" for key, value in _own(settings, stack)),
    ]
    return "".join(f"{line}\n" for line in lines), project.stack_file(stack)


def _own(settings: Settings, stack: str) -> Iterator[tuple[str, Any]]:
    """Yield the settings in which the stacks differ."""
    if settings.deliver == "gitops":
        yield "deliver", "pulumi"
    target = settings.target
    if isinstance(target, CloudTargetArgs) and (exposed := _own_exposure(target.expose, stack)):
        yield "target", {"expose": exposed}
    apps = {name: _own_app(each.app, stack) for name, each in settings.applications.items()}
    changed = {name: own for name, own in apps.items() if own}
    if settings.apps and changed:
        yield "apps", {name: {"app": own} for name, own in changed.items()}
    elif changed:
        yield "app", next(iter(changed.values()))


def _own_exposure(expose: ExposeArgs, stack: str) -> dict[str, Any]:
    """Return host names with the stack's in front, also where an annotation has them for DNS."""
    found: dict[str, Any] = {}
    if expose.host is not None:
        found["host"] = f"{stack}.{expose.host}"
    names = _own_names(expose.annotations, stack)
    return {**found, "annotations": names} if names else found


def _own_names(annotations: Mapping[str, str], stack: str) -> dict[str, str]:
    return {
        key: ",".join(f"{stack}.{name.strip()}" for name in value.split(","))
        for key, value in annotations.items()
        if key.endswith(_HOST_NAMES)
    }


def _own_app(app: AppArgs, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if app.namespace is not None:
        found["namespace"] = dns_label(f"{app.namespace}-{stack}")
    service: dict[str, Any] = {}
    if app.service.node_port is not None:
        service["nodePort"] = None  # the cluster chooses one
    if names := _own_names(app.service.annotations, stack):
        service["annotations"] = names
    return {**found, "service": service} if service else found


def _require_own(file: Path, like: str) -> None:
    """Raise SettingsError for a file that is no such one, or that extends another."""
    if not file.exists():
        return
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    if not first.startswith(f"{HEAD}{like}:"):
        raise SettingsError(f"stacks/{file.name} exists, and is no environment like {like}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
