"""How long an `up` without changes takes with many ignored files in the build context."""

import statistics
from pathlib import Path

from rich.table import Table

from tests.live.project import Project

_FILES = 20_000
_IN_A_FOLDER = 200
_ROUNDS = 5


def table(project: Project) -> Table:
    """Measure a deployed project without them and with them, in turns.

    The sample's .dockerignore ignores everything that it does not name.
    """
    context = project.folder / "app"
    ignored, aside = context / "node_modules", project.folder / "node_modules"
    _fill(aside)
    without: list[float] = []
    beside: list[float] = []
    for _ in range(_ROUNDS):
        without.append(project.up("--expect-no-changes").seconds)
        aside.rename(ignored)
        beside.append(project.up("--expect-no-changes").seconds)
        ignored.rename(aside)
    few, many = statistics.median(without), statistics.median(beside)
    result = Table("what", "without", "with", "ratio", box=None, pad_edge=False)
    result.add_row(
        f"`pulumi up --skip-preview` without changes, {_FILES} ignored files",
        f"{few:.2f} s",
        f"{many:.2f} s",
        f"{many / few:.2f}",
    )
    return result


def _fill(folder: Path) -> None:
    for number in range(_FILES):
        file = folder / str(number // _IN_A_FOLDER) / f"{number}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("module.exports = {};\n", encoding="utf-8")
