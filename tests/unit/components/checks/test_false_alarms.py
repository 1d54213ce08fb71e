"""Valid programs have no findings: 500 of plain objects.

tests/unit/components/app/test_combinations.py has 600 more, of Slipway's settings.
"""

import random

from components.checks import check
from tests.unit.components.checks.programs import Mutation, Objects, program
from tests.unit.components.checks.valid_changes import CHANGES

_PROGRAMS = 500
_CHANGES_EACH = 8


def _drawn(first: Mutation, chance: random.Random) -> list[Mutation]:
    """Return a change with others, at most one of each part of the program."""
    others = chance.sample(CHANGES, _CHANGES_EACH)
    return list({each.place: each for each in (*others, first)}.values())


def valid_programs() -> list[Objects]:
    """Return the program with changes that leave it valid, the same ones in each run."""
    chance = random.Random(1)
    made: list[Objects] = []
    for number in range(_PROGRAMS):
        objects = program()
        for change in _drawn(CHANGES[number % len(CHANGES)], chance):
            change.apply(objects)
        made.append(objects)
    return made


def test_programs_of_valid_changes_have_no_findings() -> None:
    for objects in valid_programs():
        findings = check(objects.values(), strict=True, kubernetes="1.35")
        assert findings == [], objects


def test_every_valid_change_is_in_a_program() -> None:
    assert len(CHANGES) <= _PROGRAMS
