"""Unpacking a release's archive, on Pythons without tarfile's filters too.

Those came with Python 3.11.4, and Debian 12 has 3.11.2.
https://docs.python.org/3/library/tarfile.html#extraction-filters
"""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from toolchain.errors import ToolchainError

_MODE = 0o755


def unpack(file: Path, destination: Path) -> None:
    """Unpack an archive into the folder ``destination``.

    Raises ToolchainError for a member that would lie outside of it, or is a device.
    """
    with tarfile.open(file) as archive:
        if hasattr(tarfile, "data_filter"):
            try:
                archive.extractall(destination, filter="data")
            except tarfile.FilterError as error:
                raise _refused(file, str(error)) from error
        else:
            archive.extractall(destination, checked(archive, file, destination))


def checked(archive: tarfile.TarFile, file: Path, destination: Path) -> Iterator[tarfile.TarInfo]:
    """Yield an archive's members that are harmless, owned by this user.

    Raises ToolchainError for one that is not.
    """
    inside = os.path.realpath(destination)
    for member in archive:
        if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
            raise _refused(file, f"{member.name} is no file, folder or link")
        places = [member.name]
        if member.issym():
            places.append(f"{os.path.dirname(member.name)}/{member.linkname}")  # noqa: PTH120
        elif member.islnk():
            places.append(member.linkname)
        if member.linkname.startswith("/") or not all(_is_inside(inside, each) for each in places):
            raise _refused(file, f"{member.name} leads out of the folder")
        member.mode &= _MODE
        member.uid, member.gid = os.geteuid(), os.getegid()
        member.uname = member.gname = ""
        yield member


def _is_inside(folder: str, name: str) -> bool:
    place = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118 - as tar has it
    return place == folder or place.startswith(f"{folder}{os.sep}")


def _refused(file: Path, reason: str) -> ToolchainError:
    return ToolchainError(
        f"{file.name} is not unpacked: {reason}",
        "build the tools instead: SLIPWAY_TOOLS=build make setup",
    )
