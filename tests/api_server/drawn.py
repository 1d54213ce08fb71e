"""Changes of the valid program that are drawn from the API server's own OpenAPI document.

Not each is a fault: the API server says which it refuses.
"""

import copy
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.k8s.api import Api
from tests.unit.components.checks.programs import Manifest, program

_SEED = 20
_REFERENCE = "#/components/schemas/"
_OTHER_TYPE: Mapping[str, Any] = {
    "array": {"a": 1}, "boolean": "yes", "integer": "three", "number": "three", "object": [1],
    "string": {"a": 1},
}  # fmt: skip
_WRONG: Mapping[str, tuple[Any, ...]] = {
    "boolean": ("yes",),
    "integer": (-1, -2147483649, 2147483648, 70000),
    "string": ("Not_Valid!", "", "a b", "x" * 300, "-"),
}
"""Values of the right type; the schema alone refuses few of them."""
_LEFT_OUT = ("apiVersion", "kind", "status")


@dataclass(frozen=True)
class Change:
    """One change of one object."""

    object: str
    path: tuple[str | int, ...]
    action: str
    """`set`, `remove` or `rename`."""
    value: Any = None

    def __str__(self) -> str:
        return f"{self.object}:{'.'.join(map(str, self.path))} {self.action} {str(self.value)[:30]}"

    def applied(self) -> Manifest:
        """Return the object of the program with the change."""
        manifest = program()[self.object]
        *around, last = self.path
        place: Any = manifest
        for step in around:
            place = place[step]
        if self.action == "remove":
            del place[last]
        elif self.action == "rename":
            place[self.value] = place.pop(last)
        else:
            place[last] = copy.deepcopy(self.value)
        return manifest


def draw(api: Api, count: int) -> list[Change]:
    """Return changes drawn in turns from all objects, the same ones in each run."""
    chance = random.Random(_SEED)
    pools: list[list[Change]] = []
    for name, manifest in program().items():
        found = list(_Schema(api, manifest).changes(name, manifest))
        chance.shuffle(found)
        pools.append(found)
    drawn: list[Change] = []
    while len(drawn) < count and any(pools):
        drawn += [pool.pop() for pool in pools if pool]
    return drawn[:count]


class _Schema:
    """The schema of one kind."""

    def __init__(self, api: Api, manifest: Manifest) -> None:
        version, kind = manifest["apiVersion"], manifest["kind"]
        root = "apis" if "/" in version else "api"
        document = api.get(f"/openapi/v3/{root}/{version}")
        self._schemas: dict[str, Any] = document["components"]["schemas"]
        group, _, short = version.rpartition("/")
        identity = {"group": group, "version": short, "kind": kind}
        (self._root,) = (
            each
            for each in self._schemas.values()
            if identity in each.get("x-kubernetes-group-version-kind", [])
        )

    def changes(self, name: str, manifest: Manifest) -> Iterator[Change]:
        """Yield all changes of an object."""
        yield from self._of(name, (), manifest, self._root)

    def _of(
        self, name: str, path: tuple[str | int, ...], value: Any, given: Any
    ) -> Iterator[Change]:
        schema = self._resolved(given)
        if isinstance(value, list):
            for number, each in enumerate(value):
                yield from self._of(name, (*path, number), each, schema.get("items", {}))
        elif isinstance(value, dict) and "properties" in schema:
            yield from self._of_object(name, path, value, schema)
        elif isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
            for key, each in value.items():
                yield from self._of(name, (*path, key), each, schema["additionalProperties"])

    def _of_object(
        self, name: str, path: tuple[str | int, ...], value: Any, schema: dict[str, Any]
    ) -> Iterator[Change]:
        for key in schema.get("required", []):
            if key in value:
                yield Change(name, (*path, key), "remove")
        for key, inner in schema["properties"].items():
            if path or key not in _LEFT_OUT:
                yield from self._of_field(name, (*path, key), value.get(key), inner)

    def _of_field(
        self, name: str, path: tuple[str | int, ...], value: Any, given: Any
    ) -> Iterator[Change]:
        schema = self._resolved(given)
        kind = schema.get("type", "")
        if value is not None:
            yield Change(name, path, "rename", f"{path[-1]}s")
            yield from self._of(name, path, value, schema)
        if kind in _OTHER_TYPE:
            yield Change(name, path, "set", _OTHER_TYPE[kind])
        for wrong in _WRONG.get(kind, ()):
            yield Change(name, path, "set", wrong)
        if "enum" in schema:
            yield Change(name, path, "set", f"{schema['enum'][0]}x")

    def _resolved(self, schema: Any) -> dict[str, Any]:
        (first, *_) = schema.get("allOf", [schema])
        reference = first.get("$ref", "")
        return self._schemas[reference.removeprefix(_REFERENCE)] if reference else first
