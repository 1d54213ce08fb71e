"""Where this machine has images from: the mirror map, which lives outside Git.

A map is a YAML file::

    images:                                   # one image
      docker.io/library/node:22-bookworm-slim: registry.example/node:22
    registries:                               # all images of a registry
      docker.io: registry.example/docker-hub

Files, the first that knows an image wins: `$SLIPWAY_MIRRORS`, `~/.config/slipway/mirrors.yaml`,
and the one that set-up writes on machines that reach no image registry.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field, field_validator

from ..settings.model import Model, SettingsError
from .reference import canonical


class MirrorMap(Model):
    """One file's map."""

    images: dict[str, str] = Field(default_factory=dict)
    """What takes the place of single images; names as in a Dockerfile, short ones too."""

    registries: dict[str, str] = Field(default_factory=dict)
    """What takes the place of a registry, as the beginning of each of its images' names."""

    @field_validator("images")
    @classmethod
    def _names_are_canonical(cls, images: dict[str, str]) -> dict[str, str]:
        return {canonical(name): there for name, there in images.items()}


@dataclass(frozen=True)
class Mirrors:
    """The maps of this machine, in the order in which they are asked."""

    maps: tuple[MirrorMap, ...] = ()

    @classmethod
    def load(cls) -> "Mirrors":
        """The maps of this machine; only the one that `$SLIPWAY_MIRRORS` names has to exist.

        Raises SettingsError for a file that is no mirror map.
        """
        named = os.environ.get("SLIPWAY_MIRRORS")
        if named and not Path(named).is_file():
            raise SettingsError(
                f"SLIPWAY_MIRRORS: {named} does not exist; name a mirror map that does, or unset it"
            )
        return cls(tuple(_read(path) for path in map_files() if path.is_file()))

    def resolve(self, reference: str) -> str:
        """Where to get `reference` from here: a mapped reference, or itself."""
        name = canonical(reference)
        registry, _, repository = name.partition("/")
        for entries in self.maps:
            if image := entries.images.get(name):
                return image
            if prefix := entries.registries.get(registry):
                return f"{prefix}/{repository}"
        return reference


def map_files() -> list[Path]:
    """The places of the mirror map, in the order in which they are asked."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    named = os.environ.get("SLIPWAY_MIRRORS")
    made = Path(os.environ.get("SLIPWAY_CACHE") or cache / "slipway")
    files = [config / "slipway" / "mirrors.yaml", made / "mirrors.yaml"]
    return [Path(named), *files] if named else files


def _read(path: Path) -> MirrorMap:
    where = f"mirror map {path}"
    try:
        return MirrorMap.parse(yaml.safe_load(path.read_text()) or {}, where)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{where} cannot be read: {error}; mend the file or move it") from None
