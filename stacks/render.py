"""`make render`: the manifests of a stack as YAML, without Pulumi, Docker, cluster or network.

They are those that `pulumi up` applies, from the same functions. What `up` looked up is read from
the stack's lock file.
"""

import argparse
import asyncio
import gc
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components import SettingsError
from components.app.adjustment import Adjust, adjusted_parts
from components.app.manifests import parts
from components.app.placement import Site, placement
from components.names import Names
from components.render.command import add_image, write
from components.render.configuration import configure
from components.render.files import Rendered, plain
from components.render.images import given_images
from components.render.secrets import pull_secrets, refused_secrets
from components.settings.stack_file import NAMESPACE, lock_path
from components.targets.manifests import namespace
from components.targets.owner import Owner
from components.targets.platforms import required_platform
from stacks.render_facts import LockedFacts
from stacks.settings import Settings
from toolchain import pipes

Manifest = dict[str, Any]

_ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str]) -> int:
    """Write the files and print their names; return 1, with a message, for wrong settings."""
    parser = argparse.ArgumentParser(prog="make render", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the stack file")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    add_image(parser)
    options = parser.parse_args(arguments)
    try:
        stack = rendered(options.stack, _ROOT, images=given_images(options.image))
        write(stack, options.stack, options.out)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def rendered(
    stack: str,
    root: Path = _ROOT,
    adjust: Adjust | None = None,
    images: Mapping[str, str] | None = None,
) -> Rendered:
    """Return what `pulumi up` applies, in the order of creation.

    `adjust` is what the program gives to App, and `images` are those by digest that count instead
    of the lock file's, by their names. Raises SettingsError for settings that do not validate, for
    secret values, and for a fact that neither has.
    """
    asyncio.set_event_loop(asyncio.new_event_loop())  # outputs, such as secrets, need one
    project = configure(root, stack)
    settings = Settings.load(rendering=True)
    # Who applies the files is their owner: the id of a state has no place in them.
    owner = Owner(Names(project.name, stack))
    target = settings.target
    site = Site(owner, lambda name: target.exposure(name, ""), target.pull_secrets)
    file = lock_path(stack)
    _require_no_secrets(settings)
    facts = LockedFacts(root / file, file, stack, images or {}).of(settings)
    namespaces: dict[str, list[Manifest]] = {}
    objects: list[Manifest] = []
    for name, application in settings.applications.items():
        app = application.app
        platform = required_platform(target, application.image.platform)
        place = placement(name, app, site, facts[name], platform)
        namespaces.setdefault(place.namespace, namespace(place.namespace, owner, target.namespaces))
        objects += [part.manifest for part in adjusted_parts(parts(app, place), adjust)]
    first = [manifest for each in namespaces.values() for manifest in each]
    manifests = tuple(plain(each) for each in (*first, *objects))
    return Rendered(project.name, manifests, tuple(pull_secrets(target, namespaces)))


def _require_no_secrets(settings: Settings) -> None:
    lines = [
        line
        for name, application in settings.applications.items()
        for line in refused_secrets(
            name, application.app, f"{NAMESPACE}:{settings.path_of(name, 'app')}"
        )
    ]
    if lines:
        raise SettingsError("\n".join(lines))


if __name__ == "__main__":
    # One short run: looking for garbage would walk through all manifests again and again.
    gc.disable()
    sys.exit(pipes.run(main, sys.argv[1:]))
