"""The copy of a build context: the same in every checkout, and only what changed is copied."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from components import SettingsError
from components.image.staging import hashes, stage


@pytest.fixture
def project(tmp_path: Path) -> Path:
    app = tmp_path / "app"
    (app / "lib").mkdir(parents=True)
    (app / "Dockerfile").write_text("FROM scratch\n")
    (app / "run.sh").write_text("#!/bin/sh\n")
    (app / "run.sh").chmod(0o755)
    (app / "lib" / "a.js").write_text("a")
    (app / "latest").symlink_to("lib/a.js")
    return tmp_path


def _staged(project: Path, context: str = "app") -> dict[str, str]:
    return hashes(project / stage(project, context, f"{context}/Dockerfile", "web"))


def test_the_copy_has_files_folders_and_links_at_a_path_that_is_the_same_in_every_checkout(
    project: Path,
) -> None:
    copy = stage(project, "app", "app/Dockerfile", "web")

    assert copy == Path(".slipway/build/web")
    assert (project / copy / "lib" / "a.js").read_text() == "a"
    assert (project / copy / "latest").readlink() == Path("lib/a.js")


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_modes_show_only_whether_a_file_is_executable(project: Path, umask: int) -> None:
    for path in (project / "app").rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~umask)
    before = os.umask(umask)
    try:
        copy = project / stage(project, "app", "app/Dockerfile", "web")
    finally:
        os.umask(before)

    modes = {path.name: path.stat().st_mode & 0o7777 for path in copy.rglob("*")}
    assert modes["run.sh"] == 0o755
    assert modes["a.js"] == modes["Dockerfile"] == 0o644


def _touch(app: Path) -> None:
    os.utime(app / "lib" / "a.js", (1, 1))


def _chmod(app: Path) -> None:
    (app / "lib" / "a.js").chmod(0o600)


@pytest.mark.parametrize("change", [_touch, _chmod])
def test_the_copy_changes_only_with_the_image(
    project: Path, change: Callable[[Path], None]
) -> None:
    before = _staged(project)
    change(project / "app")

    assert _staged(project) == before


def test_the_copy_follows_changed_new_and_removed_files(project: Path) -> None:
    before = _staged(project)
    (project / "app" / "lib" / "a.js").write_text("changed")
    (project / "app" / "new.js").write_text("new")
    (project / "app" / "run.sh").unlink()
    after = _staged(project)

    assert {name for name in before | after if before.get(name) != after.get(name)} == {
        "lib/a.js", "new.js", "run.sh",
    }  # fmt: skip


def test_the_copy_follows_a_file_that_becomes_a_folder_or_a_link_and_back(project: Path) -> None:
    _staged(project)
    (project / "app" / "run.sh").unlink()
    (project / "app" / "run.sh").mkdir()
    (project / "app" / "run.sh" / "x").write_text("x")
    (project / "app" / "lib" / "a.js").unlink()
    (project / "app" / "lib" / "a.js").symlink_to("../Dockerfile")
    staged = _staged(project)

    assert "run.sh/x" in staged
    assert staged["lib/a.js"] == "-> ../Dockerfile"

    (project / "app" / "run.sh" / "x").unlink()
    (project / "app" / "run.sh").rmdir()
    (project / "app" / "run.sh").write_text("#!/bin/sh\n")
    assert "run.sh" in _staged(project)


def test_ignored_files_are_not_copied_unless_the_ignore_file_has_exceptions(
    project: Path,
) -> None:
    (project / "app" / "node_modules" / "x").mkdir(parents=True)
    (project / "app" / "node_modules" / "x" / "huge").write_text("x")
    ignore = project / "app" / ".dockerignore"
    ignore.write_text("node_modules/\n**/lib\n")
    assert not {"node_modules/x/huge", "lib/a.js"} & set(_staged(project))

    ignore.write_text("node_modules\n!node_modules/x\n")
    assert "node_modules/x/huge" in _staged(project), "Docker decides, by the same file"


def test_the_ignore_file_of_the_dockerfile_takes_precedence(project: Path) -> None:
    (project / "app" / ".dockerignore").write_text("lib\n")
    (project / "app" / "Dockerfile.dockerignore").write_text("run.sh\n")
    staged = _staged(project)

    assert "lib/a.js" in staged
    assert "run.sh" not in staged


def test_the_copy_of_the_whole_project_has_no_copies_in_it(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM scratch\n")
    once = _staged(project, ".")

    assert "app/run.sh" in once
    assert _staged(project, ".") == once


def test_a_dangling_link_is_refused_unless_it_is_ignored(project: Path) -> None:
    (project / "app" / "gone").symlink_to("nowhere")
    with pytest.raises(SettingsError, match=r"gone in the build context is a link to nowhere"):
        _staged(project)

    (project / "app" / ".dockerignore").write_text("gone\n")
    assert "gone" not in _staged(project)


def test_a_context_that_is_no_folder_is_refused(project: Path) -> None:
    with pytest.raises(SettingsError, match=r"app/Dockerfile is no folder"):
        stage(project, "app/Dockerfile", "app/Dockerfile", "web")
