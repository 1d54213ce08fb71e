"""Snapshots of deployments are YAML files."""

import pytest
from slipway.testing.snapshots import YamlFile


@pytest.fixture
def snapshot(snapshot):
    """A deployment's snapshot, in a file of its own."""
    return snapshot.use_extension(YamlFile)
