"""All generated build contexts, each built twice by Docker: of the folder, and of its copy."""

from pathlib import Path

import pytest

from tests.live.built_context import differences
from tests.unit.components.image.corpus import recorded, trees

pytestmark = pytest.mark.live


def test_images_of_all_generated_contexts_hold_the_same_files_with_the_same_modes(
    tmp_path: Path,
) -> None:
    compared, found = differences(tmp_path, zip(trees(), recorded(), strict=True))

    assert found == []
    assert compared >= 300
