"""The objects that a stack's state declares."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from commands import state
from commands.drift.values import HIDDEN, hides

_MANAGER = "pulumi.com/patchFieldManager"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key by which Pulumi marks values in a state; that of a secret is `_SECRET`."""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_ONCE = ("Job", "Pod")
"""Kinds that run once; one that is gone has run, and is not run a second time."""

Manifest = Mapping[str, Any]
Place = tuple[str, str, str, str]
"""Group, kind, namespace and name of an object."""


@dataclass(frozen=True)
class Declared:
    """An object as the state declares it; a secret value is HIDDEN where it is encrypted."""

    urn: str
    manifest: Manifest
    manager: str
    """Field manager under which the stack applies it."""

    seconds: float
    """Time that its rollout may take."""

    @property
    def place(self) -> Place:
        return place(self.manifest)

    @property
    def kind(self) -> str:
        return str(self.manifest["kind"])

    @property
    def words(self) -> tuple[str, ...]:
        """The object as arguments of kubectl."""
        group, kind, namespace, name = self.place
        resource = f"{kind.lower()}.{group}" if group else kind.lower()
        return (resource, name, *((f"--namespace={namespace}",) if namespace else ()))

    @property
    def has_secrets(self) -> bool:
        """True with values that the state encrypts."""
        return hides(self.manifest)

    def __str__(self) -> str:
        _, _, namespace, name = self.place
        return f"{namespace}/{name}" if namespace else name


_ROLLOUT_SECONDS = 600.0


def place(manifest: Manifest) -> Place:
    """Return by what an object is found again, whatever the version of its API."""
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    metadata = manifest["metadata"]
    return group, str(manifest["kind"]), metadata.get("namespace", ""), metadata["name"]


def declared_objects(deployment: Mapping[str, Any]) -> list[Declared]:
    """Return the objects of the stack in the order of their creation.

    They are those with the stack's field manager, on the cluster of its first provider. Objects
    of the user's own program without one are Pulumi's alone.
    """
    return list(_objects(deployment))


def _objects(deployment: Mapping[str, Any]) -> Iterator[Declared]:
    provider = next(state.resources(deployment, "pulumi:providers:kubernetes"), None)
    if provider is None:
        return
    for resource in state.resources(deployment, ""):
        if not _is_applied(resource) or not _is_of(provider, resource):
            continue
        manifest: dict[str, Any] = _plain(resource.get("inputs") or {})
        manager = _manager(manifest)
        if manager is not None and manifest["kind"] not in _ONCE:
            limits: dict[str, float] = resource.get("customTimeouts") or {}
            seconds = limits.get("update") or _ROLLOUT_SECONDS
            yield Declared(str(resource["urn"]), _as_applied(manifest), manager, seconds)


def _manager(manifest: Manifest) -> str | None:
    """Return the field manager of a named object; None for what Slipway does not apply."""
    metadata: dict[str, Any] = manifest.get("metadata") or {}
    annotations: dict[str, Any] = metadata.get("annotations") or {}
    return annotations.get(_MANAGER) if "kind" in manifest and "name" in metadata else None


def _is_applied(resource: Mapping[str, Any]) -> bool:
    kind = str(resource["type"])
    # One that is marked `delete` is an earlier one, which Pulumi still has to remove.
    gone = resource.get("delete") or resource.get("external") or resource.get("pendingReplacement")
    return kind.startswith("kubernetes:") and not gone


def _is_of(provider: Mapping[str, Any], resource: Mapping[str, Any]) -> bool:
    return str(resource.get("provider", "")).rpartition("::")[0] == str(provider["urn"])


def _as_applied(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest without what is not sent, and a Secret's texts as the API returns them."""
    sent = {
        key: value
        for key, value in manifest.items()
        if key != "status" and not key.startswith("__")
    }
    texts = sent.pop("stringData", None)
    if texts is None:
        return sent
    if texts is HIDDEN or sent.get("data") is HIDDEN:
        return {**sent, "data": HIDDEN}
    encoded = {key: _encoded(text) for key, text in cast("dict[str, Any]", texts).items()}
    return {**sent, "data": {**(sent.get("data") or {}), **encoded}}


def _encoded(text: Any) -> Any:
    return text if text is HIDDEN else base64.b64encode(str(text).encode()).decode()


def _plain(value: Any) -> Any:
    """Return a value of the state without the marks of secrets and without null fields."""
    if isinstance(value, list):
        return [_plain(inner) for inner in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    mapping = cast("dict[str, Any]", value)
    if mapping.get(_SIGNATURE) == _SECRET:
        return _plain(json.loads(mapping["plaintext"])) if "plaintext" in mapping else HIDDEN
    return {key: _plain(inner) for key, inner in mapping.items() if inner is not None}
