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
    for image in rows("image", "ls", "--digests", repository):
        if image["Tag"] == tag:
            docker("image", "rm", reference)
        elif image["Tag"] == "<none>" and image["Digest"] != "<none>":
            docker("image", "rm", f"{repository}@{image['Digest']}")
