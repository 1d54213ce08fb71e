"""The files that a build sees in other places than their own (`go build -overlay`)."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolchain.lock import Overlay

_KEY_LENGTH = 12
_ABSENT = ""


def mapping(overlay: Overlay, own: Path, module: Path) -> dict[str, str]:
    """Return the real place of each file by the place where the build sees it.

    ``own`` is the folder of the main package, ``module`` that of the downloaded module.
    """
    there = own / overlay.folder
    files = {path.relative_to(there) for path in there.rglob("*") if path.is_file()}
    hidden = files if overlay.whole else set[Path]()
    packages = set[Path]() if overlay.whole else {path.parent for path in files}
    return {
        **{str(there / path): _ABSENT for path in sorted(hidden)},
        **{
            str(there / path): str(module / path)
            for path in sorted(_sources(module))
            if path.parent not in packages
        },
        **{str(own / Path(name).name): str(module / name) for name in overlay.embedded},
    }


def write(mapping: Mapping[str, str], folder: Path, name: str) -> Path:
    """Write the file for the option -overlay; one for each checkout, whose folders it names."""
    text = json.dumps({"Replace": mapping})
    key = hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]
    path = folder / f"overlay-{name}-{key}.json"
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return path


def _sources(module: Path) -> Iterator[Path]:
    for path in module.rglob("*"):
        if path.is_file() and not path.name.endswith("_test.go"):
            yield path.relative_to(module)
