"""The mirror maps: where this machine pulls images from."""

import os
from pathlib import Path

from toolchain.doctor.finding import Finding
from toolchain.places import Checkout, cache_folder


def maps(_checkout: Checkout) -> list[Finding]:
    """List the mirror maps with their entries, the first one taking precedence."""
    findings: list[Finding] = []
    for path in _places():
        if path.is_file():
            entries = [
                line.strip()
                for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith((" ", "\t")) and not line.strip().startswith("#")
            ]
            listed = "".join(f"\n        {entry}" for entry in entries) or " no entries"
            findings.append(Finding("ok", "mirror map", f"{path}:{listed}"))
    named = os.environ.get("SLIPWAY_MIRRORS")
    if named and not Path(named).is_file():
        fix = "unset SLIPWAY_MIRRORS, or name a file that exists"
        findings.append(Finding("fail", "mirror map", f"{named} does not exist", fix))
    return findings or [
        Finding("ok", "mirror map", "none: images are pulled from the registries that they name")
    ]


def _places() -> list[Path]:
    """Return the files in the order of components/registry/mirror_map.py, which reads them."""
    configuration = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    named = os.environ.get("SLIPWAY_MIRRORS")
    places = [configuration / "slipway" / "mirrors.yaml", cache_folder() / "mirrors.yaml"]
    return [Path(named), *places] if named else places
