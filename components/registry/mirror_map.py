"""Mirror map: where this machine gets images from, kept outside Git.

A map is a YAML file::

    images:                                   # one image
      docker.io/library/node:22-bookworm-slim: registry.example/node:22
    registries:                               # all images of a registry
      docker.io: registry.example/docker-hub

The value `builtin` of the image `docker/dockerfile`, for all of its tags, is no place but Docker's
own frontend for Dockerfiles: a machine that reaches no registry builds with that.

Files, of which the first that maps an image wins: `$SLIPWAY_MIRRORS`,
`~/.config/slipway/mirrors.yaml`, and the one that set-up writes on machines that reach no image
registry.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field, field_validator

from ..settings.model import Model, SettingsError
from .reference import canonical

_BUILTIN = "builtin"
_FRONTEND = "docker/dockerfile"
_TAG = re.compile(r"(?::[^/]*)?(?:@.*)?$")


class MirrorMap(Model):
    """One file's map."""

    images: dict[str, str] = Field(default_factory=dict)
    """References that replace single images; names as in a Dockerfile, short ones too."""

    registries: dict[str, str] = Field(default_factory=dict)
    """Prefixes that replace a registry in the names of its images."""

    @field_validator("images")
    @classmethod
    def _names_are_canonical(cls, images: dict[str, str]) -> dict[str, str]:
        return {canonical(name): mirror for name, mirror in images.items()}


@dataclass(frozen=True)
class Mirrors:
    """Maps of this machine, in the order in which they apply."""

    maps: tuple[MirrorMap, ...] = ()

    @classmethod
    def load(cls) -> "Mirrors":
        """Read the maps of this machine; only the one that `$SLIPWAY_MIRRORS` names has to exist.

        Raises SettingsError for a file that is no mirror map.
        """
        named = os.environ.get("SLIPWAY_MIRRORS")
        if named and not Path(named).is_file():
            raise SettingsError(
                f"SLIPWAY_MIRRORS: {named} does not exist; name a mirror map that does, or unset it"
            )
        return cls(tuple(_read(path) for path in map_files() if path.is_file()))

    def resolve(self, reference: str) -> str:
        """Return where to get `reference` from here: a mapped reference, or itself."""
        name = canonical(reference)
        registry, _, repository = name.partition("/")
        for entries in self.maps:
            if image := entries.images.get(name):
                return image
            if prefix := entries.registries.get(registry):
                return f"{prefix}/{repository}"
        return reference

    def frontend(self, reference: str) -> str | None:
        """Return where to get the frontend of `# syntax=reference`; None for Docker's own one."""
        found = self.resolve(reference)
        if found == reference:
            found = self.resolve(_TAG.sub("", reference))
            return None if found == _BUILTIN else reference
        return None if found == _BUILTIN else found

    @property
    def has_no_registry(self) -> bool:
        """Return whether this machine is one that reaches no image registry, as set-up found."""
        return self.resolve(_FRONTEND) == _BUILTIN


def map_files() -> list[Path]:
    """Return the places of the mirror map, in the order in which they apply."""
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
        return MirrorMap.parse(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, where)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{where} cannot be read: {error}; fix the file or move it") from None
