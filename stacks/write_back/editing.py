"""Edits of a stack file's text: one value is written, and every other byte stays.

Comments, order, quotes, empty lines and encrypted values are the user's. A library that writes the
whole document again changes some of them, so that a review shows more than was changed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml

from components.k8s.yaml_text import dump
from components.settings.model import SettingsError

Step = str | int
_INDENT = "  "


class UnwritableError(SettingsError):
    """A place of a stack file that cannot be edited; the message says why."""


@dataclass(frozen=True)
class _Found:
    """The deepest node on the way to a value, and the steps that lead further."""

    node: yaml.Node | None
    key: yaml.Node | None
    rest: tuple[Step, ...]
    around: yaml.Node | None = None


def with_value(text: str, path: Sequence[Step], value: Any) -> str:
    """Return a stack file's text with a value at a path below its root: a JSON value.

    Mappings that are missing on the way are added. Raises UnwritableError for a path through a
    list entry or a value that does not exist.
    """
    found = _find(text, path)
    node = found.node
    if node is None:
        return f"{text.rstrip()}\n".lstrip() + _lines(found.rest, value, "")
    if not found.rest:
        return _replaced(text, found, _written(value, node))
    if _is_null(node):
        indent = " " * (_column(found.key) + len(_INDENT))
        return _after_key(text, found, f"\n{_lines(found.rest, value, indent)}".rstrip("\n"))
    if not isinstance(node, yaml.MappingNode) or isinstance(found.rest[0], int):
        raise UnwritableError(f"the file has no {found.rest[0]} there")
    return _with_entry(text, node, found, value)


def without_value(text: str, path: Sequence[Step]) -> str:
    """Return a stack file's text without the entry of a mapping at a path.

    Raises UnwritableError for one that the file does not have.
    """
    found = _find(text, path)
    mapping, key, node = found.around, found.key, found.node
    if found.rest or key is None or node is None or not isinstance(mapping, yaml.MappingNode):
        raise UnwritableError(f"the file has no {path[-1]} there; it comes from elsewhere")
    entries = cast("list[tuple[yaml.Node, yaml.Node]]", mapping.value)
    if len(entries) == 1:
        return _replaced(text, _find(text, path[:-1]), "{}")
    number = next(index for index, (each, _) in enumerate(entries) if each is key)
    if mapping.flow_style:
        if number + 1 < len(entries):
            return text[: _start(key)] + text[_start(entries[number + 1][0]) :]
        return text[: _end(entries[number - 1][1])] + text[_end(node) :]
    first = text.rfind("\n", 0, _start(key)) + 1
    if text[first : _start(key)].strip():  # the first entry in an item of a list: `- name: value`
        return text[: _start(key)] + text[_start(entries[number + 1][0]) :]
    return text[:first] + text[_end_of_line(text, _end(node)) + 1 :]


def _find(text: str, path: Sequence[Step]) -> _Found:
    node = cast("yaml.Node | None", yaml.compose(text, Loader=yaml.SafeLoader))  # pyright: ignore[reportUnknownMemberType]
    key: yaml.Node | None = None
    around: yaml.Node | None = None
    for number, step in enumerate(path):
        inner = _inner(node, step)
        if inner is None:
            return _Found(node, key, tuple(path[number:]), around)
        around, (key, node) = node, inner
    return _Found(node, key, (), around)


def _inner(node: yaml.Node | None, step: Step) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        items = cast("list[yaml.Node]", node.value)
        return (None, items[step]) if step < len(items) else None
    if not isinstance(node, yaml.MappingNode):
        return None
    entries = cast("list[tuple[yaml.Node, yaml.Node]]", node.value)
    return next(((key, value) for key, value in entries if key.value == step), None)


def _replaced(text: str, found: _Found, written: str) -> str:
    node = found.node
    if node is None:
        raise UnwritableError("the file is empty")
    if found.key is None or node.start_mark.line == found.key.start_mark.line:
        return text[: _start(node)] + written + text[_end(node) :]
    return _after_key(text, found, f" {written}", _end(node))


def _after_key(text: str, found: _Found, written: str, end: int | None = None) -> str:
    """Return the text with `written` after a key's colon, in place of what is there until `end`."""
    if found.key is None:
        raise UnwritableError("the file has no key there")
    colon = text.index(":", _end(found.key)) + 1
    return text[:colon] + written + text[colon if end is None else end :]


def _with_entry(text: str, mapping: yaml.MappingNode, found: _Found, value: Any) -> str:
    entries = cast("list[tuple[yaml.Node, yaml.Node]]", mapping.value)
    if mapping.flow_style:
        place = _end(mapping) - 1
        while text[place - 1].isspace():
            place -= 1
        more = ", " if entries and text[place - 1] != "," else ""
        return f"{text[:place]}{more}{_flow(found.rest, value)}{text[place:]}"
    indent = " " * _column(entries[0][0])
    place = _end_of_line(text, _end(entries[-1][1]))
    return f"{text[:place]}\n{_lines(found.rest, value, indent).rstrip()}{text[place:]}"


def _lines(steps: Sequence[Step], value: Any, indent: str) -> str:
    """Return nested mappings as lines, the value in the innermost."""
    shown = ""
    for step in steps[:-1]:
        shown += f"{indent}{_key(step)}:\n"
        indent += _INDENT
    return f"{shown}{indent}{_key(steps[-1])}: {_written(value)}\n"


def _flow(steps: Sequence[Step], value: Any) -> str:
    inner = "".join(f"{{{_key(step)}: " for step in steps[1:])
    return f"{_key(steps[0])}: {inner}{_written(value)}{'}' * (len(steps) - 1)}"


def _key(step: Step) -> str:
    if isinstance(step, int):
        raise UnwritableError(f"the file has no entry {step} there")
    return _text(step)


def _written(value: Any, former: yaml.Node | None = None) -> str:
    """Return a value in one line, in the quotes of a former one that had some."""
    if isinstance(value, str):
        style = former.style if isinstance(former, yaml.ScalarNode) else None
        return json.dumps(value, ensure_ascii=False) if style == '"' else _text(value)
    if isinstance(value, list):
        return f"[{', '.join(_written(each) for each in cast('list[Any]', value))}]"
    return dump(value).rstrip("\n")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if "\n" in value else dump(value).rstrip("\n")


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")


def _column(node: yaml.Node | None) -> int:
    return 0 if node is None else node.start_mark.column


def _start(node: yaml.Node) -> int:
    return node.start_mark.index


def _end(node: yaml.Node) -> int:
    """Return the place after a node's last character; a block's mark is after what follows it."""
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        # The mark is at the beginning of the line after it.
        return max(node.start_mark.index, node.end_mark.index - 1)
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(cast("list[tuple[yaml.Node, yaml.Node]]", node.value)[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(cast("list[yaml.Node]", node.value)[-1])
    return node.end_mark.index


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
