"""Set-up under the oldest Python of this machine, such as Debian 12's own 3.11.2.

Belongs here: set-up starts with the user's Python, while the tests run in the environment's.
"""

import os
import runpy
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_OLD = Path("/usr/bin/python3")
_WITH_FILTERS = "3.11.4"


def _version(python: Path) -> str:
    if not python.exists():
        return ""
    code = "import platform; print(platform.python_version())"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.mark.skipif(
    not (_version(_OLD).startswith("3.11.") and _version(_OLD) < _WITH_FILTERS)
    or sys.version_info[:2] != (3, 11),
    reason="this machine has no Python 3.11 that is older than 3.11.4",
)
def test_downloads_and_the_cache_work_under_the_oldest_python() -> None:
    names = ("release", "transfer", "unpack", "python_environment")
    tests = [*(f"tools/test_{name}.py" for name in names), "test_cache.py", "test_backend.py"]
    words = ["-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-W", "ignore"]
    done = subprocess.run(
        [_OLD, *words, *(f"tests/unit/toolchain/{test}" for test in tests)],
        cwd=ROOT,
        # The packages of the environment are those of the same minor version.
        env={**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.mark.parametrize(
    ("system", "command"),
    [("darwin", "brew install python3"), ("linux", "sudo apt-get install python3 python3-venv")],
)
def test_a_python_that_is_too_old_is_refused_with_the_way_to_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, system: str, command: str
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("toolchain", run_name="__main__")
    assert "Python 3.11 or newer is needed, and this is 3.10" in str(ended.value)
    assert f"`{command}`" in str(ended.value)
