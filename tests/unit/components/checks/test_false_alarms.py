"""Valid programs have no findings: 250 of plain objects.

tests/unit/components/app/test_combinations.py has 600 more, of Slipway's settings.
"""

import random

from components.checks import check
from tests.unit.components.checks.programs import Mutation, program
from tests.unit.components.checks.valid_changes import CHANGES

_PROGRAMS = 250
_CHANGES_EACH = 8


def _drawn(first: Mutation, chance: random.Random) -> list[Mutation]:
    """Return a change with others, at most one of each part of the program."""
    others = chance.sample(CHANGES, _CHANGES_EACH)
    return list({each.place: each for each in (*others, first)}.values())


def test_programs_of_valid_changes_have_no_findings() -> None:
    chance = random.Random(1)
    for number in range(_PROGRAMS):
        changes = _drawn(CHANGES[number % len(CHANGES)], chance)
        objects = program()
        for change in changes:
            change.apply(objects)

        findings = check(objects.values(), strict=True, kubernetes="1.35")
        assert findings == [], [str(each) for each in changes]


def test_every_valid_change_is_in_a_program() -> None:
    assert len(CHANGES) <= _PROGRAMS
