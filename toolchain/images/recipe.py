"""The recipe of an image, and what it works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.runner import Runner

HERE = Path(__file__).parent
# Every recipe is made with these, so a change to them is a change to every image.
_SHARED = (HERE / "archive.py", HERE / "debian.py")


@dataclass(frozen=True)
class Workshop:
    """Tools and scratch space of a recipe.

    ``scratch`` is an empty folder that is removed afterwards; ``programs`` maps the name of a
    tool to its executable; ``architecture`` is Docker's (``amd64``); ``docker`` is the
    command line of the Docker client; ``label`` must be on the finished image, so that set-up
    recognises it.
    """

    runner: Runner
    scratch: Path
    programs: Mapping[str, Path]
    architecture: str
    docker: str
    label: tuple[str, str]


@dataclass(frozen=True)
class Recipe:
    """An image: its tag here, the tools it is made from, the files that describe it, its maker.

    ``sources`` are files, never folders.  ``make`` writes the image's archive (see
    toolchain.images.archive) to the path it is given.  ``base`` is the image that it is made
    from, if that has a recipe too; ``product`` the target that needs it, None if every stack does.
    """

    reference: str
    programs: tuple[str, ...]
    sources: tuple[Path, ...]
    make: Callable[[Workshop, Path], None]
    base: "Recipe | None" = None
    product: str | None = None


def sources(module: str, folder: Path | None = None) -> tuple[Path, ...]:
    """The files that describe an image: its module, the shared ones, and those of its folder."""
    own = sorted(path for path in folder.iterdir() if path.is_file()) if folder else []
    return (Path(module), *_SHARED, *own)
