"""Output of a build, and the part of it that explains a failure."""

import re
from collections import deque

LAST_LINES = 30
_LINE_LENGTH = 500
_VERTEX = re.compile(r"#(\d+) (.*)", re.DOTALL)
_TIMED = re.compile(r"\d+\.\d+ (.*)", re.DOTALL)
_VERTEX_DIGEST = re.compile(r"#\d+ sha256:[0-9a-f]{64}")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CLASSIC_STEP = re.compile(r"Step \d+/\d+ : ")


def plain(line: str) -> str:
    """Return the line without the terminal's colours, which the classic builder always sends."""
    return _ESCAPES.sub("", line)


def worth_showing(line: str) -> bool:
    """Tell whether a user watching the build learns something from the line."""
    return bool(line.strip()) and not _VERTEX_DIGEST.fullmatch(line)


class BuildOutput:
    """Takes a build's lines one by one and keeps the last of every step.

    It reads BuildKit's plain progress (`#7 0.123 text`) and the classic builder's `Step 2/4 :`.
    """

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._steps: dict[str, deque[str]] = {}
        self._current = ""
        self._failed: str | None = None
        self._reason = ""
        self._tail: deque[str] = deque(maxlen=LAST_LINES)

    def take(self, line: str) -> None:
        """Take the next line of the build's output, without its line end."""
        line = line[:_LINE_LENGTH]
        if _VERTEX_DIGEST.fullmatch(line):
            return
        self._tail.append(line)
        vertex = _VERTEX.fullmatch(line)
        if vertex:
            self._take_vertex(vertex[1], vertex[2])
        elif _CLASSIC_STEP.match(line):
            self._current = line
            self._titles[line] = line.partition(" : ")[2]
            self._steps[line] = deque(maxlen=LAST_LINES)
        elif self._current:
            self._steps[self._current].append(line)

    def explain(self) -> str:
        """Return why the build failed: the builder's reason and the failing step's last lines."""
        tail = [line for line in self._tail if line.strip()]
        # Both builders end with their verdict; BuildKit's clients put it after a dashed line.
        verdict = tail[-1] if tail else "the build ended without a word"
        reason = _without_client_words(verdict) or self._reason
        step = self._failed or self._current
        lines = [line for line in self._steps.get(step, ()) if line.strip() and line != verdict]
        if not lines:
            return reason
        return "\n".join(
            [reason, f"last output of the failing step ({self._titles.get(step, step)}):", *lines]
        )

    def _take_vertex(self, number: str, text: str) -> None:
        if text.startswith("ERROR: "):
            self._failed, self._reason = number, text.removeprefix("ERROR: ")
        elif timed := _TIMED.fullmatch(text):
            self._steps.setdefault(number, deque(maxlen=LAST_LINES)).append(timed[1])
        else:
            self._titles.setdefault(number, text)


def _without_client_words(verdict: str) -> str:
    """Drop what clients put before the builder's verdict."""
    for prefix in ("ERROR: ", "failed to build: "):
        verdict = verdict.removeprefix(prefix)
    return verdict
