"""The rules of .dockerignore files.

Belongs here: which paths a set of patterns excludes, by the rules of moby's patternmatcher.
"""

from collections.abc import Sequence

import pytest

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.ignore import IgnoreRules, clean_lines


def ignored(lines: Sequence[str], path: str) -> bool:
    """Judge every folder on the way to `path`, as a walk does."""
    rules = IgnoreRules(lines)
    verdict, held = False, list[bool]()
    parts = path.split("/")
    for depth in range(len(parts)):
        verdict, held = rules.judge("/".join(parts[: depth + 1]), held)
    return verdict


@pytest.mark.parametrize(
    ("pattern", "path", "excluded"),
    [
        ("a", "a", True),
        ("a", "a/b", True),
        ("a", "b/a", False),
        ("a", "ab", False),
        ("/a", "a", True),
        ("./a/", "a/b", True),
        ("a/../b", "b", True),
        ("*", "a/b/c", True),
        ("*.md", "x.md", True),
        ("*.md", "d/x.md", False),
        ("*/*.md", "d/x.md", True),
        ("**/*.md", "x.md", True),
        ("**/*.md", "a/b/x.md", True),
        ("**/node_modules", "node_modules/x", True),
        ("**/node_modules", "a/node_modules/x", True),
        ("**", "a/b", True),
        ("a/**", "a/b/c", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**", "a", False),
        ("?.txt", "a.txt", True),
        ("?.txt", "ab.txt", False),
        ("a?b", "a/b", False),
        ("[a-c].txt", "b.txt", True),
        ("[^a].txt", "b.txt", True),
        ("[^a].txt", "a.txt", False),
        (r"\*.txt", "*.txt", True),
        (r"\*.txt", "a.txt", False),
        ("a.b", "axb", False),
        ("a+b", "aab", False),
        ("(x)", "(x)", True),
        ("$x", "$x", True),
        ("**foo", "barfoo", True),
        ("Aé", "Aé", True),
        ("# a", "# a", False),
        ("", "a", False),
    ],
)
def test_a_pattern_excludes(pattern: str, path: str, excluded: bool) -> None:
    assert ignored([pattern], path) is excluded


@pytest.mark.parametrize(
    ("patterns", "path", "excluded"),
    [
        (["*", "!app"], "app/x", False),
        (["*", "!app"], "other", True),
        (["*", "!app/keep"], "app/keep", False),
        (["*", "!app/keep"], "app/drop", True),
        (["app", "!app/keep", "app/keep/not"], "app/keep/not", True),
        (["!app", "app"], "app", True),
        (["**/*.log", "!logs/keep.log"], "logs/keep.log", False),
        (["docs", "!docs/*.md"], "docs/a.md", False),
        (["docs", "!docs/*.md"], "docs/a.txt", True),
        (["docs", " !docs/a.md "], "docs/a.md", False),
    ],
)
def test_later_patterns_win(patterns: list[str], path: str, excluded: bool) -> None:
    assert ignored(patterns, path) is excluded


def test_blanks_comments_and_line_ends_are_dropped() -> None:
    lines = ["#x", "", "  ", " a \r", "! /b/ ", "/", "c//d"]
    assert clean_lines(lines) == ["a", "!b", "/", "c/d"]


def test_a_comment_sign_after_a_blank_is_a_pattern() -> None:
    assert clean_lines([" #a"]) == ["#a"], "only the first byte of a line makes a comment"


@pytest.mark.parametrize("line", ["!", "[", "a\\"])
def test_a_malformed_line_is_named(line: str) -> None:
    with pytest.raises(PluginError, match="invalid excludepatterns"):
        IgnoreRules([line])
