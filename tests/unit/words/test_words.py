"""Belongs here: that texts use the words of Kubernetes, Docker and Pulumi (words.py)."""

import re

import pytest

from tests.unit.words import texts
from tests.unit.words.words import EXEMPTIONS, NAME_RULES, RULES, SETTING_RULES

_RULES = {
    "prose": RULES,
    "test name": (*RULES, *NAME_RULES),
    "setting": (*RULES, *SETTING_RULES),
}
# One search in place of twenty: nearly every text has none of the words.
_ANY = {
    kind: re.compile("|".join(rule.pattern for rule in rules), re.IGNORECASE)
    for kind, rules in _RULES.items()
}


def _is_exempt(text: texts.Text) -> bool:
    return any(entry.file == text.file and entry.text in text.text for entry in EXEMPTIONS)


def _hits(text: texts.Text) -> list[str]:
    if not _ANY[text.kind].search(text.text) or _is_exempt(text):
        return []
    return [
        f"{text.file}:{text.line + text.text.count(chr(10), 0, match.start())}: "
        f"{match.group()!r} -> {rule.instead}"
        for rule in _RULES[text.kind]
        for match in rule.find(text.text)
    ]


@pytest.mark.parametrize("room", texts.rooms())
def test_a_room_uses_plain_words(room: str) -> None:
    hits = [hit for text in texts.texts_of(room) for hit in _hits(text)]
    assert not hits, "\n" + "\n".join(hits)


def test_every_exemption_is_still_needed() -> None:
    """A text that has changed must not leave a hole behind."""
    lines = [
        (text.file, text.text)
        for room in texts.rooms()
        for text in texts.texts_of(room)
        if _ANY[text.kind].search(text.text)
    ]
    unused = [
        entry
        for entry in EXEMPTIONS
        if not any(entry.file == file and entry.text in text for file, text in lines)
    ]
    assert not unused


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (texts.Text("a.py", 3, "the node is\nmade anew"), "again; recreated, rebuilt, restarted"),
        (texts.Text("a.py", 4, "test the node s name", "test name"), "no possessive"),
        (texts.Text("a.json", 4, '"calmSeconds": {', "setting"), "scaleDownStabilizationSeconds"),
    ],
)
def test_a_hit_names_file_and_line_and_the_words_to_use(text: texts.Text, instead: str) -> None:
    (hit,) = _hits(text)
    assert hit.startswith(f"{text.file}:4: '")
    assert f" -> {instead}" in hit


def test_plain_text_has_no_hit() -> None:
    text = "the node is recreated; fix the setting, then run make up (https://a.example/for/ever)"
    assert _hits(texts.Text("a.py", 1, text)) == []
