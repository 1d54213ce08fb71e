"""The registry's images: those that set-up made on this machine, under the published names."""

import hashlib
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.vendor.served import Served, of_bytes
from toolchain.cache_keys import build_key
from toolchain.images import RECIPES
from toolchain.images.mirrors import MIRRORS
from toolchain.images.store import image_key
from toolchain.lock import Lock
from toolchain.places import Platform

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"


@dataclass(frozen=True)
class Repositories:
    """``manifests`` by repository and tag or digest, ``blobs`` by digest.

    ``digests`` are those that a pull of a published reference ends with.
    """

    manifests: Mapping[tuple[str, str], Served]
    blobs: Mapping[str, Served]
    digests: Mapping[str, str]


def repositories(lock: Lock, platform: Platform, cache: Path) -> Repositories:
    """Return the images of the ``cache`` as a registry has them, each an index of one platform."""
    keys = {n: build_key(lock, tool, platform) for n, tool in lock.tools.items() if tool.build}
    archives = {
        recipe.reference: cache / "images" / f"{image_key(recipe, keys, platform.machine)}.tar"
        for recipe in RECIPES
    }
    made = {f"docker.io/{local}": published for published, local in MIRRORS.items()}
    manifests: dict[tuple[str, str], Served] = {}
    blobs: dict[str, Served] = {}
    digests: dict[str, str] = {}
    for reference, archive in archives.items():
        if archive.exists():
            published = made.get(reference, reference)
            repository, _, tag = published.removeprefix("docker.io/").rpartition(":")
            index, manifest = _publish(archive, platform, blobs)
            manifests[repository, tag] = index
            manifests |= {(repository, each.digest): each for each in (index, manifest)}
            digests[published] = index.digest
    return Repositories(manifests, blobs, digests)


def _publish(archive: Path, platform: Platform, blobs: dict[str, Served]) -> tuple[Served, Served]:
    """Add an archive's blobs; return its index and manifest.

    The layers are served as they lie in the archive: their digests are the ones in the image's
    configuration.
    """
    with tarfile.open(archive) as opened:
        listed = json.loads(_read(opened, "manifest.json"))[0]
        config = _read(opened, listed["Config"])
        layers = [_member(opened, name) for name in listed["Layers"]]
    digests: list[str] = json.loads(config)["rootfs"]["diff_ids"]
    described = [_named(of_bytes(config, _CONFIG))]
    for digest, member in zip(digests, layers, strict=True):
        described.append(
            Served(member.size, _LAYER, path=archive, offset=member.offset_data, digest=digest)
        )
    blobs |= {blob.digest: blob for blob in described}
    first, *rest = map(_descriptor, described)
    manifest = _document(_MANIFEST, {"config": first, "layers": rest})
    where = {"architecture": platform.machine, "os": platform.system}
    index = _document(_INDEX, {"manifests": [{**_descriptor(manifest), "platform": where}]})
    return index, manifest


def _member(archive: tarfile.TarFile, name: str) -> tarfile.TarInfo:
    """Return the member with the content; `docker save` links layers that appear twice."""
    member = archive.getmember(name)
    if member.issym():
        parts = (*name.split("/")[:-1], *member.linkname.split("/"))
        kept: list[str] = []
        for part in parts:
            kept = kept[:-1] if part == ".." else [*kept, part]
        return _member(archive, "/".join(kept))
    return member


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    opened = archive.extractfile(name)
    assert opened is not None, name
    return opened.read()


def _document(kind: str, content: Mapping[str, Any]) -> Served:
    document = {"schemaVersion": 2, "mediaType": kind, **content}
    return _named(of_bytes(json.dumps(document).encode(), kind))


def _named(content: Served) -> Served:
    return of_bytes(
        content.data, content.kind, f"sha256:{hashlib.sha256(content.data).hexdigest()}"
    )


def _descriptor(content: Served) -> dict[str, Any]:
    return {"mediaType": content.kind, "digest": content.digest, "size": content.size}
