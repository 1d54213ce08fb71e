"""`make bench`: how long the commands of every day take, beside a program written by hand.

All runs are on one cluster, which is made for them and removed, in turns; the ratio is of the
medians.
"""

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import apps, everyday, ignored
from bench.rows import table
from tests.live.project import Project

_ROUNDS = 5


def main() -> int:
    """Measure, print a table, and return 0."""
    console = Console()
    console.print(apps.table())
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        project = Project(Path(one), workers=2)
        project.pulumi("stack", "init", project.stack)
        try:
            project.up()
            console.print(ignored.table(project))
            console.print(table(everyday.measure(project, Path(other), _ROUNDS)))
            console.print(_worker(project))
        finally:
            project.remove()
    return 0


def _worker(project: Project) -> Table:
    """Add a worker in place, and in a recreated cluster, which is what kind itself offers."""
    cluster = project.settings["slipway:target"]["cluster"]
    cluster["workers"] += 1
    project.save_settings()
    in_place = project.up().seconds
    cluster["workers"] += 1
    project.save_settings()
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview").seconds
    recreated = destroyed + project.up().seconds
    table = Table("what", "in place", "recreated", "ratio", box=None, pad_edge=False)
    table.add_row(
        "one worker more, until the application answers",
        f"{in_place:.1f} s",
        f"{recreated:.1f} s",
        f"{in_place / recreated:.2f}",
    )
    return table


if __name__ == "__main__":
    sys.exit(main())
