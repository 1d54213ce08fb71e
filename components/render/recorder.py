"""The objects that a program registers, recorded by a monitor in place of Pulumi's."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pulumi
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

from ..k8s.objects import Manifest
from ..settings.model import SettingsError
from .secrets import WAY_OUT

_KUBERNETES = "kubernetes:"
_FIRST = ("apiVersion", "kind", "metadata", "name")
"""Keys that are written before others, which are sorted: what Pulumi passes on has no order."""


class Recorder(MockMonitor):
    """Keeps what programs register as Kubernetes objects, and gives every resource its inputs."""

    def __init__(self) -> None:
        super().__init__(_Provider())
        self._objects: list[tuple[str, dict[str, Any]]] = []

    @property
    def manifests(self) -> list[Manifest]:
        """The objects in the order of their registration.

        Raises SettingsError, for all of them, for what has no name or a value that is secret or
        not known before an update.
        """
        lines = [line for name, inputs in self._objects for line in _refusals(name, inputs)]
        if lines:
            raise SettingsError("\n".join(lines))
        return [_ordered(inputs) for _, inputs in self._objects]

    def RegisterResource(self, request: Any) -> Any:
        if request.type.startswith(_KUBERNETES) and request.custom:
            inputs = rpc.deserialize_properties(request.object, keep_unknowns=True)
            inputs.pop("status", None)
            self._objects.append((request.name, inputs))
        return super().RegisterResource(request)  # pyright: ignore[reportUnknownMemberType]


class _Provider(Mocks):
    """Has no outputs beside the inputs: they are not known, as in a preview.

    Nor are ids, but for those of Kubernetes objects, which are their names.
    """

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = cast("dict[str, Any]", args.inputs)  # pyright: ignore[reportUnknownMemberType]
        is_object = args.typ.startswith(_KUBERNETES)
        return _id(inputs.get("metadata") or {}) if is_object else "", inputs

    def call(self, args: MockCallArgs) -> Any:
        raise SettingsError(
            f"the program calls {args.token} of a provider, which a rendering does not have; read "
            "the value from the stack's configuration instead"
        )


def _id(metadata: dict[str, Any]) -> str:
    """Return the id that Pulumi's provider gives to an object; none without a known name."""
    parts = [metadata[key] for key in ("namespace", "name") if key in metadata]
    return "/".join(parts) if all(isinstance(part, str) for part in parts) else ""


def _refusals(name: str, inputs: dict[str, Any]) -> Iterator[str]:
    """Yield why an object cannot be a file."""
    kind = inputs.get("kind")
    if not isinstance(kind, str) or not isinstance(inputs.get("apiVersion"), str):
        yield f"{name}: it is more than one object, which only its provider can make"
        return
    metadata: dict[str, Any] = inputs.get("metadata") or {}
    own_name = metadata.get("name")
    if own_name is None:
        yield f"{kind} {name}: it has no metadata.name, and only an update would choose one"
    for path, value in _leaves(inputs, ""):
        place = f"{kind} {own_name if isinstance(own_name, str) else name}: {path}"
        if rpc.is_rpc_secret(value):
            yield f"{place} is secret: {WAY_OUT}"
        elif pulumi.contains_unknowns(value):
            yield f"{place} is known only once an update has run; set a value that files have"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the values inside of a value with their paths; a secret is one, whatever it holds."""
    if rpc.is_rpc_secret(value):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def _ordered(value: Any) -> Any:
    """Return a value with its keys in an order, and whole numbers: Pulumi's are all floats."""
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        keys = [*(key for key in _FIRST if key in mapping), *sorted(mapping.keys() - set(_FIRST))]
        return {key: _ordered(mapping[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(inner) for inner in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def record(run: Callable[[], None], project: str, stack: str) -> list[Manifest]:
    """Return the objects that a program registers.  `run` is the program.

    Raises what the program raises, and SettingsError for objects that cannot be files.
    """
    recorder = Recorder()
    pulumi.runtime.set_mocks(
        recorder.mocks, project=project, stack=stack, preview=True, monitor=recorder
    )
    pulumi.runtime.test(run)()  # pyright: ignore[reportUnknownMemberType]
    return recorder.manifests
