"""What a build context leaves in the state of a real Pulumi, and how a change of it is explained.

Belongs here: the state, and the folder in which Pulumi runs the provider. Nothing is built.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.language_host.pulumi_project import REPOSITORY, Project

pytestmark = pytest.mark.engine

_PROGRAM = """
from pathlib import Path

import pulumi
from components.image.build_context import BuildContext, BuildSources
from components.image.staging import BuildFolder, copies, stage

below = copies(pulumi.get_stack(), "web")
folder = BuildFolder(Path(pulumi.get_root_directory()), "app", "app/Dockerfile")
context = stage(folder, below, "the image").context.name
BuildContext("web-context", BuildSources("web", str(below), context, "1", {}, None, "linux/amd64"))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    project = Project(tmp_path)
    project.run("stack", "init", "dev")
    project.program(_PROGRAM)
    (project.folder / "app").mkdir()
    (project.folder / "app" / "Dockerfile").write_text("FROM scratch\n")
    (project.folder / "app" / "a.txt").write_text("one")
    return project


def _context(state: dict[str, Any]) -> dict[str, Any]:
    (found,) = (
        each for each in state["deployment"]["resources"] if each["type"].endswith("BuildContext")
    )
    return found


def test_a_change_is_explained_in_the_preview_and_its_copy_stays_until_destroy(
    project: Project,
) -> None:
    project.up()
    assert "2 unchanged" in project.up()
    (project.folder / "app" / "a.txt").write_text("two")

    assert "the image web is rebuilt: a.txt changed" in project.run("preview")
    assert "the image web is rebuilt: a.txt changed" in project.up()

    copies = project.folder / ".slipway" / "contexts" / "dev" / "web"
    kept = _context(project.read("stack", "export"))["outputs"]
    assert (copies / kept["context"] / "a.txt").read_text() == "two"
    assert "files" not in kept
    project.run("destroy", "--yes", "--skip-preview")
    assert not copies.exists()


def test_a_state_of_an_earlier_version_is_rewritten_without_a_rebuild(
    project: Project, tmp_path: Path
) -> None:
    project.up()
    state = project.read("stack", "export")
    resource = _context(state)
    listing = (
        project.folder / resource["inputs"]["copies"] / f"{resource['inputs']['context']}.json"
    )
    for side in (resource["inputs"], resource["outputs"]):
        del side["copies"], side["context"]
        side["files"] = json.loads(listing.read_text())
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps(state))
    project.run("stack", "import", "--file", str(earlier))

    shown = project.up()

    assert "1 updated" in shown and "rebuilt" not in shown
    assert "2 unchanged" in project.run("preview", "--expect-no-changes")
