"""The process that sends a load, for the length of a `with`."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from .plan import Load, as_text
from .report import Report
from .sample import Sample

_ROOT = Path(__file__).resolve().parents[2]
_END_SECONDS = 40.0
"""More than the last requests may take, each with its attempts."""


class Generator:
    """Sends loads until the end of a `with`, and for `limit_seconds` at most."""

    def __init__(self, loads: Sequence[Load], file: Path, limit_seconds: float) -> None:
        self._file = file
        self._words = (as_text(loads), str(limit_seconds), str(file))
        self._limit = limit_seconds

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.load", *self._words]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=_ROOT)
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        seconds = time.monotonic() - self._began
        self._process.stdin.close()
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        assert code == 0, f"the generator ended with {code}"
        ended = f"the load ended after {self._limit:g} s, before the test"
        assert seconds < self._limit, f"{ended}:\n{self.report().text()}"

    def report(self) -> Report:
        """Return what became of the requests."""
        with self._file.open(encoding="utf-8") as lines:
            return Report(tuple(Sample.of(line) for line in lines))
