"""The copy of a build context becomes the image that `docker build` makes of the folder.

Belongs here: images that the Docker Engine builds, without a cluster. The whole corpus is in
tests/targets/test_targets_contexts.py.
"""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.built_context import Contents, built, built_of_copy, differences
from tests.unit.components.image.corpus import DOCKERFILE, recorded, trees

pytestmark = pytest.mark.live

_SAMPLE = 50


def _write(context: Path, ignore: str, *paths: str) -> Path:
    for path in ("Dockerfile", "src/server.js", *paths):
        file = context / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(DOCKERFILE)
        file.chmod(0o644)
    for folder in (context, *context.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    if ignore:
        (context / ".dockerignore").write_text(ignore)
        (context / ".dockerignore").chmod(0o644)
    return context / "Dockerfile"


def _names_itself(context: Path) -> Path:
    ignore = "**/.dockerignore\n**/compose.y*ml\n**/Dockerfile*\n.env.*\n*.pem\n"
    return _write(context, ignore, ".env.production", "key.pem", "compose.yaml")


def _dockerfile_ignored(context: Path) -> Path:
    return _write(context, "node_modules\nDockerfile\n.git\n")


def _dockerfile_in_an_ignored_folder(context: Path) -> Path:
    _write(context, "docker\n", "docker/Dockerfile")
    return context / "docker" / "Dockerfile"


def _dockerfile_outside(context: Path) -> Path:
    _write(context, "")
    return (context / "Dockerfile").rename(context.with_name("web.Dockerfile"))


def _ignore_file_of_the_dockerfile(context: Path) -> Path:
    return _write(context, "src\n", "Dockerfile.dockerignore", "x.log")


def _links(context: Path) -> Path:
    dockerfile = _write(context, "**/.#*\nnode_modules\n!.env.example\n", "node_modules/a.js")
    (context / ".#server.js").symlink_to("editor@host.1:1")
    (context / "config.json").symlink_to("../shared/config.json")
    (context / "node_modules" / "tool").symlink_to("../tool/bin/tool")
    return dockerfile


@pytest.mark.parametrize(
    ("case", "seen"),
    [
        (_names_itself, {"src/server.js"}),
        (_dockerfile_ignored, {".dockerignore", "src/server.js"}),
        (_dockerfile_in_an_ignored_folder, {".dockerignore", "Dockerfile", "src/server.js"}),
        (_dockerfile_outside, {"src/server.js"}),
        (
            _ignore_file_of_the_dockerfile,
            {".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "src/server.js", "x.log"},
        ),
        (_links, {".dockerignore", "Dockerfile", "config.json", "src/server.js"}),
    ],
)
def test_a_case_of_a_public_report_is_built_as_docker_builds_it(
    tmp_path: Path, case: Callable[[Path], Path], seen: set[str]
) -> None:
    context = tmp_path / "app"
    dockerfile = case(context)
    by_docker, by_slipway = built(context, dockerfile), built_of_copy(context, dockerfile)

    assert by_slipway == by_docker
    assert _files(by_slipway) == seen


def _files(contents: Contents | None) -> set[str]:
    """The files and links below the folder to which the context is copied."""
    assert contents is not None
    folders = {b"5"}
    return {
        path.removeprefix("context/")
        for path, (_, kind, _, _) in contents.items()
        if kind not in folders
    }


def test_images_of_a_sample_of_the_generated_contexts_hold_the_same_files_with_the_same_modes(
    tmp_path: Path,
) -> None:
    cases = itertools.islice(zip(trees(), recorded(), strict=True), _SAMPLE)
    compared, found = differences(tmp_path, cases)

    assert compared >= 30
    assert found == []
