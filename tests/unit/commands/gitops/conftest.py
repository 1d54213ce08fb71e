"""A rendered folder in a Git repository."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_HEAD = "# Rendered by Slipway from the stack kind of the project slipway.\n"

Git = Callable[..., str]


def object_of(kind: str, name: str, **spec: Any) -> dict[str, Any]:
    """Return a manifest."""
    version = {"Deployment": "apps/v1", "Job": "batch/v1"}.get(kind, "v1")
    metadata = {"name": name, "namespace": "shop", "labels": {"app.kubernetes.io/name": name}}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty repository."""
    folder = tmp_path / "repository"
    folder.mkdir()
    subprocess.run(["git", "-C", folder, "init", "--quiet", "--initial-branch=main"], check=True)
    return folder


@pytest.fixture
def git(repository: Path) -> Git:
    """Runs Git in the repository and returns what it prints."""

    def run(*words: str) -> str:
        who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        command = ["git", "-C", str(repository), *who, *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


@pytest.fixture
def render(repository: Path) -> Callable[..., Path]:
    """Writes a folder as `make render` does, here in JSON, which is YAML."""

    def write(*objects: dict[str, Any], stack: str = "kind") -> Path:
        folder = repository / "deploy" / "shop"
        folder.mkdir(parents=True, exist_ok=True)
        head = _HEAD.replace(" kind ", f" {stack} ")
        names = [f"{each['kind'].lower()}.yaml" for each in objects]
        for name, each in zip(names, objects, strict=True):
            (folder / name).write_text(f"{head}{json.dumps(each)}\n")
        listed = json.dumps({"kind": "Kustomization", "resources": names})
        (folder / "kustomization.yaml").write_text(f"{head}{listed}\n")
        return folder

    return write


@pytest.fixture
def commit(git: Git) -> Callable[[str], str]:
    """Commits everything and returns the hash."""

    def commit_all(message: str) -> str:
        git("add", "--all")
        git("commit", "--quiet", f"--message={message}")
        return git("rev-parse", "HEAD")

    return commit_all
