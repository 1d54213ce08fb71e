"""Running a command that shows its progress, with a limit for silence instead of for time."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Generator, Mapping, Sequence

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What changes although nothing is transferred any more, as `ctr` shows it.
_CLOCK = re.compile(r"elapsed: *\S+ *m?s\b|\([^)]*/s\)")
_ROWS, _COLUMNS = 50, 100
_POLL_SECONDS = 0.5


class Silent(Exception):
    """A command showed nothing new for too long, and was ended."""


def follow(
    command: Sequence[str],
    environment: Mapping[str, str],
    silence: float,
    take: Callable[[str], None],
) -> int:
    """Run a command on a terminal of its own, where Docker shows how much of a pull is done.

    `take` gets each line; the command's exit code is returned. Raises Silent after `silence`
    seconds without a line that was not there before.
    """
    with _terminal() as (ours, its):
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=its, stderr=its, env=dict(environment)
        )
        os.close(its)
        try:
            _read(ours, silence, take)
        except BaseException:
            process.terminate()
            raise
        finally:
            code = process.wait()
    return code


@contextlib.contextmanager
def _terminal() -> Generator[tuple[int, int]]:
    """Yield both ends of a terminal; the second is the command's, and closed by the caller."""
    ours, its = pty.openpty()
    # Below 110 columns Docker leaves out the bar, and shows numbers alone.
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    try:
        yield ours, its
    finally:
        os.close(ours)


def _read(terminal: int, silence: float, take: Callable[[str], None]) -> None:
    """Hand on the lines of a terminal until its command ends.  Raises Silent."""
    rest, seen, changed = "", set[str](), time.monotonic()
    while (text := _next(terminal)) is not None:
        *lines, rest = re.split(r"[\r\n]+", rest + text)
        for line in (_ESCAPES.sub("", each).strip() for each in lines):
            take(line)
            if (content := _CLOCK.sub("", line)) not in seen:
                seen.add(content)
                changed = time.monotonic()
        if time.monotonic() - changed > silence:
            raise Silent
    take(_ESCAPES.sub("", rest).strip())


def _next(terminal: int) -> str | None:
    """Return what was written within half a second, or nothing; None after the command's end."""
    if not select.select([terminal], [], [], _POLL_SECONDS)[0]:
        return ""
    try:
        return os.read(terminal, 1 << 16).decode(errors="replace") or None
    except OSError:  # Linux reports the end of the other side so
        return None
