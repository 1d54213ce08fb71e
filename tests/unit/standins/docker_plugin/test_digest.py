"""The context digest, byte by byte: the expected bytes are written out here by hand.

Belongs here: what counts in a build context and in which form.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.digest import context_digest, go_mode

DOCKERFILE = b"FROM scratch\nCOPY . /\n"


def entry(name: str, mode: str, content: bytes) -> bytes:
    return name.encode() + mode.encode() + hashlib.sha256(content).digest() + b"\0"


def expected(*entries: bytes) -> str:
    head = entry("Dockerfile", "----------", DOCKERFILE)
    return hashlib.sha256(head + b"".join(entries)).hexdigest()


IN_CONTEXT = entry("Dockerfile", "-rw-r--r--", DOCKERFILE)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "app"
    folder.mkdir()
    write(folder / "Dockerfile", DOCKERFILE)
    return folder


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def digest() -> str:
    return context_digest("app", "app/Dockerfile")


def test_a_lone_dockerfile_counts_twice(app: Path) -> None:
    assert digest() == expected(IN_CONTEXT), "once by itself, once as a file of the context"


def test_files_are_taken_depth_first_in_the_order_of_their_bytes(app: Path) -> None:
    write(app / "b.txt", b"b")
    write(app / "a" / "z.txt", b"z")
    write(app / "a-.txt", b"a-")
    write(app / "B.txt", b"B")
    assert digest() == expected(
        entry("B.txt", "-rw-r--r--", b"B"),
        IN_CONTEXT,
        entry("a/z.txt", "-rw-r--r--", b"z"),
        entry("a-.txt", "-rw-r--r--", b"a-"),
        entry("b.txt", "-rw-r--r--", b"b"),
    ), "a folder comes where its own name sorts, not where its files' paths would"


def test_dotfiles_count_and_empty_folders_do_not(app: Path) -> None:
    write(app / ".git" / "HEAD", b"ref")
    write(app / ".env", b"x")
    (app / "empty").mkdir(mode=0o700)
    assert digest() == expected(
        entry(".env", "-rw-r--r--", b"x"), entry(".git/HEAD", "-rw-r--r--", b"ref"), IN_CONTEXT
    )


@pytest.mark.parametrize(
    ("mode", "words"),
    [(0o600, "-rw-------"), (0o755, "-rwxr-xr-x"), (0o4755, "urwxr-xr-x"), (0o3777, "gtrwxrwxrwx")],
)
def test_every_permission_bit_counts(app: Path, mode: int, words: str) -> None:
    write(app / "x", b"x", mode)
    assert digest() == expected(IN_CONTEXT, entry("x", words, b"x"))


def test_a_fifo_counts_by_name_and_mode_and_is_not_read(app: Path) -> None:
    os.mkfifo(app / "pipe", 0o644)
    assert digest() == expected(IN_CONTEXT, entry("pipe", "prw-r--r--", b""))


def test_the_mode_of_a_device_names_both_its_kinds() -> None:
    assert go_mode(0o020660) == "Dcrw-rw----"
    assert go_mode(0o060660) == "Drw-rw----"


def test_times_and_folder_modes_do_not_count(app: Path) -> None:
    write(app / "a" / "x", b"x")
    before = digest()
    os.utime(app / "a" / "x", (1, 1))
    (app / "a").chmod(0o700)
    assert digest() == before


def test_a_link_counts_by_the_path_it_leads_to(app: Path) -> None:
    write(app / "a" / "x", b"x")
    (app / "link").symlink_to("a/x")
    (app / "out").symlink_to("../elsewhere")
    write(app.parent / "elsewhere", b"1")
    wanted = expected(
        IN_CONTEXT,
        entry("a/x", "-rw-r--r--", b"x"),
        entry("link", "Lrwxrwxrwx", b"app/a/x"),
        entry("out", "Lrwxrwxrwx", b"elsewhere"),
    )
    assert digest() == wanted
    write(app.parent / "elsewhere", b"2")
    assert digest() == wanted, "what a link leads to counts only where it is itself"


def test_a_link_to_a_folder_and_a_chain_of_links_are_resolved(app: Path) -> None:
    write(app / "a" / "x", b"x")
    (app / "dir").symlink_to("a")
    (app / "far").symlink_to("dir/x")
    (app / "full").symlink_to(app / "a")
    assert digest() == expected(
        IN_CONTEXT,
        entry("a/x", "-rw-r--r--", b"x"),
        entry("dir", "Lrwxrwxrwx", b"app/a"),
        entry("far", "Lrwxrwxrwx", b"app/a/x"),
        entry("full", "Lrwxrwxrwx", str(app / "a").encode()),
    )


def test_a_link_in_an_absolute_context_counts_by_its_absolute_target(app: Path) -> None:
    (app / "link").symlink_to("Dockerfile")
    target = os.path.realpath(app / "Dockerfile").encode()
    assert context_digest(str(app), "app/Dockerfile") == expected(
        IN_CONTEXT, entry("link", "Lrwxrwxrwx", target)
    )


def test_without_links_the_way_to_the_context_does_not_count(app: Path) -> None:
    assert {context_digest(way, "app/Dockerfile") for way in ("app", "./app", str(app))} == {
        digest()
    }


@pytest.mark.parametrize("target", ["nothere", "A.txt/nothere"])
def test_a_dangling_link_ends_its_folder_as_it_does_for_the_vendor(app: Path, target: str) -> None:
    write(app / "src" / "A.txt", b"A")
    (app / "src" / "Mid").symlink_to(target)
    write(app / "src" / "a.txt", b"1")
    write(app / "src" / "sub" / "b.txt", b"1")
    write(app / "z.txt", b"z")
    assert digest() == expected(
        IN_CONTEXT, entry("src/A.txt", "-rw-r--r--", b"A"), entry("z.txt", "-rw-r--r--", b"z")
    ), "another digest here would be a change of every such image that moves between plugins"


def test_a_dangling_link_at_the_top_ends_the_context(app: Path) -> None:
    (app / "A").symlink_to("nothere")
    write(app / "b", b"b")
    assert digest() == expected()


def test_a_loop_of_links_is_an_error_in_words(app: Path) -> None:
    (app / "x").symlink_to("y")
    (app / "y").symlink_to("x")
    with pytest.raises(PluginError, match="too many links"):
        digest()


def test_what_the_ignore_file_excludes_does_not_count_but_the_file_itself_does(app: Path) -> None:
    rules = b"# a comment\nlogs\n*.tmp\n!keep.tmp\nDockerfile\n"
    write(app / ".dockerignore", rules)
    write(app / "logs" / "x", b"x")
    write(app / "a.tmp", b"x")
    write(app / "keep.tmp", b"k")
    assert digest() == expected(
        entry(".dockerignore", "-rw-r--r--", rules), entry("keep.tmp", "-rw-r--r--", b"k")
    ), "an ignored Dockerfile still counts by itself"


def test_the_dockerfiles_own_ignore_file_is_used_instead(app: Path) -> None:
    write(app / ".dockerignore", b"a.txt\n")
    write(app / "Dockerfile.dockerignore", b"b.txt\n")
    write(app / "a.txt", b"a")
    write(app / "b.txt", b"b")
    assert digest() == expected(
        entry(".dockerignore", "-rw-r--r--", b"a.txt\n"),
        IN_CONTEXT,
        entry("Dockerfile.dockerignore", "-rw-r--r--", b"b.txt\n"),
        entry("a.txt", "-rw-r--r--", b"a"),
    )


def test_an_ignored_dangling_link_does_no_harm(app: Path) -> None:
    write(app / ".dockerignore", b"A\n")
    (app / "A").symlink_to("nothere")
    write(app / "b", b"b")
    assert digest() == expected(
        entry(".dockerignore", "-rw-r--r--", b"A\n"), IN_CONTEXT, entry("b", "-rw-r--r--", b"b")
    )


def test_a_dockerfile_outside_the_context_counts_by_its_content_alone(app: Path) -> None:
    (app / "Dockerfile").unlink()
    write(app.parent / "build" / "Other", DOCKERFILE)
    write(app / "a", b"a")
    assert context_digest("app", "build/Other") == expected(entry("a", "-rw-r--r--", b"a"))


def test_a_malformed_pattern_names_itself(app: Path) -> None:
    write(app / ".dockerignore", b"fine\n[a-\n")
    with pytest.raises(PluginError, match=r"excludepatterns.*\[a-.*syntax error in pattern"):
        digest()


def test_a_missing_context_is_named(app: Path) -> None:
    with pytest.raises(PluginError, match="unable to hash build context: resolve : lstat nope"):
        context_digest("nope", "app/Dockerfile")


@pytest.fixture(name="changed")
def changed_fixture(app: Path) -> Callable[[Callable[[], object]], bool]:
    write(app / "src" / "a.txt", b"a")

    def changed(act: Callable[[], object]) -> bool:
        before = digest()
        act()
        return digest() != before

    return changed


def test_content_name_and_mode_change_the_digest(
    app: Path, changed: Callable[[Callable[[], object]], bool]
) -> None:
    file = app / "src" / "a.txt"
    assert changed(lambda: file.write_bytes(b"b"))
    assert changed(lambda: file.chmod(0o600))
    assert changed(lambda: file.rename(app / "src" / "b.txt"))
    assert changed((app / "src" / "b.txt").unlink)
