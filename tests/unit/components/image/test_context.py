"""What of a build context is sent, folder by folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import SettingsError
from components.image import context as module
from components.image.context import Entry, require_resolvable, sent_entries
from components.image.ignore import IgnoreRules


def _sent(folder: Path, *lines: str) -> list[str]:
    return [entry.path for entry in sent_entries(folder, IgnoreRules(lines))]


def _fill(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are listed."""
    names: list[str] = []
    original = os.scandir

    def scandir(folder: Path) -> Iterator[os.DirEntry[str]]:
        names.append(folder.name)
        return original(folder)

    monkeypatch.setattr(module.os, "scandir", scandir)
    return names


def test_folders_come_before_their_content_and_all_by_name(tmp_path: Path) -> None:
    _fill(tmp_path, "b/z", "b/a/x", "a.txt", "B")

    assert _sent(tmp_path) == ["B", "a.txt", "b", "b/a", "b/a/x", "b/z"]


@pytest.mark.parametrize("exceptions", [(), ("!.env.example",), ("!src",)])
def test_an_ignored_folder_is_not_even_listed(
    tmp_path: Path, listed: list[str], exceptions: tuple[str, ...]
) -> None:
    _fill(tmp_path, "node_modules/tool/index.js", "src/a.js", ".env.example")

    sent = _sent(tmp_path, "node_modules", *exceptions)

    assert "src/a.js" in sent
    assert sorted(listed) == sorted([tmp_path.name, "src"])


def test_an_ignored_folder_is_sent_if_an_exception_holds_in_it(tmp_path: Path) -> None:
    _fill(tmp_path, "a/keep.txt", "a/drop.txt", "b/drop.txt", "c/d/keep.txt")

    assert _sent(tmp_path, "*", "!**/keep.txt") == [
        "a", "a/keep.txt", "c", "c/d", "c/d/keep.txt",
    ]  # fmt: skip


def test_the_folder_of_slipway_is_never_sent(tmp_path: Path) -> None:
    _fill(tmp_path, ".slipway/passphrase", "infra/.slipway/state.json", "infra/Pulumi.yaml")

    (tmp_path / "infra" / "linked").mkdir()
    (tmp_path / "infra" / "linked" / ".slipway").symlink_to("../../.slipway")

    assert _sent(tmp_path, "!.slipway", "!**/.slipway/**") == [
        "infra", "infra/Pulumi.yaml", "infra/linked",
    ]  # fmt: skip


def test_git_is_sent_unless_it_is_ignored(tmp_path: Path) -> None:
    _fill(tmp_path, ".git/HEAD")

    assert _sent(tmp_path) == [".git", ".git/HEAD"]
    assert _sent(tmp_path, ".git") == []


def test_links_are_sent_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    _fill(outside, "secret")
    app = tmp_path / "app"
    app.mkdir()
    (app / "folder").symlink_to(outside)
    (app / "nothing").symlink_to("missing")

    assert _sent(app) == ["folder", "nothing"]


def _deny(monkeypatch: pytest.MonkeyPatch, denied: str) -> None:
    """Refuse to list a folder, also to root."""
    original = os.scandir

    def scandir(folder: Path) -> Iterator[os.DirEntry[str]]:
        if folder.name == denied:
            raise PermissionError(13, "Permission denied", str(folder))
        return original(folder)

    monkeypatch.setattr(module.os, "scandir", scandir)


def test_a_folder_that_cannot_be_read_is_refused_unless_it_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(tmp_path, "pgdata/base", "src/a.js")
    _deny(monkeypatch, "pgdata")

    for lines in (("*", "!src"), ("pgdata",), ("pgdata", "!pgdata/keep"), ("*", "!**/a.js")):
        assert "pgdata" not in _sent(tmp_path, *lines)
    with pytest.raises(SettingsError, match=r"^pgdata: permission denied"):
        _sent(tmp_path)


def test_a_link_that_the_plugin_cannot_resolve_is_refused_and_others_are_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nothing").symlink_to("missing")
    (tmp_path / "file").touch()
    (tmp_path / "through-a-file").symlink_to("file/x")

    for name in ("nothing", "through-a-file"):
        require_resolvable(Entry(name, tmp_path / name, False, True))
    with pytest.raises(SettingsError, match=r"loop in the build context is a link to loop: Too"):
        require_resolvable(Entry("loop", tmp_path / "loop", False, True))
