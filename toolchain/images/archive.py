"""Writing container images as the archive that ``docker load`` and containerd read.

Format: https://github.com/moby/docker-image-spec (manifest.json, one configuration and the
layers).  Layers are not compressed: they are read on the machine that wrote them.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK_BYTES = 1 << 20
_EPOCH = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Entry:
    """One path of a layer: a file's content, a link's target, or neither for a folder.

    ``owner`` is the number of both user and group; ``mode`` counts for files only.
    """

    path: str
    content: bytes | Path | None = None
    link: str | None = None
    mode: int = 0o644
    owner: int = 0


@dataclass(frozen=True)
class Image:
    """An image: its full reference, its layers (tar files, lowest first), its settings.

    ``settings`` are the keys of the OCI configuration: Entrypoint, Env, User ...
    """

    reference: str
    layers: tuple[Path, ...]
    settings: Mapping[str, object] = field(default_factory=dict[str, object])


def write_layer(destination: Path, entries: Iterable[Entry]) -> None:
    """Write entries as a layer.  Raises OSError when a file named by one cannot be read."""
    with tarfile.open(destination, "w", format=tarfile.PAX_FORMAT) as tar:
        for entry in entries:
            _add(tar, entry)


def write_archive(destination: Path, images: Iterable[Image], architecture: str) -> None:
    """Write images into one archive; a layer that several share is written once."""
    manifest: list[dict[str, object]] = []
    written: dict[Path, str] = {}
    with tarfile.open(destination, "w", format=tarfile.PAX_FORMAT) as tar:
        for image in images:
            for layer in image.layers:
                if layer not in written:
                    written[layer] = digest = _digest(layer)
                    tar.add(layer, f"{digest}.tar", filter=_as_root)
            config = _configuration(image, [written[layer] for layer in image.layers], architecture)
            name = f"{hashlib.sha256(config).hexdigest()}.json"
            _add(tar, Entry(name, config))
            layers = [f"{written[layer]}.tar" for layer in image.layers]
            manifest.append({"Config": name, "RepoTags": [image.reference], "Layers": layers})
        _add(tar, Entry("manifest.json", json.dumps(manifest).encode()))


def _configuration(image: Image, digests: list[str], architecture: str) -> bytes:
    document = {
        "architecture": architecture,
        "os": "linux",
        "created": _EPOCH,
        "config": dict(image.settings),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
        "history": [{"created": _EPOCH, "created_by": "slipway toolchain"} for _ in digests],
    }
    return json.dumps(document, sort_keys=True).encode()


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    info.uid = info.gid = entry.owner
    if entry.link is not None:
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, entry.link, 0o777
        tar.addfile(info)
    elif isinstance(entry.content, Path):
        info.size = entry.content.stat().st_size
        with entry.content.open("rb") as file:
            tar.addfile(info, file)
    elif entry.content is not None:
        info.size = len(entry.content)
        tar.addfile(info, io.BytesIO(entry.content))
    else:
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(info)


def _as_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


def _digest(path: Path) -> str:
    state = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            state.update(chunk)
    return state.hexdigest()
