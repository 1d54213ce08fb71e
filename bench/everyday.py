"""The everyday loop, beside a program by hand on the same cluster and registry, in turns.

An edited line until all replicas serve it, an `up` without changes, and the first deployment of an
application on a ready cluster.
"""

import copy
import time
from pathlib import Path

from bench.raw_project import RawProject
from bench.rows import Row
from tests.live.project import Project

_BY_HAND = "a program by hand"

_FIRST = "first"
"""Name of the application whose first deployment is measured, beside the one that is edited."""


def measure(project: Project, folder: Path, rounds: int) -> list[Row]:
    """Measure a deployed project of one application; `folder` is for the program by hand."""
    edit = Row("edited line, until all replicas serve it", _BY_HAND, goal=0.8)
    unchanged = Row("pulumi up without changes", _BY_HAND, goal=1.05)
    first = Row("first deployment on a ready cluster", _BY_HAND, goal=0.6)
    settings = copy.deepcopy(project.settings)
    raw = RawProject(folder, project)
    raw.up()
    try:
        for number in range(rounds):
            for each, seconds in ((project, edit.ours), (raw, edit.others)):
                _edit(each, f"9.{number}.0")
                seconds.append(_served(each, project))
            for each, seconds in ((project, unchanged.ours), (raw, unchanged.others)):
                seconds.append(each.up("--expect-no-changes").seconds)
        name, image, app = (settings.pop(f"slipway:{key}") for key in ("name", "image", "app"))
        one = {"image": image, "app": app}
        other = {"image": image, "app": {**app, "expose": False}}
        for _ in range(rounds):
            raw.pulumi("destroy", "--yes", "--skip-preview")
            _deploy(project, settings, {name: one})
            first.others.append(raw.up().seconds)
            first.ours.append(_deploy(project, settings, {name: one, _FIRST: other}))
        project.settings = settings | {
            "slipway:name": name,
            "slipway:image": image,
            "slipway:app": app,
        }
        project.save_settings()
        project.up()
    finally:
        raw.pulumi("destroy", "--yes", "--skip-preview")
    return [edit, unchanged, first]


def _edit(project: Project, version: str) -> None:
    (project.folder / "app" / "VERSION").write_text(f"{version}\n", encoding="utf-8")


def _served(project: Project, cluster: Project) -> float:
    """Return the seconds of an `up`, until the Deployment has no pods of another version."""
    namespace, name = (
        ("raw", "hello-raw") if isinstance(project, RawProject) else (project.name, "hello-node")
    )
    started = time.monotonic()
    project.up()
    cluster.kubectl(
        "rollout", "status", f"--namespace={namespace}", f"deployment/{name}", "--timeout=90s"
    )
    return time.monotonic() - started


def _deploy(project: Project, settings: dict[str, object], apps: dict[str, object]) -> float:
    project.settings = {**settings, "slipway:apps": apps}
    project.save_settings()
    return project.up().seconds
