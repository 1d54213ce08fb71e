"""The checksums that a checkout has for what these vendors publish.

The real vendors' would refuse it: nothing that is made here has their digests.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LOCK = "toolchain/lock.toml"
_FILES = (_LOCK, "components/machine/pinned.py")


@dataclass(frozen=True)
class Pins:
    """``sha256`` of releases by their address, ``digests`` of images by their reference."""

    sha256: Mapping[str, str]
    digests: Mapping[str, str]

    def write(self, checkout: Path) -> None:
        """Replace the checksums that `make lock` wrote by those of these vendors."""
        lock = tomllib.loads((checkout / _LOCK).read_text(encoding="utf-8"))
        pinned: dict[str, str] = lock.get("sha256", {}) | lock.get("digest", {})
        own = {**self.sha256, **self.digests}
        for file in (checkout / name for name in _FILES):
            if file.exists():
                text = file.read_text(encoding="utf-8")
                for name, checksum in pinned.items():
                    text = text.replace(checksum, own.get(name, checksum))
                file.write_text(text, encoding="utf-8")
