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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_HUB = "docker.io"


def canonical(reference: str) -> str:
    """An image reference with the registry and repository that Docker would assume."""
    first, _, rest = reference.partition("/")
    if not rest:
        return f"{_HUB}/library/{reference}"
    is_registry = "." in first or ":" in first or first == "localhost"
    return reference if is_registry else f"{_HUB}/{reference}"


@dataclass(frozen=True)
class Mirrors:
    """The maps of this machine, in the order in which they are asked."""

    maps: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def load(cls) -> "Mirrors":
        """The maps of this machine; files that do not exist count as empty."""
        return cls(tuple(_read(path) for path in map_files() if path.is_file()))

    def resolve(self, reference: str) -> str:
        """Where to get `reference` from here: a mapped reference, or itself."""
        name = canonical(reference)
        registry, _, repository = name.partition("/")
        for entries in self.maps:
            if image := entries.get("images", {}).get(name):
                return str(image)
            if prefix := entries.get("registries", {}).get(registry):
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


def _read(path: Path) -> Mapping[str, Any]:
    content = yaml.safe_load(path.read_text()) or {}
    if not isinstance(content, dict):
        raise ValueError(f"{path}: a mirror map is a mapping with `images` and `registries`")
    return content
