"""`python -m slipway.render`: the objects of a program as files, without Pulumi or a cluster.

Run it in the folder of Pulumi.yaml. The program runs as in a preview: nothing is looked up, built
or deployed. Images by digest come from --image, else from the lock file that `up` of a program
with `Lock` writes.
"""

import argparse
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from ..checks import check
from ..settings.model import SettingsError
from .files import Rendered, files
from .folder import RenderFolder
from .images import EXAMPLE, given_images
from .program import rendered_program


def main(arguments: Sequence[str]) -> int:
    """Write the files and print their names; return 1, with a message, for what is refused."""
    parser = argparse.ArgumentParser(prog="python -m slipway.render", description=__doc__)
    parser.add_argument("program", nargs="?", type=Path, default=Path("__main__.py"))
    parser.add_argument("--stack", required=True, help="name of the stack file")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    add_image(parser)
    options = parser.parse_args(arguments)
    program: Path = options.program
    if not program.is_file():
        parser.error(f"there is no program {program}")

    def run() -> None:
        # As Pulumi runs it: what is beside it can be imported.
        sys.path.insert(0, str(program.resolve().parent))
        runpy.run_path(str(program), run_name="__main__")

    try:
        images = given_images(options.image)
        write(rendered_program(run, options.stack, Path.cwd(), images), options.stack, options.out)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def add_image(parser: argparse.ArgumentParser) -> None:
    """Add the option that gives images by their digests."""
    parser.add_argument(
        "--image",
        action="append",
        default=[],
        metavar="NAME=REPOSITORY@DIGEST",
        help=f"image instead of the lock file's, e.g. {EXAMPLE}; repeatable",
    )


def write(rendered: Rendered, stack: str, out: Path) -> None:
    """Write the files, and print their names, those that were removed, and what is left out.

    Raises SettingsError for objects that a cluster would refuse or that cannot be files, for files
    of others, and for a folder that cannot be written.
    """
    if findings := check(rendered.manifests):
        raise SettingsError("\n".join(["a cluster would refuse this:", *map(str, findings)]))
    written = files(rendered.manifests)
    try:
        removed = RenderFolder(out, rendered.project, stack).write(written)
    except OSError as error:
        raise SettingsError(f"{out} cannot be written: {error}; name another folder") from None
    for name in written:
        print(out / name)
    for path in removed:
        print(f"removed: {path}")
    for line in rendered.left_out:
        print(f"not rendered: {line}")
