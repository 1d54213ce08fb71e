"""The string literals of the sources: what programs can print."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.unit.docs.pages import ROOT

_FOLDERS = ("components", "commands", "toolchain", "stacks", "standins")
_VARYING = "\0"
"""Stands for each value in an f-string."""


@cache
def literals() -> frozenset[str]:
    """Every string literal of the sources, without docstrings; parts that follow one another are
    one literal, as Python reads them."""
    files = (file for folder in _FOLDERS for file in (ROOT / folder).rglob("*.py"))
    return frozenset(text for file in files for text in _strings(ast.parse(file.read_text())))


def _strings(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(_part(value) for value in values)
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from _strings(value.value)
        case ast.Expr(value=ast.Constant(value=str())):
            pass  # a docstring
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _strings(child)


def _part(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else _VARYING
