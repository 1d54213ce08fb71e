"""How long an `up` without changes takes with many ignored files in the build context."""

from pathlib import Path

from bench.rows import Row
from tests.live.project import Project

_FILES = 20_000
_IN_A_FOLDER = 200


def measure(project: Project, rounds: int) -> list[Row]:
    """Measure a deployed project without them and with them, in turns.

    The sample's .dockerignore ignores everything that it does not name.
    """
    row = Row(f"the same with {_FILES:,} ignored files", "without them")
    context = project.folder / "app"
    ignored, aside = context / "node_modules", project.folder / "node_modules"
    _fill(aside)
    for _ in range(rounds):
        row.others.append(project.up("--expect-no-changes").seconds)
        aside.rename(ignored)
        row.ours.append(project.up("--expect-no-changes").seconds)
        ignored.rename(aside)
    return [row]


def _fill(folder: Path) -> None:
    for number in range(_FILES):
        file = folder / str(number // _IN_A_FOLDER) / f"{number}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("module.exports = {};\n", encoding="utf-8")
