"""How long a rendering takes, beside `kubectl kustomize` over the same objects.

`python -m bench.render` alone, or `make bench`, writes the table into docs/performance.md. A
rendering is timed from the start of Python to the last file; kustomize, which only reads the files
and prints one stream, gets what is most in its favour: its output is thrown away.
"""

import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.page import machine, write_between
from bench.render_project import OBJECTS, STACK, make

COUNTS = (1, 10, 100, 1000)
HEAD = ("applications", "objects", "render", "MiB", "kubectl kustomize", "MiB", "ratio of times")
_ROUNDS = 3
_SLOW = 1000
"""Applications from which kustomize runs once: it takes more than a minute."""

# A process of its own, as the memory of the one that starts another counts as the other's, too.
_TIMED = """
import os, subprocess, sys, time
started = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print([time.monotonic() - started, usage.ru_maxrss])
sys.exit(os.waitstatus_to_exitcode(status))
"""

_PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


@dataclass(frozen=True)
class Run:
    """How a process ended: seconds and the most memory it had, in MiB."""

    seconds: float
    memory: float


@dataclass(frozen=True)
class Measured:
    """A rendering and kustomize over its objects."""

    count: int
    render: Run
    kustomize: Run

    @property
    def cells(self) -> tuple[str, ...]:
        """The figures as texts, in the order of HEAD."""
        return (
            f"{self.count:,}",
            f"{self.count * OBJECTS + 1:,}",
            f"{self.render.seconds:.2f} s",
            f"{self.render.memory:.0f}",
            f"{self.kustomize.seconds:.2f} s",
            f"{self.kustomize.memory:.0f}",
            f"{self.kustomize.seconds / self.render.seconds:.1f}",
        )


def measure(count: int) -> Measured:
    """Measure `count` applications, in turns; each rendering is into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, count)
        renders: list[Run] = []
        kustomizes: list[Run] = []
        for number in range(_ROUNDS):
            out = root / f"out-{number}"
            command = [sys.executable, "-m", "stacks.render", "--stack", STACK, "--out", str(out)]
            renders.append(run(command, root))
            written = sum(1 for _ in out.glob("*/*.yaml"))
            assert written == count * OBJECTS + 1, f"{written} files"
            if number == 0 or count < _SLOW:
                kustomizes.append(run(["kubectl", "kustomize", str(out)], root))
        return Measured(count, _middle(renders), _middle(kustomizes))


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command whose output is thrown away.  Raises CalledProcessError."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _TIMED, *command],
        cwd=folder, stdout=subprocess.PIPE, check=True, encoding="utf-8",
    )  # fmt: skip
    seconds, memory = json.loads(done.stdout)
    # Linux counts in KiB, macOS in bytes.
    return Run(seconds, memory / (2**20 if sys.platform == "darwin" else 2**10))


def _middle(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(one.seconds for one in runs),
        statistics.median(one.memory for one in runs),
    )


def table(measured: Sequence[Measured]) -> Table:
    """Return the figures as a table for the terminal."""
    shown = Table(*HEAD, box=None, pad_edge=False)
    for each in measured:
        shown.add_row(*each.cells)
    return shown


def page_text(measured: Sequence[Measured]) -> str:
    """Return the figures as Markdown, with the machine."""
    tools = f"Python {platform.python_version()} and kubectl {_kubectl_version()}"
    lines = [
        f"Measured on {machine()}, with {tools}.",
        "",
        _row(HEAD),
        _row(["---"] * len(HEAD)),
        *(_row(each.cells) for each in measured),
    ]
    return "\n".join(lines)


def _kubectl_version() -> str:
    done = subprocess.run(
        ["kubectl", "version", "--client", "--output=json"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(done.stdout)["clientVersion"]["gitVersion"]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, print the table, and write it into the page."""
    measured = [measure(count) for count in COUNTS]
    Console().print(table(measured))
    write_between(_PAGE, "bench.render", page_text(measured))


if __name__ == "__main__":
    main()
