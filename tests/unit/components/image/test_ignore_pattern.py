"""One pattern of an ignore file. Belongs here: what test_ignore.py's recorded contexts lack."""

import warnings

import pytest

from components.image.ignore_pattern import IgnorePattern


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a", "a"),
        ("*.md", "README.md"),
        ("**", "any/path"),
        ("**/x", "x"),
        ("**/x", "a/b/x"),
        ("a/**", "a/b/c"),
        ("a/**/z", "a/z"),
        ("a/**/z", "a/b/c/z"),
        ("**/*.log/**", "a/b.log/c"),
        ("?", "\udce9"),
        ("caf\udce9*", "caf\udcff"),
        ("[a-c]x", "bx"),
        ("[^a]x", "bx"),
        ("\\*", "*"),
        ("a\\sb*", "a b"),
        ("[[]x", "[x"),
        ("[a&&b]x", "&x"),
        ("[|~]x", "~x"),
        ("x*[a-]", "x-"),
        ("x*a\\", "xa$y"),
    ],
)
def test_a_pattern_matches(pattern: str, path: str) -> None:
    with warnings.catch_warnings(action="error"):
        assert IgnorePattern(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a", "a/b"),
        ("*", "a/b"),
        ("a/**", "a"),
        ("?", "/"),
        ("*.md", "a\n.mdx"),
        ("(.*/)?x*", "a/x"),
        ("src\\b*", "src/b"),
        ("a^b*", "a^b"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, path: str) -> None:
    assert not IgnorePattern(pattern).matches(path)


def test_a_line_break_is_no_character_to_an_asterisk_between_folders() -> None:
    assert not IgnorePattern("a/**/z*").matches("a/b\nc/z")


@pytest.mark.parametrize(
    "pattern",
    [
        "!",
        "[",
        "[]",
        "[a-]",
        "*.*[a-",
        "a\\",
        "[\udce9]",
        "[z-a]",
        "\\Qx",
        "\\1*",
        "\\\u00e9",
        "[[:alpha:]]",
        "[\\s]",
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        IgnorePattern(pattern).matches("x")
