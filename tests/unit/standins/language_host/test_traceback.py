"""Which frames of a failure the user is shown."""

import asyncio
import runpy
from pathlib import Path

import pulumi
import pytest

from standins.language_host.child.user_traceback import user_traceback

SDK = str(Path(pulumi.__file__).parent)


def failure(folder: Path, program: str) -> str:
    """Run a program as the host does, with foreign frames above it; return what is printed."""
    file = folder / "__main__.py"
    file.write_text(program)

    async def main() -> None:
        runpy.run_path(str(folder), run_name="__main__")

    with pytest.raises(Exception) as caught:  # noqa: PT011 - its traceback is asserted
        asyncio.run(main())
    # The frames of this test are foreign too, but no part of the host: leave those of runpy on.
    trace = caught.tb
    while "runpy" not in trace.tb_frame.f_code.co_filename:
        assert trace.tb_next is not None
        trace = trace.tb_next
    return user_traceback(caught.value.with_traceback(trace), SDK)


def test_a_traceback_begins_with_the_users_frame_and_keeps_what_that_called(
    tmp_path: Path,
) -> None:
    message = failure(tmp_path, "import json\njson.loads('no')\n")
    first, *others = [line for line in message.splitlines() if line.startswith("  File ")]
    assert first.startswith(f'  File "{tmp_path}/__main__.py", line 2')
    assert others and all("json" in line for line in others), message


def test_frames_of_the_sdk_below_the_users_stay(tmp_path: Path) -> None:
    message = failure(tmp_path, "import pulumi\npulumi.Config('p').require('missing')\n")
    assert f'File "{tmp_path}/__main__.py", line 2' in message
    assert SDK in message


def test_a_program_that_does_not_compile_is_reported_by_its_line_alone(tmp_path: Path) -> None:
    message = failure(tmp_path, "x = (\n")
    assert "SyntaxError: '(' was never closed" in message
    assert message.count("  File ") == 1 and f'"{tmp_path}/__main__.py", line 1' in message


def test_each_cause_is_cut_too(tmp_path: Path) -> None:
    program = (
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError from error\n"
    )
    message = failure(tmp_path, program)
    assert "direct cause" in message
    assert message.count("  File ") == 2 and "runpy" not in message


def test_a_failure_outside_of_the_users_code_is_reported_whole() -> None:
    error = RuntimeError("in the SDK")
    assert user_traceback(error, SDK) == "RuntimeError: in the SDK"
