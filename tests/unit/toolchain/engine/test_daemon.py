"""Starting a daemon that outlives set-up; a short shell command takes dockerd's place.

Belongs here: the process and its log.
"""

import os
from pathlib import Path

from toolchain.engine.daemon import spawn


def test_the_daemon_runs_in_a_session_of_its_own(tmp_path: Path) -> None:
    daemon = spawn(["sleep", "60"], tmp_path)
    try:
        assert os.getsid(daemon.process.pid) == daemon.process.pid != os.getsid(0)
    finally:
        daemon.process.kill()
        daemon.process.wait()


def test_the_log_holds_this_start_and_the_one_before_stays_beside_it(tmp_path: Path) -> None:
    for word in ("first", "second"):
        daemon = spawn(["sh", "-c", f"echo {word}; echo {word} >&2"], tmp_path / "engine")
        daemon.process.wait()
    assert daemon.log.read_text() == "second\nsecond\n"
    assert (tmp_path / "engine/dockerd.previous.log").read_text() == "first\nfirst\n"
