"""A new build is explained: which files and arguments changed."""

from typing import Any

import pytest

from components.image.build_context import BuildContextProvider

_OLDS: dict[str, Any] = {
    "image": "web",
    "files": {"a.js": "1", "b.js": "2"},
    "arguments": {"LEVEL": "1"},
    "dockerfile": "3",
    "stage": None,
    "platform": "linux/amd64",
    "__provider": "one pickle",
}


def _printed(capsys: pytest.CaptureFixture[str], **news: Any) -> str:
    diff = BuildContextProvider().diff("web", _OLDS, {**_OLDS, "__provider": "other", **news})
    printed = capsys.readouterr().out
    assert bool(diff.changes) is bool(printed)
    return printed


def test_an_unchanged_build_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(capsys) == ""


@pytest.mark.parametrize(
    ("news", "message"),
    [
        ({"files": {"a.js": "9", "b.js": "2"}}, "a.js changed"),
        ({"files": {"a.js": "1", "c.js": "2"}}, "b.js is gone, c.js is new"),
        ({"arguments": {"LEVEL": "2"}}, "build argument LEVEL changed"),
        ({"arguments": {}}, "build argument LEVEL is gone"),
        ({"dockerfile": "4"}, "the dockerfile changed"),
        ({"stage": "test", "platform": "linux/arm64"}, "the stage changed, the platform changed"),
    ],
)
def test_each_cause_of_a_build_is_named(
    capsys: pytest.CaptureFixture[str], news: dict[str, Any], message: str
) -> None:
    assert _printed(capsys, **news) == f"the image web is rebuilt: {message}\n"


def test_of_many_files_the_first_are_named_and_the_others_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = _printed(capsys, files={"a.js": "1", "b.js": "2"} | {f"n{i}": "x" for i in range(8)})

    assert printed.count("is new") == 5
    assert printed.endswith("and 3 more\n")
