"""The objects of a program of the user, which runs as in a preview, without Pulumi or a cluster."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from ..settings.model import SettingsError
from ..settings.stack_file import lock_path
from ..targets import AnyTargetArgs, Target, TargetArgs
from .configuration import configure
from .files import Rendered, file_name, plain
from .images import LockedContent
from .recorder import record
from .secrets import pull_secrets
from .target import RenderTarget


def rendered_program(
    program: Callable[[], None], stack: str, root: Path, images: Mapping[str, str]
) -> Rendered:
    """Return the objects that `pulumi up` of a program applies, from files alone.

    The program runs as in a preview, in this process; `root` has Pulumi.yaml, and `images` are
    those by digest that count instead of the lock file's, by their names. Raises SettingsError for
    an image that neither has, for secret values and for those that only an update knows.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    project = configure(root, stack)
    shown = lock_path(stack)
    locked = LockedContent.read(root / shown, shown)
    made: list[RenderTarget] = []

    def make(args: TargetArgs, production: bool) -> Target:
        target = RenderTarget(cast("AnyTargetArgs", args), images, locked, production=production)
        made.append(target)
        return target

    before, Target.making = Target.making, staticmethod(make)
    try:
        manifests = record(program, project.name, stack)
    finally:
        Target.making = staticmethod(before)
        _cancel(asyncio.all_tasks(loop), loop)
    if not made:
        raise SettingsError("the program has no Target.select(), so it has nothing to render")
    for target in made:
        target.rendered_images.require_all_used()
    namespaces = sorted(
        each["metadata"]["name"] for each in manifests if each["kind"] == "Namespace"
    )
    left_out = [line for each in made for line in pull_secrets(each.args, namespaces)]
    # Pulumi registers what does not depend on each other in no order.
    ordered = sorted(map(plain, manifests), key=file_name)
    return Rendered(project.name, tuple(ordered), tuple(left_out))


def _cancel(left: set[asyncio.Task[Any]], loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what a program that was refused has left, which would be reported at the end."""
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
