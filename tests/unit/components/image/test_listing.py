"""The listing of a context, and the hash by which the state knows it."""

import os
import socket
from pathlib import Path

import pytest

from components import SettingsError
from components.image.context import sent_entries
from components.image.ignore import IgnoreRules
from components.image.listing import (
    BUILD_FILE,
    digest,
    listing,
    load_listing,
    of_context,
    save_listing,
    shown,
)  # fmt: skip


def _listing(folder: Path, *lines: str) -> dict[str, str]:
    return listing(sent_entries(folder, IgnoreRules(lines)))


def test_files_links_and_empty_folders_are_listed(tmp_path: Path) -> None:
    (tmp_path / "lib" / "empty").mkdir(parents=True)
    (tmp_path / "run.sh").write_text("x")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "lib" / "a.js").write_text("a")
    (tmp_path / "out").symlink_to("../shared")

    assert _listing(tmp_path) == {
        "lib/a.js": "ca978112ca1b",
        "lib/empty/": "",
        "out": "-> ../shared",
        "run.sh": "2d711642b726 x",
    }


def test_special_files_are_listed_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo", 0o644)
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # a socket's path may have 108 characters
        listener.bind("socket")
        os.chdir(here)
    (tmp_path / "socket").chmod(0o644)

    (tmp_path / "empty").touch()

    found = _listing(tmp_path)

    assert found == {"fifo": "p", "socket": found["empty"], "empty": found["empty"]}


def test_a_device_is_refused_unless_it_is_ignored() -> None:
    with pytest.raises(SettingsError, match=r"null in the build context is a device"):
        _listing(Path("/dev"), "*", "!null")


def test_what_is_ignored_is_neither_read_nor_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.log", "b.log", "c.txt"):
        (tmp_path / name).touch()
    touched: set[str] = set()
    for method in ("open", "lstat", "stat"):
        original = getattr(Path, method)

        def record(path: Path, *args: object, _original=original, **kwargs: object) -> object:
            touched.add(path.name)
            return _original(path, *args, **kwargs)

        monkeypatch.setattr(Path, method, record)

    _listing(tmp_path, "*.log")

    assert touched == {"c.txt"}


def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").touch()

    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(SettingsError, match=r"^secret in the build context: permission denied"):
        _listing(tmp_path)


def test_a_file_that_is_removed_meanwhile_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    entries = list(sent_entries(tmp_path, IgnoreRules(())))
    (tmp_path / "a").unlink()

    assert set(listing(entries)) == {"b"}


def test_the_hash_is_of_names_contents_and_executable_bits() -> None:
    listings = [{}, {"a": "1"}, {"b": "1"}, {"a": "2"}, {"a": "1 x"}, {"a": "1", "e/": ""}]

    assert len({digest(each) for each in listings}) == len(listings)
    assert digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"})


def test_a_listing_is_kept_whatever_the_bytes_of_its_names(tmp_path: Path) -> None:
    kept = {"caf\udce9": "1", "caf\u00e9": "2", BUILD_FILE: "3"}
    save_listing(kept, tmp_path / "copy")

    assert load_listing(tmp_path / "copy") == kept
    assert set(of_context(kept)) == {"caf\udce9", "caf\u00e9"}
    assert shown("caf\udce9") == r"caf\xe9"


@pytest.mark.parametrize("content", [None, "{", b"\xff"])
def test_a_listing_that_is_lost_or_broken_is_none(tmp_path: Path, content: object) -> None:
    if isinstance(content, str):
        (tmp_path / "copy.json").write_text(content)
    elif isinstance(content, bytes):
        (tmp_path / "copy.json").write_bytes(content)

    assert load_listing(tmp_path / "copy") is None
