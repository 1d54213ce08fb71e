"""A project for each test."""

from pathlib import Path

import pytest

from .pulumi_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.run("stack", "init", "dev")
    return made
