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
    """Remove an image and its earlier, now nameless, versions from the engine.

    By their names: another stack may have the same image under names of its own.
    """
    repository, _, tag = reference.rpartition(":")
    images = rows("image", "ls", "--digests", repository)
    # One with a tag is listed once for each of its digests, and these go with the tag.
    names = {reference for image in images if image["Tag"] == tag} | {
        f"{repository}@{image['Digest']}"
        for image in images
        if image["Tag"] == "<none>" and image["Digest"] != "<none>"
    }
    for name in sorted(names):
        docker("image", "rm", name)
