"""`make clean`."""

from commands.docker import docker, rows
from commands.down import down
from commands.stack import Stack
from toolchain.images import RECIPES
from toolchain.images.store import LABEL, shown


def clean(stack: Stack) -> None:
    """Remove the stack and the images that set-up made; the next set-up loads them again.

    Images are listed by name: one that is built on them inherits their label.
    """
    down(stack)
    for image in (shown(recipe.reference) for recipe in RECIPES):
        if not rows("image", "ls", "--filter", f"label={LABEL}", image):
            continue
        if users := rows("ps", "--all", "--filter", f"ancestor={image}"):
            names = ", ".join(str(user["Names"]) for user in users)
            print(f"kept the image {image}, in use by {names}")
            continue
        docker("image", "rm", image)
        print(f"removed the image {image}")
