"""Output that is read to its first lines only, as by `| head`, or by an ASCII terminal."""

import io
import os
import sys
from collections.abc import Callable, Sequence

_SIGPIPE = 141
"""Exit code of a program that the signal SIGPIPE ended, as shells report it."""


def run(main: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Return what ``main`` returns; end without a traceback where nobody reads the output.

    A character that the locale does not have is shown as `?`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = main(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, which would fail like this.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _SIGPIPE
    return code
