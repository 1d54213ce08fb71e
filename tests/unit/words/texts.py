"""The texts of the repository that people read, each with its place.

Of Python these are docstrings and strings with a space, which are messages, and names of tests.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[3]
CODE = ("commands", "components", "stacks", "standins", "toolchain")
_DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "Makefile",
    "docs",
    "examples",
    "standins/README.md",
)
_SCHEMA = "stacks/schema.json"
_TESTS = "tests"
_OWN = "tests/unit/words"


Kind = Literal["prose", "test name", "setting"]


@dataclass(frozen=True)
class Text:
    """A text, and the file and line where it begins."""

    file: str
    line: int
    text: str
    kind: Kind = "prose"


def rooms() -> list[str]:
    """Return every room that has texts: a folder, or a file at the top."""
    folders = {room_of(path) for path in _python_files()}
    return sorted(folders | {*_DOCUMENTS, _SCHEMA})


def room_of(file: str) -> str:
    """Return the room of a file: up to two folders, and up to four below tests."""
    parts = Path(file).parent.parts
    if file == _SCHEMA:
        return file
    return "/".join(parts[: 4 if parts[0] == _TESTS else 2]) if parts else file


def texts_of(room: str) -> list[Text]:
    """Return the texts of a room."""
    if room == _SCHEMA:
        return list(_of_schema())
    if room in _DOCUMENTS:
        return list(_of_documents(ROOT / room))
    return [text for file in _python_files() if room_of(file) == room for text in _of_python(file)]


def docstrings_of(room: str) -> list[Text]:
    """Return the docstrings of a room's modules, classes and functions."""
    return [
        Text(file, line, docstring)
        for file in _python_files()
        if room_of(file) == room
        for line, docstring in _docstrings(_tree(file))
    ]


@cache
def _python_files() -> tuple[str, ...]:
    paths = (path for folder in (*CODE, _TESTS) for path in (ROOT / folder).rglob("*.py"))
    files = sorted(str(path.relative_to(ROOT)) for path in paths)
    return tuple(file for file in files if not file.startswith(_OWN))


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text())


def _of_python(file: str) -> Iterator[Text]:
    tree = _tree(file)
    if file.startswith(f"{_TESTS}/"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield Text(file, node.lineno, node.name.replace("_", " "), "test name")
        return
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield Text(file, node.lineno, "".join(map(_part, node.values)))
        elif isinstance(node, ast.Constant) and _is_message(node.value) and id(node) not in inside:
            yield Text(file, node.lineno, str(node.value))


def _is_message(value: object) -> bool:
    return isinstance(value, str) and " " in value


def _part(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "{}"


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield node.body[0].lineno, docstring


def _of_documents(place: Path) -> Iterator[Text]:
    for path in sorted(place.rglob("*.md")) if place.is_dir() else [place]:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            yield Text(str(path.relative_to(ROOT)), number, line)


def _of_schema() -> Iterator[Text]:
    """Yield the names and descriptions of the settings, line by line."""
    for number, line in enumerate((ROOT / _SCHEMA).read_text().splitlines(), start=1):
        yield Text(_SCHEMA, number, line, "setting")
