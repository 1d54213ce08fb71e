"""Every fault of a valid program is found by the tier that the table names."""

import pytest

from components.checks import check
from tests.unit.components.checks import faults_of_fields, faults_of_objects, faults_of_programs
from tests.unit.components.checks.programs import Mutation, program

_FAULTS = [*faults_of_fields.FAULTS, *faults_of_objects.FAULTS, *faults_of_programs.FAULTS]
_VERSION = "1.35"


@pytest.mark.parametrize("fault", _FAULTS, ids=str)
def test_a_fault_is_found_by_its_tier(fault: Mutation) -> None:
    findings = check(fault.applied().values(), kubernetes=_VERSION, strict=True)

    assert fault.tier in {each.rule for each in findings}


@pytest.mark.parametrize("fault", faults_of_programs.UPDATES, ids=str)
def test_a_change_of_an_immutable_field_is_found_between_two_deployments(fault: Mutation) -> None:
    before = program().values()
    findings = check(fault.applied().values(), kubernetes=_VERSION, before=before)

    assert "update" in {each.rule for each in findings}


@pytest.mark.parametrize("version", ["1.30", "1.33", "1.35", "1.37"])
def test_the_program_without_a_fault_is_accepted(version: str) -> None:
    objects = program().values()

    assert check(objects, kubernetes=version, strict=True, before=objects) == []


def test_the_table_has_no_fault_twice() -> None:
    faults = [*_FAULTS, *faults_of_programs.UPDATES]

    assert len({(str(each), each.tier) for each in faults}) == len(faults)
