"""The vendors' releases, packed from what set-up has on this machine.

Executables that were built or downloaded are the content of the archives, in the vendors'
layouts. The language host and the docker plugin are the stand-ins, started by launchers that need
nothing of the machine that unpacks them.
"""

import hashlib
import tarfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.vendor.served import Redirect, Served, of_bytes, of_file
from toolchain.cache_keys import build_key, release_key
from toolchain.lock import Lock, Release, Tool
from toolchain.places import Checkout, Platform
from toolchain.setup.launchers import write_docker_stand_in, write_language_host_stand_ins

# Where the hosts of releases send their clients for the files themselves.
_STORES = {
    "github.com": "objects.githubusercontent.com",
    "dl.k8s.io": "cdn.dl.k8s.io",
}
_COMPRESSION = 1  # the files are read once, on the machine that packs them

Place = tuple[str, str]
"""Host and path of an address."""


class Releases:
    """Packed releases of a lock's tools; ``folder`` is made, and needed as long as they are served.

    ``built`` is the checkout whose stand-ins are packed, ``cache`` the one with the executables.
    ``answers`` has what is at which address: archives, lists of checksums, and redirects.
    ``sha256`` are the checksums by address.
    """

    def __init__(self, folder: Path, lock: Lock, platform: Platform, built: Checkout, cache: Path):
        self._folder, self._lock, self._built = folder, lock, built
        self._platform, self._cache = platform, cache
        own = folder / "own"
        own.mkdir(parents=True)
        # With links of its own the plugin's launcher is written to no checkout in use.
        (own / ".venv").symlink_to(built.venv.resolve())
        (own / "standins").symlink_to(built.standins)
        self._own = Checkout(own)
        self.answers: dict[Place, Served | Redirect] = {}
        self.sha256: dict[str, str] = {}
        for tool in lock.tools.values():
            if tool.release and (members := self._members(tool)):
                self._publish(tool.release, members)

    def _publish(self, release: Release, members: Mapping[str, Path]) -> None:
        file = self._folder / release.url.rpartition("/")[2]
        if release.member:
            _pack(file, members)
        else:
            (executable,) = members.values()
            file.symlink_to(executable)
        self.sha256[release.url] = _checksum(file)
        listing = f"{self.sha256[release.url]}  {file.name}\n".encode()
        self.answers |= _at(release.url, of_file(file))
        self.answers |= _at(release.checksums, of_bytes(listing, "text/plain"))

    def _members(self, tool: Tool) -> dict[str, Path]:
        """The executables of a release by their names in its archive; none if there is no such."""
        if tool.name == "pulumi-resource-docker":
            return {tool.name: write_docker_stand_in(self._own)}
        keys = {release_key(tool, self._platform): tool.required_release.member or tool.name}
        if tool.build:
            keys[build_key(self._lock, tool, self._platform)] = tool.name
        places = [self._cache / "tools" / key / program for key, program in keys.items()]
        place = next((place for place in places if place.exists()), None)
        if place is None:
            return {}
        if tool.name != "pulumi":
            return {tool.name: place}
        hosts = write_language_host_stand_ins(self._folder, self._built.python, self._built.root)
        return {f"pulumi/{program.name}": program for program in (place, *hosts)}


def _pack(file: Path, members: Mapping[str, Path]) -> None:
    with tarfile.open(file, "w:gz", compresslevel=_COMPRESSION) as archive:
        for name, path in members.items():
            archive.add(path.resolve(), name)


def _at(url: str, content: Served) -> dict[Place, Served | Redirect]:
    """The answers for an address, by way of the store of its host where that has one."""
    parts = urlsplit(url)
    store = _STORES.get(parts.netloc)
    if store is None:
        return {(parts.netloc, parts.path): content}
    return {
        (parts.netloc, parts.path): Redirect(f"https://{store}{parts.path}"),
        (store, parts.path): content,
    }


def _checksum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
