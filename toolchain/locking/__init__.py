"""`make lock`: the checksums of releases and the digests of images, asked for and written down."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from toolchain.lock import read_lock
from toolchain.locking.images import published_digest
from toolchain.locking.releases import release_sha256
from toolchain.locking.text import pinned_module, with_sums
from toolchain.places import Checkout, Platform
from toolchain.tools.transfer import TransferError

PLATFORMS = tuple(
    Platform(system, machine) for system in ("linux", "darwin") for machine in ("amd64", "arm64")
)


def lock(checkout: Checkout, say: Callable[[str], None]) -> None:
    """Write the checksums and digests of everything in lock.toml that can be asked for now.

    What cannot be asked for stays as it is and is reported. A checksum of another release than
    the lock names, as of an earlier version, is dropped.
    """
    sums, digests = _sums(checkout.toolchain, say), _digests(checkout.toolchain, say)
    file = checkout.toolchain / "lock.toml"
    file.write_text(with_sums(file.read_text(encoding="utf-8"), sums, digests), encoding="utf-8")
    module = checkout.root / "components" / "machine" / "pinned.py"
    module.write_text(pinned_module(digests), encoding="utf-8")


def _sums(folder: Path, say: Callable[[str], None]) -> dict[str, str]:
    sums: dict[str, str] = {}
    silent: dict[str, TransferError] = {}
    for platform in PLATFORMS:
        for tool in read_lock(folder, platform).tools.values():
            if tool.release is None:
                continue
            host = urlsplit(tool.release.checksums).netloc
            try:
                if host in silent:
                    raise silent[host]
                sums[tool.release.url] = release_sha256(tool)
            except TransferError as error:
                if not error.is_final:
                    silent[host] = error  # asking it again would take as long, to no avail
                say(f"{tool.name} for {platform} stays as it is: {host}: {error}")
                if tool.release.sha256:
                    sums[tool.release.url] = tool.release.sha256
    return sums


def _digests(folder: Path, say: Callable[[str], None]) -> dict[str, str]:
    current = read_lock(folder, PLATFORMS[0])
    digests: dict[str, str] = {}
    for image in current.images.values():
        try:
            digests[image.reference] = published_digest(current.registry, image.reference)
        except TransferError as error:
            say(f"{image.reference} stays as it is: {error}")
            if image.digest:
                digests[image.reference] = image.digest
    return digests
