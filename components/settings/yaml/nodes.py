"""Nodes of YAML, from the events of PyYAML's parser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import yaml

Node = yaml.ScalarNode | yaml.SequenceNode | yaml.MappingNode

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
"""The parser of libyaml, of which Go's is a translation; PyYAML's own if it was built without."""


@dataclass(frozen=True, eq=False)
class Alias:
    """A place that repeats a node: `*name`."""

    name: str
    node: Node


def compose(text: str) -> Node | Alias | None:
    """Return the root of the first document, and read no other.  Raises yaml.YAMLError.

    PyYAML's own composer refuses an anchor that is set twice; in Go the last one counts.
    The tag of a node that has none is empty.
    """
    events = cast("Iterator[yaml.Event]", yaml.parse(text, Loader=_LOADER))  # pyright: ignore[reportUnknownMemberType]
    anchors: dict[str, Node] = {}
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if event.version not in (None, (1, 1)):
                raise yaml.YAMLError("line 1: Pulumi reads no other directive than `%YAML 1.1`")
            root = _node(next(events), events, anchors)
            next(events)  # what follows on the document's last line may be wrong
            return root
    return None


def line_of(node: Node | Alias) -> str:
    """Return the line of a node, for messages."""
    node = node.node if isinstance(node, Alias) else node
    return f"line {node.start_mark.line + 1}"


def _node(
    event: yaml.Event, events: Iterator[yaml.Event], anchors: dict[str, Node]
) -> Node | Alias:
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise yaml.YAMLError(f"line {event.start_mark.line + 1}: *{event.anchor} has no anchor")
        return Alias(event.anchor, anchors[event.anchor])
    node = _empty(event)
    if (anchor := cast("yaml.NodeEvent", event).anchor) is not None:
        anchors[anchor] = node
    if isinstance(node, yaml.SequenceNode):
        for inner in _until(yaml.SequenceEndEvent, events):
            node.value.append(_node(inner, events, anchors))
    elif isinstance(node, yaml.MappingNode):
        for inner in _until(yaml.MappingEndEvent, events):
            key = _node(inner, events, anchors)
            node.value.append((key, _node(next(events), events, anchors)))
    return node


def _empty(event: yaml.Event) -> Node:
    """Return the node that begins with an event, without what it holds."""
    if isinstance(event, yaml.ScalarEvent):
        style = event.style or None
        return yaml.ScalarNode(_tag(event.tag), event.value, event.start_mark, style=style)
    start = cast("yaml.CollectionStartEvent", event)
    kind = yaml.SequenceNode if isinstance(start, yaml.SequenceStartEvent) else yaml.MappingNode
    return kind(_tag(start.tag), [], start.start_mark)


def _tag(written: str | None) -> str:
    return "" if written in (None, "!") else written


def _until(end: type[yaml.Event], events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, end):
            return
        yield event
