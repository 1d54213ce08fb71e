"""`make bench`: how long a rendering and an `up` take, without changes and for one worker more.

The first is measured against the same thing by hand, and beside 20,000 ignored files. All runs are
on one cluster, which is made for them and removed, in turns; the ratio is of the medians.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from bench import apps, ignored, render
from components.registry.mirror_map import Mirrors
from tests.live.project import Project, free_port

_ROUNDS = 5
_RAW = Path(__file__).parent / "raw"


class RawProject(Project):
    """The program written by hand, beside a deployed project and in its cluster."""

    def __init__(self, folder: Path, beside: Project) -> None:
        self.folder, self.stack, self.environment = folder, "raw", beside.environment
        shutil.copytree(_RAW, folder, dirs_exist_ok=True)
        shutil.copytree(beside.folder / "app", folder / "app")
        (folder / ".venv").symlink_to((beside.folder / ".venv").resolve())
        mirrors = Mirrors.load()
        settings = {
            "raw:cluster": beside.name,
            "raw:registryPort": free_port(),
            "raw:registryImage": mirrors.resolve("docker.io/library/registry:2.8.3"),
            "raw:base": mirrors.resolve("docker.io/library/node:22-bookworm-slim"),
        }
        (folder / "Pulumi.raw.yaml").write_text(
            yaml.safe_dump({"config": settings}), encoding="utf-8"
        )
        self.pulumi("stack", "init", self.stack)


def main() -> int:
    """Measure, print a table, and return 0."""
    console = Console()
    console.print(apps.table())
    console.print(render.table([render.measure(count) for count in render.COUNTS]))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        project = Project(Path(one), workers=2)
        project.pulumi("stack", "init", project.stack)
        try:
            console.print("deploying the project, then the program written by hand")
            first = project.up().seconds
            raw = RawProject(Path(other), project)
            raw.up()
            try:
                console.print(_table(project, raw, first))
            finally:
                raw.pulumi("destroy", "--yes", "--skip-preview")
            console.print(ignored.table(project))
            console.print(_worker(project))
        finally:
            project.remove()
    return 0


def _table(project: Project, raw: Project, first: float) -> Table:
    ours: list[float] = []
    by_hand: list[float] = []
    for _ in range(_ROUNDS):
        ours.append(project.up("--expect-no-changes").seconds)
        by_hand.append(raw.up("--expect-no-changes").seconds)
    mine, theirs = statistics.median(ours), statistics.median(by_hand)
    table = Table("what", "Slipway", "by hand", "ratio", box=None, pad_edge=False)
    table.add_row(
        f"`pulumi up --skip-preview` without changes, median of {_ROUNDS}",
        f"{mine:.2f} s",
        f"{theirs:.2f} s",
        f"{mine / theirs:.2f}",
    )
    table.add_row(
        "first `pulumi up`, cluster included, in `up`s without changes",
        f"{first:.1f} s",
        "",
        f"{first / mine:.1f}",
    )
    return table


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
