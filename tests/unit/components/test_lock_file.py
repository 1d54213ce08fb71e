"""The file with what an update looked up."""

from pathlib import Path

import pytest
import yaml

from components.lock_file import LockFileProvider

_CONTENT = {"applications": {"web": {"images": {"application": "r/web@sha256:1"}, "user": 10001.0}}}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "kind.lock.yaml")


def test_the_file_has_what_was_looked_up_with_whole_numbers(path: str) -> None:
    LockFileProvider().create({"path": path, "content": _CONTENT})

    (web,) = yaml.safe_load(Path(path).read_text())["applications"].values()
    assert (web["user"], type(web["user"])) == (10001, int)


def test_the_same_content_is_no_change_and_any_other_is(path: str) -> None:
    provider = LockFileProvider()
    props = {"path": path, "content": _CONTENT}
    provider.create(props)

    assert not provider.diff("", props, props).changes
    assert provider.diff("", props, {**props, "content": {"applications": {}}}).changes
    Path(path).write_text("applications: {}")
    assert provider.diff("", props, props).changes, "edited by hand"
    Path(path).unlink()
    assert provider.diff("", props, props).changes, "removed by hand"


def test_the_file_is_deleted_with_its_stack_and_moves_with_its_path(
    path: str, tmp_path: Path
) -> None:
    provider = LockFileProvider()
    props = {"path": path, "content": _CONTENT}
    provider.create(props)
    moved = {**props, "path": str(tmp_path / "moved.yaml")}

    provider.update("", props, moved)
    assert [file.name for file in tmp_path.iterdir()] == ["moved.yaml"]
    provider.delete("", moved)
    provider.delete("", moved)
    assert list(tmp_path.iterdir()) == []
