"""A new build is explained: which files and arguments changed."""

import os
from pathlib import Path
from typing import Any

import pytest

from components.image.build_context import BuildContextProvider
from components.image.listing import BUILD_FILE, digest, save_listing

_FILES = {"a.js": "1", "b.js": "2"}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the project, in which Pulumi starts the providers."""
    monkeypatch.chdir(tmp_path)


def _built(files: dict[str, str], *, is_known: bool = True) -> dict[str, Any]:
    copies = Path(".slipway/contexts/dev/web")
    if is_known:
        copies.mkdir(parents=True, exist_ok=True)
        save_listing(files, copies / digest(files))
    return {
        "image": "web",
        "copies": str(copies),
        "context": digest(files),
        "arguments": {"LEVEL": "1"},
        "dockerfile": "3",
        "stage": None,
        "platform": "linux/amd64",
        "__provider": "one pickle",
    }


def _printed(capsys: pytest.CaptureFixture[str], olds: dict[str, Any], news: dict[str, Any]) -> str:
    diff = BuildContextProvider().diff("web", olds, {**news, "__provider": "other"})
    printed = capsys.readouterr().out
    assert diff.changes or not printed
    return printed


def test_an_unchanged_build_is_no_change_and_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    olds = _built(_FILES, is_known=False)

    assert _printed(capsys, olds, olds) == ""
    assert not BuildContextProvider().diff("web", olds, olds).changes


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.js": "9", "b.js": "2"}, "a.js changed"),
        ({"a.js": "1", "c.js": "2"}, "b.js is gone, c.js is new"),
        ({**_FILES, "data/": ""}, "data/ is new"),
        ({**_FILES, "caf\udce9": "1"}, r"caf\xe9 is new"),
    ],
)
def test_each_changed_file_is_named(
    capsys: pytest.CaptureFixture[str], files: dict[str, str], message: str
) -> None:
    printed = _printed(capsys, _built(_FILES), _built(files))

    assert printed == f"the image web is rebuilt: {message}\n"


@pytest.mark.parametrize(
    ("news", "message"),
    [
        ({"arguments": {"LEVEL": "2"}}, "build argument LEVEL changed"),
        ({"arguments": {}}, "build argument LEVEL is gone"),
        ({"dockerfile": "4"}, "the dockerfile changed"),
        ({"stage": "test", "platform": "linux/arm64"}, "the stage changed, the platform changed"),
    ],
)
def test_each_other_cause_of_a_build_is_named(
    capsys: pytest.CaptureFixture[str], news: dict[str, Any], message: str
) -> None:
    olds = _built(_FILES)

    assert _printed(capsys, olds, olds | news) == f"the image web is rebuilt: {message}\n"


def test_a_dockerfile_that_is_not_sent_is_no_file_of_the_context(
    capsys: pytest.CaptureFixture[str],
) -> None:
    olds = _built({**_FILES, BUILD_FILE: "1"})
    news = _built({**_FILES, BUILD_FILE: "2"}) | {"dockerfile": "4"}

    assert _printed(capsys, olds, news) == "the image web is rebuilt: the dockerfile changed\n"


def test_of_many_files_the_first_are_named_and_the_others_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = _printed(
        capsys, _built(_FILES), _built(_FILES | {f"n{number}": "x" for number in range(8)})
    )

    assert printed.count("is new") == 5
    assert printed.endswith("and 3 more\n")


def test_without_the_listing_of_the_build_before_a_change_is_still_reported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    olds, news = _built({"a.js": "9"}, is_known=False), _built(_FILES)

    assert _printed(capsys, olds, news).startswith("the image web is rebuilt: its files changed")


def _earlier(files: dict[str, str]) -> dict[str, Any]:
    """The properties in states of earlier versions, with a hash of each file."""
    current = _built(files)
    return {
        **{key: value for key, value in current.items() if key not in {"copies", "context"}},
        "files": files,
    }


def test_a_state_of_an_earlier_version_is_rewritten_and_an_unchanged_folder_is_no_rebuild(
    capsys: pytest.CaptureFixture[str],
) -> None:
    news = _built({**_FILES, "empty/": ""})

    assert _printed(capsys, _earlier(_FILES), news) == ""
    assert _printed(capsys, _earlier({**_FILES, "ignored.log": "1"}), news) == ""
    assert BuildContextProvider().diff("web", _earlier(_FILES), news).changes
    assert "a.js changed" in _printed(capsys, _earlier({**_FILES, "a.js": "0"}), news)


def test_after_a_build_only_its_copy_stays(tmp_path: Path) -> None:
    olds, news = _built({"a.js": "9"}), _built(_FILES)
    copies = tmp_path / news["copies"]
    for each in (olds, news):
        (copies / each["context"]).mkdir()
        for path in (copies / each["context"], copies / f"{each['context']}.json"):
            os.utime(path, (1, 1))
    (tmp_path / ".slipway/build/web").mkdir(parents=True)
    provider = BuildContextProvider()

    provider.update("web", olds, news)
    assert {each.name for each in copies.iterdir()} == {
        news["context"], f"{news['context']}.json",
    }  # fmt: skip
    assert (tmp_path / ".slipway/build/web").exists()

    provider.update("web", _earlier(_FILES), news)
    assert not (tmp_path / ".slipway/build/web").exists(), "a copy of an earlier version"

    provider.delete("web", news)
    assert not copies.exists()


def test_the_state_holds_one_hash_of_the_files() -> None:
    props = _built({f"n{number}": "x" * 12 for number in range(10_000)})
    kept = BuildContextProvider().create(props).outs

    assert len(str(kept)) < 400
