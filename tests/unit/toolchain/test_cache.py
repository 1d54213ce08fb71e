"""The cache: results appear whole, once, and survive interruptions and other set-ups."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from toolchain.cache import Cache
from toolchain.errors import Interrupted, ToolchainError
from toolchain.runner import Runner

ROOT = Path(__file__).parents[3]
# Makes one entry, which takes until the file `finish` exists.
SLOW = """
import sys, time
from pathlib import Path
from toolchain.cache import Cache
from toolchain.runner import Runner

def make(place):
    place.write_text("half")
    print("started", flush=True)
    while not Path(sys.argv[1], "finish").exists():
        time.sleep(0.01)
    with open(sys.argv[1] + "/made", "a") as log:
        log.write("x")
    place.write_text("whole")

Cache(Path(sys.argv[1]), Runner()).entry("tools/kind", make, print)
"""


def slow_set_up(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-S", "-c", SLOW, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for_start(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"


def whole(place: Path) -> None:
    place.write_text("whole")


def test_a_result_is_made_once_and_found_afterwards(tmp_path: Path) -> None:
    cache = Cache(tmp_path, Runner())
    first = cache.entry("tools/kind", whole, print)

    def fail(_place: Path) -> None:
        raise AssertionError("made twice")

    assert cache.entry("tools/kind", fail, print) == first
    assert first.read_text() == "whole"


def test_a_failed_result_leaves_nothing(tmp_path: Path) -> None:
    def fail(place: Path) -> None:
        place.mkdir()
        (place / "half").touch()
        raise ToolchainError("broken", "fix it")

    with pytest.raises(ToolchainError):
        Cache(tmp_path, Runner()).entry("tools/kind", fail, print)
    assert list((tmp_path / "tools").iterdir()) == []


def test_two_set_ups_at_once_make_a_result_once(tmp_path: Path) -> None:
    first = slow_set_up(tmp_path)
    wait_for_start(first)
    second = slow_set_up(tmp_path)
    assert second.stdout is not None
    assert second.stdout.readline() == "another set-up is making kind; waiting for it\n"
    (tmp_path / "finish").touch()
    second.communicate(timeout=30)
    first.communicate(timeout=30)
    assert (first.returncode, second.returncode) == (0, 0)
    assert (tmp_path / "made").read_text() == "x"


def test_a_killed_set_up_neither_blocks_the_next_nor_leaves_it_a_half_result(
    tmp_path: Path,
) -> None:
    killed = slow_set_up(tmp_path)
    wait_for_start(killed)
    killed.kill()
    killed.communicate(timeout=10)
    start = time.monotonic()
    place = Cache(tmp_path, Runner()).entry("tools/kind", whole, print)
    assert place.read_text() == "whole"
    assert [path.name for path in place.parent.iterdir()] == ["kind"]
    assert time.monotonic() - start < 15


def test_waiting_for_another_set_up_ends_with_ctrl_c(tmp_path: Path) -> None:
    other = slow_set_up(tmp_path)
    wait_for_start(other)
    runner = Runner()
    threading.Timer(0.2, runner.end_all).start()
    with pytest.raises(Interrupted):
        Cache(tmp_path, runner).entry("tools/kind", whole, lambda _text: None)
    other.kill()
    other.communicate(timeout=10)


def test_a_nearly_full_disk_is_said_before_work_begins(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError) as caught:
        Cache(tmp_path, Runner()).check_space(13_000, free=lambda _folder: 2048)
    message = str(caught.value)
    assert f"{tmp_path} has 2.0 GiB free, and this set-up needs 13.7 GiB" in message
    assert "SLIPWAY_CACHE" in message


def test_enough_space_is_no_matter(tmp_path: Path) -> None:
    Cache(tmp_path / "new", Runner()).check_space(13_000, free=lambda _folder: 20_000)
    assert (tmp_path / "new").is_dir()


def test_a_cache_that_cannot_be_written_comes_with_the_variable_for_another_one(
    tmp_path: Path,
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ToolchainError, match="SLIPWAY_CACHE=/path/to/folder make setup"):
        Cache(file / "slipway", Runner()).require_writable()
