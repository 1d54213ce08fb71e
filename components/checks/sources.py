"""Sources of a pod's content: ConfigMaps, Secrets and claims."""

from collections.abc import Iterator
from dataclasses import dataclass

from .finding import Path
from .parts import Part, items, section
from .templates import containers


@dataclass(frozen=True)
class Source:
    """A place in a pod's spec that names an object."""

    path: Path
    kind: str
    content: Part
    """Content of the place."""
    field: str
    """Key of the name."""

    @property
    def name(self) -> str:
        """Name of the object."""
        return self.content[self.field]

    @property
    def is_optional(self) -> bool:
        """True if the pod starts without it."""
        return bool(self.content.get("optional"))


def sources(pod: Part) -> Iterator[Source]:
    """Yield the objects from which a pod takes content."""
    for index, volume in enumerate(items(pod, "volumes")):
        path: Path = ("volumes", index)
        if "persistentVolumeClaim" in volume:
            place = (*path, "persistentVolumeClaim")
            claim = volume["persistentVolumeClaim"]
            yield Source(place, "PersistentVolumeClaim", claim, "claimName")
        yield from _given(path, volume, ("configMap", "name"), ("secret", "secretName"))
        for number, each in enumerate(items(section(volume, "projected"), "sources")):
            place = (*path, "projected", "sources", number)
            yield from _given(place, each, ("configMap", "name"), ("secret", "name"))
    for path, container in containers(pod):
        for index, entry in enumerate(items(container, "env")):
            place, keys = (*path, "env", index, "valueFrom"), ("configMapKeyRef", "secretKeyRef")
            yield from _given(place, section(entry, "valueFrom"), *((key, "name") for key in keys))
        for index, entry in enumerate(items(container, "envFrom")):
            place, keys = (*path, "envFrom", index), ("configMapRef", "secretRef")
            yield from _given(place, entry, *((key, "name") for key in keys))


def _given(path: Path, part: Part, *fields: tuple[str, str]) -> Iterator[Source]:
    """Yield the sources of a part that are given; `fields` are their keys and those of names."""
    for field, name in fields:
        content = section(part, field)
        if content.get(name):
            kind = "ConfigMap" if field.startswith("configMap") else "Secret"
            yield Source((*path, field), kind, content, name)
