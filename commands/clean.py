"""`make clean`."""

from commands.down import down
from commands.engine import docker, rows
from commands.stack import Stack

_MADE_BY_SETUP = "slipway.toolchain.key"


def clean(stack: Stack) -> None:
    """Remove the stack, and the images that set-up made; the next set-up loads them again."""
    down(stack)
    images = rows("image", "ls", "--filter", f"label={_MADE_BY_SETUP}")
    for image in images:
        docker("image", "rm", f"{image['Repository']}:{image['Tag']}")
        print(f"removed the image {image['Repository']}:{image['Tag']}")
