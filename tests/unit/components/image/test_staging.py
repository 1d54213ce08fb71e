"""The copy of a build context that is built: what Docker sends, the same in every checkout."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from components import SettingsError
from components.image import staging
from components.image.listing import load_listing
from components.image.staging import BuildFolder, Staged, copies, prune, stage

_BELOW = copies("dev", "web")


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


def _stage(project: Path, context: str = "app", dockerfile: str = "") -> Staged:
    folder = BuildFolder(project, context, dockerfile or f"{context}/Dockerfile")
    return stage(folder, _BELOW, 'Image("web")')


def _files(project: Path, staged: Staged) -> set[str]:
    copy = project / staged.context
    return {str(path.relative_to(copy)) for path in copy.rglob("*") if not path.is_dir()}


def test_the_copy_has_files_folders_and_links_at_a_path_that_is_the_same_in_every_checkout(
    project: Path,
) -> None:
    staged = _stage(project)

    assert staged.context.parent == Path(".slipway/contexts/dev/web")
    assert staged.dockerfile == staged.context / "Dockerfile"
    assert (project / staged.context / "lib" / "a.js").read_text() == "a"
    assert (project / staged.context / "latest").readlink() == Path("lib/a.js")
    assert (project / ".slipway" / "contexts" / ".gitignore").read_text() == "*\n"


def test_stacks_and_images_have_copies_of_their_own() -> None:
    assert len({copies("dev", "web"), copies("dev", "api"), copies("prod", "web")}) == 3


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_modes_are_those_that_git_keeps_under_every_umask(project: Path, umask: int) -> None:
    for path in (project / "app").rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~umask)
    before = os.umask(umask)
    try:
        copy = project / _stage(project).context
    finally:
        os.umask(before)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [copy, *copy.rglob("*")]}
    assert modes["run.sh"] == modes["lib"] == modes[copy.name] == 0o755
    assert modes["a.js"] == modes["Dockerfile"] == 0o644


def _touch(app: Path) -> None:
    os.utime(app / "lib" / "a.js", (1, 1))


def _chmod(app: Path) -> None:
    (app / "lib" / "a.js").chmod(0o600)
    (app / "lib").chmod(0o700)


def _log(app: Path) -> None:
    (app / "debug.log").write_text("more")


@pytest.mark.parametrize("change", [_touch, _chmod, _log])
def test_the_copy_changes_only_with_the_image(
    project: Path, change: Callable[[Path], None]
) -> None:
    (project / "app" / ".dockerignore").write_text("*.log\n")
    before = _stage(project)
    change(project / "app")

    assert _stage(project) == before


def _same_size_and_time(app: Path) -> None:
    file = app / "lib" / "a.js"
    times = file.stat()
    file.write_text("b")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _new_link(app: Path) -> None:
    (app / "latest").unlink()
    (app / "latest").symlink_to("run.sh")


def _folder_for_a_file(app: Path) -> None:
    (app / "run.sh").unlink()
    (app / "run.sh").mkdir()


def _not_executable(app: Path) -> None:
    (app / "run.sh").chmod(0o644)


def _empty_folder(app: Path) -> None:
    (app / "data").mkdir()


@pytest.mark.parametrize(
    "change", [_same_size_and_time, _new_link, _folder_for_a_file, _not_executable, _empty_folder]
)
def test_another_image_is_another_copy_and_the_one_before_stays_as_it_was(
    project: Path, change: Callable[[Path], None]
) -> None:
    before = _stage(project)
    change(project / "app")
    after = _stage(project)

    assert after.context != before.context
    assert (project / before.context / "lib" / "a.js").read_text() == "a"
    assert stat.S_IMODE((project / before.context / "run.sh").stat().st_mode) == 0o755


def test_a_copy_is_made_of_the_one_before_where_files_are_the_same(project: Path) -> None:
    before = project / _stage(project).context
    (project / "app" / "run.sh").write_text("changed")
    after = project / _stage(project).context

    assert (after / "lib" / "a.js").samefile(before / "lib" / "a.js")
    assert not (after / "run.sh").samefile(before / "run.sh")
    assert (after / "run.sh").read_text() == "changed"


def test_a_copy_is_named_by_what_was_copied_in_the_end(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = staging.tempfile.mkdtemp

    def mkdtemp(dir: Path) -> str:
        (project / "app" / "lib" / "a.js").write_text("changed meanwhile")
        return original(dir=dir)

    monkeypatch.setattr(staging.tempfile, "mkdtemp", mkdtemp)
    first = _stage(project)
    monkeypatch.undo()

    assert (project / first.context / "lib" / "a.js").read_text() == "changed meanwhile"
    assert _stage(project) == first


def test_a_copy_that_breaks_half_way_leaves_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging.shutil, "copyfile", fail)
    with pytest.raises(OSError, match="No space left"):
        _stage(project)

    assert list((project / _BELOW).iterdir()) == []


def test_times_are_those_of_the_context(project: Path) -> None:
    for path in (project / "app" / "lib" / "a.js", project / "app" / "lib"):
        os.utime(path, (1, 1))
    copy = project / _stage(project).context

    assert (copy / "lib" / "a.js").stat().st_mtime == (copy / "lib").stat().st_mtime == 1


def test_names_that_are_no_text_are_copied(project: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    (project / "app" / name).write_text("x")
    staged = _stage(project)

    assert name in _files(project, staged)
    assert _stage(project) == staged


def test_of_special_files_the_copy_has_what_buildkit_makes_of_them(project: Path) -> None:
    os.mkfifo(project / "app" / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(project / "app")  # a socket's path may have 108 characters
        listener.bind("socket")
        os.chdir(here)
    staged = _stage(project)
    copy = project / staged.context

    assert (copy / "fifo").is_fifo()
    assert (copy / "socket").read_text() == ""
    assert _stage(project) == staged


def _ignore_file(project: Path, staged: Staged) -> str:
    return (project / f"{staged.dockerfile}.dockerignore").read_text()


def test_the_rules_of_the_copy_hide_nothing_but_themselves(project: Path) -> None:
    (project / "app" / ".dockerignore").write_text("*\n!.dockerignore\n!Dockerfile\n!*.sh\n")
    staged = _stage(project)

    assert _ignore_file(project, staged) == "Dockerfile.dockerignore\n"
    assert _files(project, staged) == {
        ".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "run.sh",
    }  # fmt: skip


def test_a_dockerfile_whose_name_has_special_characters_is_hidden_by_its_name_alone(
    project: Path,
) -> None:
    (project / "app" / "[web] #1.Dockerfile").write_text("FROM scratch\n")
    staged = _stage(project, dockerfile="app/[web] #1.Dockerfile")

    assert staged.dockerfile.name == "[web] #1.Dockerfile"
    assert _ignore_file(project, staged) == "\\[web\\]\\ \\#1.Dockerfile.dockerignore\n"


def _ignored(project: Path) -> str:
    (project / "app" / ".dockerignore").write_text("Dockerfile\n")
    return "app/Dockerfile"


def _in_an_ignored_folder(project: Path) -> str:
    (project / "app" / "docker").mkdir()
    (project / "app" / "docker" / "Dockerfile").write_text("FROM scratch\n")
    (project / "app" / ".dockerignore").write_text("docker\n")
    return "app/docker/Dockerfile"


def _outside(project: Path) -> str:
    (project / "web.Dockerfile").write_text("FROM scratch\n")
    return "web.Dockerfile"


def _linked(project: Path) -> str:
    (project / "app" / "Dockerfile").rename(project / "web.Dockerfile")
    (project / "app" / "Dockerfile").symlink_to("../web.Dockerfile")
    return "app/Dockerfile"


def _ignored_with_an_ignore_file_that_is_sent(project: Path) -> str:
    (project / "app" / "Dockerfile.dockerignore").write_text("Dockerfile\n")
    return "app/Dockerfile"


@pytest.mark.parametrize(
    ("case", "name"),
    [
        (_ignored, "Dockerfile"),
        (_in_an_ignored_folder, ".slipway.Dockerfile"),
        (_outside, ".slipway.Dockerfile"),
        (_linked, ".slipway.Dockerfile"),
        (_ignored_with_an_ignore_file_that_is_sent, ".slipway.Dockerfile"),
    ],
)
def test_a_dockerfile_that_is_not_sent_is_built_and_hidden(
    project: Path, case: Callable[[Path], str], name: str
) -> None:
    dockerfile = case(project)
    staged = _stage(project, dockerfile=dockerfile)

    assert staged.dockerfile == staged.context / name
    assert (project / staged.dockerfile).read_text() == "FROM scratch\n"
    assert _ignore_file(project, staged) == f"{name}.dockerignore\n{name}\n"
    assert not (project / staged.context / "docker").exists()

    (project / dockerfile).write_text("FROM scratch\nCOPY . .\n")
    assert _stage(project, dockerfile=dockerfile) != staged


def test_a_context_above_the_project_has_no_copies_in_it(tmp_path: Path) -> None:
    infra = tmp_path / "shop" / "infra"
    infra.mkdir(parents=True)
    (tmp_path / "shop" / "Dockerfile").write_text("FROM scratch\n")
    (infra / "Pulumi.yaml").touch()
    once = _stage(infra, "..", "../Dockerfile")

    assert _files(infra, once) == {"Dockerfile", "Dockerfile.dockerignore", "infra/Pulumi.yaml"}
    assert _stage(infra, "..", "../Dockerfile") == once


def test_an_ignore_file_that_names_itself_still_hides_what_it_names(project: Path) -> None:
    app = project / "app"
    (app / ".dockerignore").write_text(
        "**/.dockerignore\n**/compose.y*ml\n**/Dockerfile*\n.env.*\n*.pem\n"
    )
    for name in (".env.production", "key.pem", "compose.yaml"):
        (app / name).write_text("secret")

    assert _files(project, _stage(project)) == {
        "Dockerfile", "Dockerfile.dockerignore", "latest", "lib/a.js", "run.sh",
    }  # fmt: skip


def test_links_to_nothing_that_are_ignored_are_no_matter(project: Path) -> None:
    app = project / "app"
    (app / ".dockerignore").write_text("**/.#*\nnode_modules\n!.env.example\n")
    (app / ".#server.js").symlink_to("editor@host.1:1")
    (app / "node_modules").mkdir()
    (app / "node_modules" / "tool").symlink_to("../tool/bin/tool")
    (app / "node_modules" / "loop").symlink_to("loop")

    assert _files(project, _stage(project)) == {
        ".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "latest", "lib/a.js", "run.sh",
    }  # fmt: skip


def test_links_that_lead_out_are_copied_and_what_follows_them_still_counts(project: Path) -> None:
    (project / "shared").mkdir()
    (project / "shared" / "config.json").write_text("shared")
    (project / "app" / "config.json").symlink_to("../shared/config.json")
    (project / "app" / "z.txt").write_text("one")
    before = _stage(project)
    link = project / before.context / "config.json"
    (project / "app" / "z.txt").write_text("two")

    assert link.is_symlink() and not link.exists(), "as in the build"
    assert _stage(project).context != before.context


def test_a_context_that_is_no_folder_is_refused(project: Path) -> None:
    with pytest.raises(SettingsError, match=r'^Image\("web"\): app/Dockerfile is no folder'):
        _stage(project, "app/Dockerfile")


def test_a_lost_listing_is_written_again(project: Path) -> None:
    copy = project / _stage(project).context
    copy.with_name(f"{copy.name}.json").unlink()
    _stage(project)

    assert set(load_listing(copy) or {}) == {"Dockerfile", "run.sh", "lib/a.js", "latest"}


def _age(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (1, 1))


def test_copies_are_removed_but_the_one_that_is_kept(project: Path) -> None:
    _stage(project)
    (project / "app" / "run.sh").write_text("changed")
    second = _stage(project)
    _age(project / _BELOW)
    prune(project / _BELOW, second.context.name)

    assert {path.name for path in (project / _BELOW).iterdir()} == {
        second.context.name, f"{second.context.name}.json",
    }  # fmt: skip
    prune(project / "nowhere", "x")


def test_a_copy_that_another_run_may_build_from_stays(project: Path) -> None:
    first = _stage(project)
    _age(project / _BELOW)
    assert _stage(project) == first
    prune(project / _BELOW, "other")

    assert (project / first.context).is_dir()
