"""Documents of YAML as gopkg.in/yaml.v3 reads them: keys, aliases, merges."""

import codecs
from collections.abc import Iterator
from math import isfinite
from typing import Any, cast

import yaml

from .nodes import Alias, Node, compose, line_of
from .numbers import key_text
from .scalar import TEXT, Scalar, resolve

_FEW_ALIASES, _FEW_VALUES, _SHARE_OF_ALIASES = 100, 1000, 0.99
"""How many values may come from aliases: beyond the first two, a share of all, as in Go."""

Mapping = dict[str, Any]
_Entries = dict[tuple[type, Scalar], Any]


class YAMLError(ValueError):
    """A document that Go's library does not read either; the message has the line."""


class NoText(str):
    """A key that is no text in the document, such as `8080`, as Go prints it."""

    __slots__ = ()


def read(content: bytes) -> Any:
    """Return the first document of a file: mappings, lists and scalars; None for no document.

    Raises YAMLError.
    """
    try:
        node = compose(_text(content))
        return None if node is None else _Reader().value(node)
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise YAMLError(f"{place}{error.problem or error.context}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise YAMLError(str(error).partition("\n")[0]) from None
    except RecursionError:
        raise YAMLError("it is nested too deeply") from None


def _text(content: bytes) -> str:
    """Return the text of a file, in UTF-16 if its first two bytes mark it."""
    marked = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return content.decode("utf-16" if marked else "utf-8-sig")


class _Reader:
    """Makes values of the nodes of a document."""

    def __init__(self) -> None:
        self._values = self._from_aliases = 0
        self._open: list[Alias] = []

    def value(self, node: Node | Alias) -> Any:
        self._values += 1
        self._from_aliases += bool(self._open)
        few = self._from_aliases <= _FEW_ALIASES or self._values <= _FEW_VALUES
        if not few and self._from_aliases > self._values * _SHARE_OF_ALIASES:
            raise YAMLError("its aliases make too much of it")
        if isinstance(node, Alias):
            return self._aliased(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each) for each in cast("list[Node | Alias]", node.value)]
        return _scalar(node)

    def _aliased(self, alias: Alias) -> Any:
        if any(each.node is alias.node for each in self._open):
            raise YAMLError(f"{line_of(alias.node)}: &{alias.name} contains itself")
        self._open.append(alias)
        value = self.value(alias.node)
        self._open.pop()
        return value

    def _mapping(self, node: yaml.MappingNode) -> Mapping:
        are_texts = all(_is_text(key) or _is_merge(key) for key, _ in _pairs(node))
        entries: _Entries = {}
        self._enter(entries, node, are_texts, None)
        mapping: Mapping = {}
        for (_, key), value in entries.items():
            shown = key if isinstance(key, str) else NoText(key_text(key))
            if shown in mapping:
                raise YAMLError(f"{line_of(node)}: two keys {shown}")
            mapping[shown] = value
        return mapping

    def _enter(
        self,
        entries: _Entries,
        node: yaml.MappingNode,
        are_texts: bool,
        taken: set[tuple[type, Scalar]] | None,
    ) -> None:
        """Enter a mapping, and those that it merges; of these, keys that are `taken` are left out.

        Keys of a mapping of texts are texts, also those of others that it merges.
        """
        _refuse_doubles(node)
        merged: Node | Alias | None = None
        for key, value in _pairs(node):
            if _is_merge(key):
                merged = value
                continue
            name = self._key(key, are_texts)
            if name is None or (taken is not None and name in taken):
                continue
            if taken is not None:
                taken.add(name)
            entries[name] = self.value(value)
        if merged is not None:
            if taken is None:
                own = (self._key(key, False) for key, _ in _pairs(node))
                taken = {name for name in own if name}
            for each in _mergeable(merged):
                self._enter(entries, each, are_texts, taken)

    def _key(self, node: Node | Alias, is_text: bool) -> tuple[type, Scalar] | None:
        """Return a key with its type, as 1 is not `true`; None for one that Go leaves out."""
        value: Scalar | Mapping | list[Any] = self.value(node)
        if isinstance(value, dict | list) or (isinstance(value, float) and not isfinite(value)):
            raise YAMLError(f"{line_of(node)}: a mapping, a list, infinity or `.nan` is no key")
        if is_text and not isinstance(value, str):
            if value is None:
                return None
            value = str(_target(node).value)
        return type(value), value


def _scalar(node: yaml.ScalarNode) -> Scalar:
    text = str(node.value)
    if not node.tag and node.style is not None:
        return text
    try:
        return resolve(text, node.tag)
    except ValueError as error:
        raise YAMLError(f"{line_of(node)}: {error}") from None


def _target(node: Node | Alias) -> Node:
    return node.node if isinstance(node, Alias) else node


def _pairs(node: Node) -> list[tuple[Node | Alias, Node | Alias]]:
    return cast("list[tuple[Node | Alias, Node | Alias]]", node.value)


def _is_text(key: Node | Alias) -> bool:
    node = _target(key)
    if not isinstance(node, yaml.ScalarNode) or node.tag not in ("", TEXT):
        return False
    return isinstance(_scalar(node), str)


def _is_merge(key: Node | Alias) -> bool:
    """Return whether a key is `<<`; in quotes too, as Pulumi writes it without and reads again."""
    return isinstance(key, yaml.ScalarNode) and key.value == "<<"


def _mergeable(merged: Node | Alias) -> Iterator[yaml.MappingNode]:
    """Yield the mappings that `<<` merges.  Raises YAMLError for anything else."""
    node = _target(merged)
    is_list = merged is node and isinstance(node, yaml.SequenceNode)
    for each in cast("list[Node | Alias]", node.value) if is_list else [merged]:
        mapping = _target(each)
        if not isinstance(mapping, yaml.MappingNode):
            raise YAMLError(f"{line_of(node)}: `<<` needs a mapping or a list of mappings")
        yield mapping


def _refuse_doubles(node: yaml.MappingNode) -> None:
    """Raise YAMLError for a key that is written twice."""
    seen: set[tuple[bool, str]] = set()
    for key, _ in _pairs(node):
        written = (True, key.name) if isinstance(key, Alias) else (False, str(key.value))
        if written in seen:
            raise YAMLError(f"{line_of(key)}: a second key {written[1]}")
        seen.add(written)
