"""What the architecture and the decisions name is where they name it."""

import ast
import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT, Page, rows

_ARCHITECTURE = Page("docs/architecture.md")
_QUESTIONS = list(rows(_ARCHITECTURE.section("Where is it?")))


def _names(file: Path) -> set[str]:
    """What a module defines; of other files, all words."""
    text = file.read_text()
    if file.suffix != ".py":
        return set(re.findall(r"\w+", text))
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {one.name for one in ast.parse(text).body if isinstance(one, defined)}


def test_ten_questions_are_answered() -> None:
    assert len(_QUESTIONS) == 10
    assert all(cells[0].endswith("?") for cells in _QUESTIONS)


@pytest.mark.parametrize("cells", _QUESTIONS, ids=lambda cells: cells[0])
def test_an_answer_is_a_file_that_defines_the_name(cells: list[str]) -> None:
    question, answer, name = cells
    link = re.fullmatch(r"\[([^]]+)\]\(\.\./([^)]+)\)", answer)

    assert link is not None and link[1] == link[2]
    file = ROOT / link[1]
    assert file.is_file(), f"{question} {link[1]} does not exist"
    assert name.strip("`") in _names(file), f"{question} {link[1]} does not define {name}"


def test_every_room_of_the_components_is_in_the_drawing() -> None:
    rooms = {folder.parent.name for folder in (ROOT / "components").glob("*/__init__.py")}

    drawn = set(re.findall(r'"(\w+)/', _ARCHITECTURE.section("Rooms")))
    assert rooms - drawn == set()


def test_decisions_are_numbered_without_a_gap_and_all_are_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    entries = {
        (int(number), title, file.name)
        for file in folder.glob("*.md")
        for number, title in re.findall(r"^## (\d+)\. (.*)$", file.read_text(), re.MULTILINE)
    }
    index = (folder / "README.md").read_text()
    listed = re.findall(r"^\| (\d+) \| \[(.*)\]\(([\w.]+)#", index, re.MULTILINE)

    assert sorted(number for number, _, _ in entries) == list(range(1, len(entries) + 1))
    assert {(int(number), title, file) for number, title, file in listed} == entries
