"""`make down`."""

from commands import state
from commands.engine import docker, rows
from commands.recovery import recover
from commands.stack import Stack


def down(stack: Stack) -> None:
    """Remove all of the stack: in the cluster, the cluster, the registry, its images here."""
    if not stack.exists():
        print(f"there is no stack {stack.name}; nothing to remove")
        return
    recover(stack)
    before = stack.state()
    stack.run("destroy", "--yes", "--skip-preview")
    for image in state.resources(before, "docker:index/image:Image"):
        _forget(str(image["outputs"]["imageName"]))
    stack.run("stack", "rm", "--yes", "--preserve-config")


def _forget(reference: str) -> None:
    """Remove an image and its earlier, now nameless, versions from the engine."""
    repository, _, tag = reference.rpartition(":")
    images = rows("image", "ls", "--digests", repository)
    ids = {image["ID"] for image in images if image["Tag"] in (tag, "<none>")}
    if ids:
        docker("image", "rm", "--force", *ids)
