"""Commands whose output nobody reads to its end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_MANY_LINES = """
import sys
from toolchain import pipes

def main(arguments):
    for number in range(100_000):
        print(number)
    return 0

sys.exit(pipes.run(main, []))
"""


def test_a_reader_that_stops_early_causes_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _MANY_LINES],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "0\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_a_character_that_the_locale_does_not_have_is_replaced() -> None:
    code = (
        "from toolchain import pipes; pipes.run(lambda words: print(*words), ['gr\\xfcn \\u2026'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"gr?n ?\n"


@pytest.mark.parametrize("entry", ["toolchain", "commands", "stacks/render.py"])
def test_each_program_that_make_starts_ends_so(entry: str) -> None:
    file = ROOT / entry if entry.endswith(".py") else ROOT / entry / "__main__.py"
    assert "sys.exit(pipes.run(main, sys.argv[1:]))" in file.read_text()
