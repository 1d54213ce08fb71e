"""The committed schemas are those that `make docs` writes."""

from components.checks.generate import packed
from components.checks.store import PATH, kinds, validator
from components.checks.tightening import FIELDS


def test_the_committed_file_is_the_generated_one() -> None:
    assert PATH.read_bytes() == packed(), "run `make docs`"


def test_the_file_is_small() -> None:
    assert PATH.stat().st_size < 64 * 1024


def test_every_tightened_field_is_in_the_schemas() -> None:
    definitions = {name for name in kinds("1.35").values() if name}

    for definition in definitions:
        validator("1.35", definition)
    assert len(FIELDS) > 50


def test_kinds_in_testing_are_known_and_have_no_schema() -> None:
    assert kinds("1.35")["apps/v1/Deployment"] == "apps.v1.Deployment"
    assert None in kinds("1.35").values()
