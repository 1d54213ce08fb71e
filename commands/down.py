"""`make down`."""

from commands import salt, state
from commands.docker import docker, rows
from commands.recovery import locks, recover
from commands.stack import Stack


def down(stack: Stack) -> None:
    """Remove the stack with its cluster, registry and images on this machine."""
    if not stack.exists():
        print(f"there is no stack {stack.name}; nothing to remove")
        return
    locks.require_no_other_run(stack)
    salt.restore(stack)
    recover(stack)
    before = stack.state()
    stack.run("destroy", "--yes", "--skip-preview")
    for image in state.resources(before, "docker:index/image:Image"):
        _remove_image(str(image["outputs"]["imageName"]))
    stack.run("stack", "rm", "--yes", "--preserve-config")


def _remove_image(reference: str) -> None:
    """Remove an image and its untagged earlier versions from Docker.

    By name, not ID: another stack may have the same image under its own names. With Docker's
    containerd image store earlier versions have no name, and are left to `docker image prune`.
    """
    repository, _, tag = reference.rpartition(":")
    # Without --all Docker 29 hides what has no tag.
    images = rows("image", "ls", "--all", "--digests", repository)
    # An image with a tag is listed once per digest; removing the tag removes these.
    names = {reference for image in images if image["Tag"] == tag} | {
        f"{repository}@{image['Digest']}"
        for image in images
        if image["Tag"] == "<none>" and image["Digest"] != "<none>"
    }
    for name in sorted(names):
        docker("image", "rm", name)
