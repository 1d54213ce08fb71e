"""Unpacking archives with tarfile's own filter and, as on Python 3.11.2, without it."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from toolchain.errors import ToolchainError
from toolchain.tools.unpack import unpack


@pytest.fixture(params=["with a filter", "without"], autouse=True)
def _both_kinds_of_python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    elif not hasattr(tarfile, "data_filter"):
        pytest.skip("this Python has no filters")


def archive(folder: Path, *members: tarfile.TarInfo) -> Path:
    file = folder / "release.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        for member in members:
            content = b"x" * member.size
            tar.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return file


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, 0o4777
    info.size = 3 if kind == tarfile.REGTYPE else 0
    info.uid = info.gid = 12345
    return info


def test_files_folders_and_links_inside_are_unpacked(tmp_path: Path) -> None:
    file = archive(
        tmp_path,
        member("pulumi", tarfile.DIRTYPE),
        member("pulumi/program"),
        member("pulumi/link", tarfile.SYMTYPE, "program"),
        member("hard", tarfile.LNKTYPE, "pulumi/program"),
    )
    unpack(file, tmp_path / "out")
    program = tmp_path / "out" / "pulumi" / "program"
    assert program.read_bytes() == b"xxx"
    assert program.stat().st_mode & 0o7777 == 0o755, "no setuid, writable by nobody else"
    assert program.stat().st_uid == os.geteuid()
    assert (tmp_path / "out" / "pulumi" / "link").read_bytes() == b"xxx"
    assert (tmp_path / "out" / "hard").read_bytes() == b"xxx"


@pytest.mark.parametrize(
    "bad",
    [
        [member("../outside")],
        [member("link", tarfile.SYMTYPE, "../outside")],
        [member("link", tarfile.SYMTYPE, "/etc/passwd")],
        [member("hard", tarfile.LNKTYPE, "../outside")],
        [member("pipe", tarfile.FIFOTYPE)],
    ],
)
def test_what_would_lie_outside_or_is_no_file_is_refused(
    tmp_path: Path, bad: list[tarfile.TarInfo]
) -> None:
    (tmp_path / "outside").write_text("kept")
    with pytest.raises(ToolchainError, match="is not unpacked"):
        unpack(archive(tmp_path, *bad), tmp_path / "out")
    assert (tmp_path / "outside").read_text() == "kept"
