"""Secrets in plain text: in inputs, names, outputs of the stack, and messages."""

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from ..checks.finding import Path, Unknown, text
from .resource import Resource
from .values import Values, leaves

_GIVEN = 6
"""Shortest secret of the test itself that is searched for."""
_MARKED = 8
"""Shortest secret of the program: shorter ones are often words that stand elsewhere too."""
_CONTENT = ("data", "stringData")
"""Inputs of a Kubernetes Secret, which the provider treats as secret."""


def leaked(
    resources: Iterable[Resource],
    outputs: Values,
    messages: Iterable[str],
    given: Iterable[Any],
) -> list[str]:
    """Return the places where a secret is not marked as one; `given` are those of the test."""
    made = list(resources)
    secrets = set(_texts(given, _GIVEN))
    for values in (*(each.values for each in made), outputs):
        marked = [value for path, value in leaves(values.plain) if values.is_secret(path)]
        secrets.update(_texts(marked, _MARKED))
    if not secrets:
        return []
    words = secrets | {base64.b64encode(each.encode()).decode() for each in secrets}
    places = [place for each in made for place in _of_resource(each, words)]
    places += [f"output {text(path)}" for path in _plain(outputs, words)]
    places += [f"message {index + 1}" for index, each in enumerate(messages) if _holds(each, words)]
    return places


def _of_resource(resource: Resource, words: set[str]) -> Iterator[str]:
    if _holds(resource.name, words):
        yield f"the name of a {resource.type}"
    is_secret = resource.type.startswith("kubernetes:core/") and resource.type.endswith(":Secret")
    for path in _plain(resource.values, words):
        if not (is_secret and path[0] in _CONTENT):
            yield f"{resource.type} {resource.name}: {text(path)}"


def _plain(values: Values, words: set[str]) -> Iterator[Path]:
    for path, value in leaves(values.plain):
        if _holds(value, words) and not values.is_secret(path):
            yield path


def _holds(value: Any, words: set[str]) -> bool:
    return isinstance(value, str) and any(word in value for word in words)


def _texts(values: Iterable[Any], shortest: int) -> Iterator[str]:
    for value in values:
        for _, leaf in leaves(value):
            if isinstance(leaf, str) and len(leaf) >= shortest and not isinstance(leaf, Unknown):
                yield leaf
