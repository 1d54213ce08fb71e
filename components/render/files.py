"""The files of a rendering: one for each object, and the kustomization.yaml that lists them.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..app.immutable.in_place import IN_PLACE
from ..k8s import yaml_text
from ..k8s.objects import Manifest
from ..settings.model import SettingsError

KUSTOMIZATION = "kustomization.yaml"
"""Name of the file from which Argo CD, Flux and `kubectl apply -k` start."""

_CLUSTER = "_cluster"
"""Folder of objects without a namespace; no namespace can have the name."""

_FOR_PULUMI = ("pulumi.com/", IN_PLACE)
"""Beginnings of annotations that only Pulumi's provider and the hooks of an update read."""


@dataclass(frozen=True)
class Rendered:
    """The objects of a stack, and what the cluster needs beside them."""

    project: str
    manifests: tuple[Manifest, ...]
    left_out: tuple[str, ...]
    """Messages about the Secrets with which nodes pull."""


def plain(manifest: Manifest) -> Manifest:
    """Return a manifest without the annotations that only an update reads."""
    metadata = dict(manifest["metadata"])
    annotations = metadata.pop("annotations", {})
    kept = {key: value for key, value in annotations.items() if not key.startswith(_FOR_PULUMI)}
    return {**manifest, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


def files(manifests: Iterable[Manifest]) -> dict[str, str]:
    """Return the text of each file by its name: `namespace/kind-name.yaml`, kustomization.yaml.

    The order is that of the objects, but for namespaces, which come first. The same objects give
    the same bytes. Raises SettingsError for two objects of one name.
    """
    ordered = sorted(manifests, key=lambda each: each["kind"] != "Namespace")
    texts: dict[str, str] = {}
    for manifest in ordered:
        name = file_name(manifest)
        if name in texts:
            raise SettingsError(
                f"two objects would be the file {name}: {manifest['kind']} "
                f"{manifest['metadata']['name']} exists twice; rename one of them"
            )
        texts[name] = yaml_text.dump(manifest)
        _require_kept(name, manifest, texts[name])
    listed = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(texts),
    }
    return {**texts, KUSTOMIZATION: yaml_text.dump(listed)}


def file_name(manifest: Manifest) -> str:
    """Return the name of an object's file. A colon, as in names of roles, is no character of it."""
    metadata, kind = manifest["metadata"], manifest["kind"]
    own = metadata["name"] if kind == "Namespace" else metadata.get("namespace", _CLUSTER)
    name = str(metadata["name"]).replace(":", "_")
    return f"{own}/{kind.lower()}-{name}.yaml"


def _require_kept(name: str, manifest: Manifest, written: str) -> None:
    """Refuse the one character that kustomize makes a space of, and API servers keep: U+0085."""
    if "\\u0085" in written and any("\x85" in text for text in _texts(manifest)):
        raise SettingsError(
            f"{name}: a text has the character U+0085, which `kubectl apply -k` would change into "
            "a space; write a line break, or encode the text, e.g. as base64"
        )


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(key)  # pyright: ignore[reportUnknownArgumentType]
                yield from _texts(inner)  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for inner in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(inner)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            pass
