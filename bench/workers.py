"""How long one worker more takes in place, and in a recreated cluster, which kind itself offers."""

from bench.rows import Row
from tests.live.project import Project


def measure(project: Project) -> list[Row]:
    """Add a worker both ways; the cluster is another one afterwards."""
    row = Row("one worker more, until the application answers", "with a new cluster")
    cluster = project.settings["slipway:target"]["cluster"]
    cluster["workers"] += 1
    project.save_settings()
    row.ours.append(project.up().seconds)
    cluster["workers"] += 1
    project.save_settings()
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview").seconds
    row.others.append(destroyed + project.up().seconds)
    return [row]
