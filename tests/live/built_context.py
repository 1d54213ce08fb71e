"""What is in the image that the Docker Engine builds of a folder, and of its copy."""

import errno
import os
import re
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from components import SettingsError
from components.image.staging import BuildFolder, copies, stage
from standins.docker_plugin.image.client import find_client
from tests.unit.components.image.corpus import Sent, Tree

_BUILDS_AT_ONCE = 4
_LIMIT_SECONDS = 120
_FIRST_WITH_CURRENT_RULES = 23

Contents = dict[str, tuple[int, bytes, str, bytes]]
"""Mode, type, target and content of each entry of an image, by path."""


@dataclass(frozen=True)
class Difference:
    """A context of which the two images differ."""

    context: object
    by_docker: Contents | None
    by_slipway: Contents | None


def differences(folder: Path, cases: Iterable[tuple[Tree, Sent]]) -> tuple[int, list[Difference]]:
    """Build the cases in a folder both ways; return how many were compared, and what differs.

    Where Docker is older than the current rules, and where it cannot take names or patterns that
    are not printable ASCII, there is nothing to compare with. A link in a loop is refused, as
    Pulumi's docker plugin cannot resolve it, though Docker can build the folder.
    """
    with ThreadPoolExecutor(_BUILDS_AT_ONCE) as pool:
        found = list(
            pool.map(lambda case: _difference(folder / str(case[0]), *case[1]), enumerate(cases))
        )
    compared = [each for each in found if each is not None]
    return len(compared), [each for each in compared if each.by_docker != each.by_slipway]


def _difference(context: Path, tree: Tree, sent: Sent) -> Difference | None:
    if sent.is_older_other and not _has_current_rules():
        return None
    tree.write(context)
    by_docker = built(context, context / "Dockerfile")
    if by_docker is None and sent.paths is not None and not _is_printable(tree):
        return None
    by_slipway = built_of_copy(context, context / "Dockerfile")
    if by_slipway is None and _has_link_in_a_loop(context):
        return None
    return Difference(tree, by_docker, by_slipway)


def _is_printable(tree: Tree) -> bool:
    """Return whether Docker can send a tree: patterns are headers of its requests."""
    patterns = re.sub(rb"[\t\r\n]", b"", tree.ignore or b"")
    return tree.is_ascii and patterns.decode(errors="replace").isprintable()


def _has_link_in_a_loop(context: Path) -> bool:
    for folder, folders, files in os.walk(context):
        for name in (*folders, *files):
            try:
                (Path(folder) / name).stat()
            except OSError as error:
                if error.errno == errno.ELOOP:
                    return True
    return False


def built_of_copy(context: Path, dockerfile: Path) -> Contents | None:
    """Return the image that is built of the copy of a context; None if it is refused."""
    root = context.with_name(f"{context.name}-project")
    root.mkdir()
    folder = BuildFolder(root, os.path.relpath(context, root), os.path.relpath(dockerfile, root))
    try:
        staged = stage(folder, copies("dev", "web"), "the image")
    except SettingsError:
        return None
    return built(root / staged.context, root / staged.dockerfile)


def built(context: Path, dockerfile: Path) -> Contents | None:
    """Return what is in the image that is built of a folder; None if Docker refuses it."""
    image = context.with_name(f"{context.name}.tar")
    image.unlink(missing_ok=True)
    done = subprocess.run(
        [
            find_client(buildkit=True), "build", "--progress=plain", f"--file={dockerfile}",
            f"--output=type=tar,dest={image}", "--", str(context),
        ],
        env={**os.environ, "DOCKER_BUILDKIT": "1", "BUILDX_BUILDER": "default"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        return None
    with tarfile.open(image, errors="surrogateescape") as archive:
        return dict(_entries(archive))


def _entries(archive: tarfile.TarFile) -> Iterator[tuple[str, tuple[int, bytes, str, bytes]]]:
    for member in archive:
        file = archive.extractfile(member) if member.isreg() else None
        content = file.read() if file else b""
        yield member.name, (member.mode, member.type, member.linkname, content)


@cache
def _has_current_rules() -> bool:
    words = [find_client(buildkit=True), "--version"]
    version = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.search(r"version (\d+)", version)
    return found is not None and int(found[1]) >= _FIRST_WITH_CURRENT_RULES
