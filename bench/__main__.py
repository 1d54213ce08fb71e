"""`make bench`: how long the commands of every day take, beside a program written by hand.

All runs are on one cluster, which is made for them and removed, in turns; the ratio is of the
medians. The figures go into docs/performance.md.
"""

import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench import apps, everyday, ignored, render, workers
from bench.page import machine, write_between
from bench.plot import plot
from bench.rows import markdown, table
from tests.live.project import CHECKOUT, Project

_ROUNDS = 5
_DOCS = CHECKOUT / "docs"


def main() -> int:
    """Measure, print tables, write them into the documents, and return 0."""
    start = apps.rows()
    render.main()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        project = Project(Path(one), workers=2)
        project.pulumi("stack", "init", project.stack)
        try:
            project.up()
            loop = [
                *everyday.measure(project, Path(other), _ROUNDS),
                *ignored.measure(project, _ROUNDS),
                *workers.measure(project),
            ]
        finally:
            project.remove()
    rows = [*loop, *start]
    Console().print(table(rows))
    text = f"Measured on {machine()}, medians of {_ROUNDS} rounds in turns.\n\n{markdown(rows)}"
    text += "\n\n![Seconds of each round](bench.svg)"
    write_between(_DOCS / "performance.md", "make bench", text)
    (_DOCS / "bench.svg").write_text(plot(loop), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
