"""Belongs here: which files of a file backend are damaged states, and which copies are good."""

import gzip
import json
from pathlib import Path

import pytest

from toolchain.checkpoints import find_damage

_GOOD = json.dumps({"version": 3, "checkpoint": {"latest": {}}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / ".pulumi"
    (folder / "stacks" / "p").mkdir(parents=True)
    return folder


def _write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_without_a_backend_or_a_stack_nothing_is_damaged(tmp_path: Path, folder: Path) -> None:
    assert list(find_damage(tmp_path / "none")) == []
    assert list(find_damage(folder, "p", "dev")) == []


def test_a_good_state_beside_a_damaged_copy_is_not_damaged(folder: Path) -> None:
    _write(folder, "stacks/p/dev.json", _GOOD)
    _write(folder, "stacks/p/dev.json.bak", "")
    assert list(find_damage(folder)) == []


def test_the_copy_of_a_removed_stack_is_no_damage(folder: Path) -> None:
    _write(folder, "stacks/p/dev.json.bak", _GOOD)
    assert list(find_damage(folder)) == []


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"checkpoint": null}', "\x00\x00", " "])
def test_what_pulumi_would_read_as_an_empty_state_or_not_at_all_is_damaged(
    folder: Path, text: str
) -> None:
    file = _write(folder, "stacks/p/dev.json", text)
    (damage,) = find_damage(folder, "p", "dev")
    assert (damage.file, damage.copy, damage.stack) == (file, None, "dev")
    assert "no good copy of it was found" in damage.message
    assert damage.fix.endswith(f"if nothing was deployed yet: rm {file}")


def test_the_newest_good_copy_is_named(folder: Path) -> None:
    _write(folder, "stacks/p/dev.json", _GOOD[:20])
    _write(folder, "stacks/p/dev.json.bak", "")
    _write(folder, "backups/p/dev/dev.1795624320717590300.json", _GOOD)
    newest = _write(folder, "history/p/dev/dev-1795624320717590355.checkpoint.json", _GOOD)
    _write(folder, "history/p/dev/dev-1795624320717590366.checkpoint.json", _GOOD[:9])
    _write(folder, "backups/p/other/other.1795624320717590399.json", _GOOD)
    (damage,) = find_damage(folder, "p", "dev")
    assert damage.copy == newest


def test_another_stack_or_project_is_not_asked_for(folder: Path) -> None:
    _write(folder, "stacks/p/dev.json", "")
    assert list(find_damage(folder, "p", "prod")) == []
    assert list(find_damage(folder, "q", "dev")) == []
    assert [damage.stack for damage in find_damage(folder)] == ["dev"]


def test_a_compressed_state_is_read_and_its_copies_are_compressed_ones(folder: Path) -> None:
    file = folder / "stacks" / "p" / "dev.json.gz"
    file.write_bytes(gzip.compress(_GOOD.encode()))
    assert list(find_damage(folder)) == []
    beside = file.with_name("dev.json.gz.bak")
    beside.write_bytes(file.read_bytes())
    file.write_bytes(file.read_bytes()[:20])
    _write(folder, "backups/p/dev/dev.1795624320717590300.json", _GOOD)
    (damage,) = find_damage(folder)
    assert (damage.copy, damage.stack) == (beside, "dev")
