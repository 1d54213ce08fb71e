"""What many applications of one stack take, beside the same objects by hand on the same cluster.

`make bench-many` writes the table into docs/performance.md. Every application
has an image of its own, built from one folder, and no pods: those would measure the machine.
"""

import sys
import tempfile
from pathlib import Path

import yaml
from rich.console import Console

from bench.apps_objects import NAMESPACE, template
from bench.page import machine, write_between
from bench.raw_project import RawProject
from bench.rows import Row, markdown, table
from tests.live.adjusted import program
from tests.live.guest import Guest
from tests.live.project import CHECKOUT, Project

COUNT = 100
_PAGE = CHECKOUT / "docs" / "performance.md"
_RAW = Path(__file__).parent / "raw_many"
_WHAT = ("first deployment", "without changes", "one of them changed")
_NO_PODS = """
def adjust(manifest):
    if manifest["kind"] == "Deployment":
        manifest["spec"]["replicas"] = 0
"""


class _Ours(Guest):
    """The applications in a stack file."""

    def write(self, versions: dict[str, str]) -> None:
        self.settings["slipway:apps"] = {
            name: {
                "image": {"context": "app"},
                "app": {"expose": False, "env": {"VERSION": version}},
            }
            for name, version in versions.items()
        }
        self.save_settings()


class _ByHand(RawProject):
    """The same objects, written with the vendor's classes."""

    def __init__(self, folder: Path, beside: Project) -> None:
        super().__init__(folder, beside, _RAW)
        (folder / "objects.json").write_text(template(), encoding="utf-8")

    def write(self, versions: dict[str, str]) -> None:
        file = self.folder / "Pulumi.raw.yaml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]
        config |= {"raw-many:versions": versions, "raw-many:namespace": NAMESPACE}
        file.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")


def measure(project: Project, folder: Path, count: int) -> list[Row]:
    """Measure on the cluster of a deployed project; `folder` is for the stacks."""
    ours, by_hand = folder / "ours", folder / "by-hand"
    for each in (ours, by_hand):
        each.mkdir()
    programs = (_Ours(ours, project, program(_NO_PODS), apps={}), _ByHand(by_hand, project))
    versions = {f"web-{number}": "1" for number in range(count)}
    changes = (versions, versions, versions | {"web-0": "2"})
    rows = [Row(f"{count} applications, {what}", "the same by hand") for what in _WHAT]
    try:
        for row, change in zip(rows, changes, strict=True):
            for each, seconds in zip(programs, (row.ours, row.others), strict=True):
                each.write(change)
                seconds.append(each.up().seconds)
    finally:
        for each in programs:
            each.pulumi("destroy", "--yes", "--skip-preview", check=False)
    return rows


def main(count: int = COUNT) -> int:
    """Measure, print the table, write it into the documents, and return 0."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        project = Project(Path(one), workers=2)
        project.pulumi("stack", "init", project.stack)
        try:
            project.up()
            rows = measure(project, Path(other), count)
        finally:
            project.remove()
    Console().print(table(rows))
    text = f"Measured on {machine()}, once each, in turns.\n\n{markdown(rows)}"
    write_between(_PAGE, "make bench-many", text)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
