"""The rules of an ignore file are Docker's."""

import os
from pathlib import Path

import pytest

from components import SettingsError
from components.image.context import sent_entries
from components.image.ignore import IgnoreRules

from .corpus import Tree, recorded, trees


def _sent(folder: Path) -> frozenset[bytes] | None:
    try:
        rules = IgnoreRules.read(folder, folder / "Dockerfile")
        return frozenset(os.fsencode(entry.path) for entry in sent_entries(folder, rules))
    except SettingsError:
        return None


def test_what_is_sent_of_every_generated_context_is_what_docker_sends(tmp_path: Path) -> None:
    differences: list[tuple[Tree, object, object]] = []
    for number, (tree, expected) in enumerate(zip(trees(), recorded(), strict=True)):
        folder = tmp_path / str(number)
        tree.write(folder)
        if (sent := _sent(folder)) != expected.paths:
            differences.append((tree, sent, expected.paths))

    assert differences == []


def test_the_generated_contexts_have_what_the_rules_are_about() -> None:
    every = list(trees())
    text = b"\n".join(tree.ignore or b"" for tree in every)

    assert all(each in text for each in (b"\n!", b"**/", b"/\n", b"\r\n", b"\xef\xbb\xbf", b"\xe9"))
    assert sum(bool(tree.links) for tree in every) > 50
    assert 20 < sum(sent.paths is None for sent in recorded()) < 100
    assert sum(not tree.is_ascii for tree in every) > 80
    judged = zip(every, recorded(), strict=True)
    assert sum(tree.is_ascii and not sent.is_older_other for tree, sent in judged) >= 300, (
        "Docker 20.10 judges these"
    )


@pytest.mark.parametrize(
    ("line", "name"), [("!", "!"), ("[a-", "[a-"), ("caf\udce9[", r"caf\xe9[")]
)
def test_a_line_that_is_no_pattern_is_refused_with_its_text(line: str, name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        IgnoreRules([line], "web.Dockerfile.dockerignore")

    assert str(refused.value).startswith(f"web.Dockerfile.dockerignore: {name}: ")


def test_an_ignore_file_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".dockerignore").touch()

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(SettingsError, match=r"^\.dockerignore of the build context: permission"):
        IgnoreRules.read(tmp_path, tmp_path / "Dockerfile")


def test_the_ignore_file_of_the_dockerfile_takes_precedence(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("a\n")
    (tmp_path / "web.Dockerfile.dockerignore").write_text("b\n")
    rules = IgnoreRules.read(tmp_path, tmp_path / "web.Dockerfile")

    assert [rules.judge(path).is_ignored for path in "ab"] == [False, True]


def test_a_line_that_is_found_wrong_when_it_is_used_is_refused_too() -> None:
    rules = IgnoreRules(["x*[z-a]"])

    with pytest.raises(SettingsError, match=r"\.dockerignore: x\*\[z-a\]: .*correct this line"):
        rules.judge("a")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["node_modules"], False),
        (["node_modules", "!.env.example"], False),
        (["*", "!src"], False),
        (["node_modules", "!node_modules/keep/**"], True),
        (["*", "!**/package.json"], True),
    ],
)
def test_an_exception_is_looked_for_only_where_it_may_hold(
    lines: list[str], expected: bool
) -> None:
    assert IgnoreRules(lines).may_except_below("node_modules") is expected
