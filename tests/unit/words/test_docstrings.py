"""Belongs here: that docstrings begin with a verb or with the noun itself."""

import re

import pytest

from tests.unit.words import texts

_OPENING = re.compile(r"(What|Whether|Why|How|Which|Where|Who|When) ")
_LIMITS = {
    "components": 1,
    "components/app": 26,
    "components/image": 2,
    "components/k8s": 5,
    "components/machine": 7,
    "components/minikube": 21,
    "components/registry": 10,
    "components/settings": 7,
    "components/targets": 23,
    "stacks": 2,
}
"""Clauses that a room still has; a number only ever gets smaller, and a room at 0 leaves."""


@pytest.mark.parametrize(
    "room", [room for room in texts.rooms() if room.split("/")[0] in texts.CODE]
)
def test_docstrings_of_a_room_begin_with_a_verb_or_a_noun(room: str) -> None:
    clauses = [
        f"{text.file}:{text.line}: {text.text.splitlines()[0]}"
        for text in texts.docstrings_of(room)
        if _OPENING.match(text.text)
    ]
    assert len(clauses) <= _LIMITS.get(room, 0), "\n" + "\n".join(clauses)
