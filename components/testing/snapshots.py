"""Snapshots of deployments: one YAML file a test, which a reviewer reads as a diff.

Needs syrupy. A conftest.py makes it the fixture:

    @pytest.fixture
    def snapshot(snapshot):
        return snapshot.use_extension(YamlFile)

Then `assert deploy(program) == snapshot` compares with a file in `__snapshots__/`, and
`pytest --snapshot-update` writes it. https://syrupy-project.github.io/syrupy/
"""

from typing import Any

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from .deployment import Deployment


class YamlFile(SingleFileSnapshotExtension):
    """Keeps a deployment, or a text, in a file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "yaml"

    def serialize(self, data: Any, **_options: Any) -> str:
        """Return what the file holds."""
        return data.text() if isinstance(data, Deployment) else str(data)
